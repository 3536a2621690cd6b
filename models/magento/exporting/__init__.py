from . import (
    magento_exported_mixin,
    magento_exported_search,
    magento_exported_buttons,
    magento_connection,
    magento_operation,
    magento_payment_method,
)
