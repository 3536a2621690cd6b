from . import (
    billing_sending_wish_mixin,
    billing_dispatch,
    billing_template_rule,
    billing_operation,
    conveying,
    extends,
    integration_process_log,
)
