from . import (
    magento_document,
    magento_connection,
    magento_operation,
    magento_payment_method,
)
