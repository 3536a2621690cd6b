from . import (
    account_move,
    account_move_send,
    billing_decision,
    billing_decision_line,
    billing_policy,
    product_template,
    res_company,
    res_config_settings,
    res_users,
    sale_order,
    sale_order_line,
    stock_picking,
)
