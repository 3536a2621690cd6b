from . import (
    account_move,
    base_partner_merge_automatic_wizard,
    res_company,
    res_config_settings,
    res_partner,
)
