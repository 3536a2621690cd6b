from . import (
    magento_connection_test,
    magento_document_reset,
    magento_operation_wizard,
    magento_reconciliation_ignore,
    magento_reconciliation_wizard,
)
