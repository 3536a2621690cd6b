from . import (
    billing_sending_wish_mixin,
    billing_mailing_mixin,
    billing_dispatch,
    billing_template_rule,
    billing_operation,
    billing_dashboard,
    integration_timeline,
    billing_policy,
    conveying,
    integration_process_log,
    archiving,
    extends,
)
