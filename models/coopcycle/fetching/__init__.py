from . import (
    integration_process_log,
    coopcycle_connection,
    coopcycle_period_mixin,
    coopcycle_fetch,
    coopcycle_fetch_store,
    coopcycle_import,
)
