from . import (
    magento_document,
    magento_document_line,
    magento_connection,
    magento_operation,
    magento_payment_method,
)
