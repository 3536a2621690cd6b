from . import (
    integration_process_log,
    magento_customer,
    magento_document,
    magento_order_state,
    magento_payment_method,
    magento_product,
    magento_shipping_method,
    magento_store,
    magento_tax,
    magento_connection,
    magento_operation,
)
