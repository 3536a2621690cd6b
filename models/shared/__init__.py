from . import (
    integration_guard_mixin,
    integration_secret_mixin,
    integration_entry_mixin,
    integration_process_log,
    integration_process_log_line,
    integration_runner_mixin,
    integration_operation_mixin,
    timeline,
    extends,
)
