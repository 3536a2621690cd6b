from . import (
    account_move,
    account_move_line,
    account_tax,
    delivery_carrier,
    sale_order,
    sale_order_line,
    stock_move,
    stock_picking,
)
