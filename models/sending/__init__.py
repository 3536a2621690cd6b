from . import billing_dispatch, billing_operation, extends, integration_process_log
