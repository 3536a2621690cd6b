from . import (
    magento_reconciliation,
    magento_reconciliation_total,
    magento_reconciliation_line,
    magento_reconciliation_ignored,
    magento_reconciliation_run,
)
