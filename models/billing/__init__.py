from . import (
    billing_policy,
    billing_term_rule,
    billing_decision,
    billing_decision_line,
    billing_finding,
    billing_override,
    billing_vat_check,
    extends,
)
