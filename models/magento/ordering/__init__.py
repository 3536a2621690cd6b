from . import (
    integration_process_log,
    magento_customer,
    magento_order_state,
    magento_connection,
    magento_operation,
)
