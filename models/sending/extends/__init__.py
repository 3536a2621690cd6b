from . import (
    account_move,
    account_move_send,
    billing_decision,
    mail_notification,
    res_company,
    res_config_settings,
    res_partner,
)
