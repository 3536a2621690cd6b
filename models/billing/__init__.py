from . import (
    billing_policy,
    billing_term_rule,
    billing_decision,
    billing_decision_line,
)
