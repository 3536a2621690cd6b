from . import (
    account_move,
    account_move_line,
    coopcycle_import,
    payment_transaction,
    sale_order,
    sale_order_line,
    stock_move,
    stock_picking,
)
