from . import (
    account_bank_statement_line,
    account_payment,
    mail_activity_mixin,
    res_config_settings,
)
