from . import (
    integration_process_log,
    coopcycle_issue_mixin,
    coopcycle_connection,
    coopcycle_file,
    coopcycle_import,
    coopcycle_import_issue,
    coopcycle_mapping,
    coopcycle_store,
    background,
    extends,
    fetching,
    reconciling,
)
