from . import (
    account_move_checks,
    res_company,
    res_config_settings,
)
