from . import (
    integration_process_log,
    coopcycle_operation,
    coopcycle_event,
    coopcycle_connection,
    coopcycle_delivery,
    integration_timeline,
)
