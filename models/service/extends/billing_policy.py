from odoo import _, api, fields, models


class BillingPolicy(models.Model):
    """A policy may bill service orders as soon as they are done."""

    _inherit = "billing.policy"

    event_service = fields.Boolean(
        "Service Orders", help="Bills service orders as soon as they are done."
    )

    @api.model
    def _get_events(self):
        return {**super()._get_events(), "service": _("service orders")}
