from . import (
    magento_reconciliation,
    magento_reconciliation_line,
    magento_reconciliation_run,
)
