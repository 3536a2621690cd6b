from . import (
    account_move,
    account_move_line,
    coopcycle_connection,
    coopcycle_file,
    coopcycle_import,
    coopcycle_import_background,
    coopcycle_import_issue,
    coopcycle_mapping,
    coopcycle_store,
    integration_process_log,
)
