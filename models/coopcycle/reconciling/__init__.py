from . import (
    integration_process_log,
    coopcycle_reconciliation,
    coopcycle_reconciliation_line,
    coopcycle_reconciliation_total,
)
