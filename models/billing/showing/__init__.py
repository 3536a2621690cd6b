from . import (
    account_move,
    billing_decision,
    billing_finding,
    billing_override,
    billing_policy,
    billing_unbilled,
    integration_timeline,
)
