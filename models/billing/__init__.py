from . import (
    billing_policy,
    billing_term_rule,
    billing_decision,
    billing_decision_line,
    billing_operation,
    integration_process_log,
    capturing,
    deciding,
    posting,
    reviewing,
    sealing,
    extends,
)
