from . import (
    integration_process_log,
    coopcycle_operation,
    coopcycle_delivery,
    coopcycle_connection,
    stock_package_type,
    delivery_carrier,
    stock_move,
    stock_picking,
)
