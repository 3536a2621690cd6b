from . import (
    account_move,
    account_move_send,
    billing_decision,
    billing_policy,
    mail_notification,
    res_company,
    res_config_settings,
    res_partner,
    stock_picking,
)
