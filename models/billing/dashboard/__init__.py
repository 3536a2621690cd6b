from . import billing_dashboard, billing_policy, res_company, res_config_settings
