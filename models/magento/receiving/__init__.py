from . import (
    magento_receiving,
    magento_document,
    magento_creditmemo_import,
    magento_shipment_import,
    magento_invoice_import,
)
