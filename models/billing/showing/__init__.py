from . import account_move, billing_decision, billing_policy, billing_unbilled
