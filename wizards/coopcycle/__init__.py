from . import (
    coopcycle_period_wizard_mixin,
    coopcycle_fetch_wizard,
    coopcycle_import_wizard,
    coopcycle_import_wizard_issue,
    coopcycle_reconciliation_wizard,
)
