from odoo import fields, models

from ..integration_process_log import DEFAULT_DAYS, RETENTION_PARAMETER


class ResConfigSettings(models.TransientModel):
    """Settings of the whole database."""

    _inherit = "res.config.settings"

    coopcycle_magento_log_retention_days = fields.Integer(
        "Keep Process Logs",
        config_parameter=RETENTION_PARAMETER,
        default=DEFAULT_DAYS,
        help="Days after which logs are deleted, and the contents of finished documents"
        " emptied. 0 keeps them for ever.",
    )
