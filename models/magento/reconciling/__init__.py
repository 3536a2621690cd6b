from . import (
    integration_process_log,
    magento_reconciliation,
    magento_reconciliation_total,
    magento_reconciliation_line,
    magento_reconciliation_ignored,
)
