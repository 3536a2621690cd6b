from . import (
    account_move,
    account_move_checks,
    account_move_line,
    account_move_reversal,
    coopcycle_import,
    payment_transaction,
    res_company,
    res_config_settings,
    sale_order,
    sale_order_line,
    stock_move,
    stock_picking,
)
