from . import (
    magento_exported_mixin,
    magento_exported_search,
    magento_exported_buttons,
    magento_invoice_export,
    magento_creditmemo_export,
    magento_shipment_export,
)
