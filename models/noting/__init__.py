from . import (
    billing_note_service,
    billing_note,
    drafting,
    answering,
    judging,
    billing_policy,
    billing_decision,
    billing_operation,
    billing_dispatch,
    integration_process_log,
    extends,
)
