from . import (
    magento_connection,
    magento_configuration_mixin,
    magento_operation,
    magento_payment_method,
    magento_shipping_method,
    magento_source,
    magento_store,
    magento_tax,
)
