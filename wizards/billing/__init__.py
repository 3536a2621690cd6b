from . import (
    billing_chosen_mixin,
    billing_again,
    billing_approve,
    billing_feedback,
    billing_policy_step,
    billing_policy_trial,
    billing_policy_trial_line,
    billing_post_anyway,
    billing_reject,
    billing_reset,
)
