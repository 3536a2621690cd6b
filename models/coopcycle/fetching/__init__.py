from . import (
    integration_process_log,
    coopcycle_connection,
    coopcycle_fetch,
    coopcycle_fetch_store,
    coopcycle_import,
)
