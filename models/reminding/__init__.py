from . import (
    billing_payer,
    billing_reminder_plan,
    billing_reminder_level,
    billing_reminder_hold,
    billing_reminder,
    billing_reminder_line,
    proposing,
    mailing,
    billing_dispatch,
    billing_operation,
    integration_process_log,
    extends,
)
