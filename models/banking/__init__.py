from . import (
    billing_bank,
    billing_match_memory,
    billing_match,
    billing_match_part,
    suggesting,
    applying,
    billing_operation,
    billing_dashboard,
    integration_timeline,
    integration_process_log,
    importing,
    extends,
)
