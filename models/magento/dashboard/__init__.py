from . import (
    magento_connection,
    magento_operation,
)
