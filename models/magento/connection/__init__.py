from . import (
    magento_connection,
    magento_configuration_mixin,
    magento_operation,
    integration_process_log,
    magento_payment_method,
    magento_shipping_method,
    magento_source,
    magento_store,
    magento_tax,
)
