from . import (
    billing_dispatch,
    billing_operation,
    integration_process_log,
    archiving,
    extends,
)
