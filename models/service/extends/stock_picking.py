from odoo import fields, models

from ...shared.opening import open_form
from ..groups import OFFICE


class StockPicking(models.Model):
    """The transfer of a job's parts."""

    _inherit = "stock.picking"

    billing_service_order_id = fields.Many2one(
        "billing.service.order",
        "Service Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=OFFICE,
    )

    def action_billing_open_service_order(self):
        """Open the job whose parts these are."""
        self.ensure_one()
        return open_form(self.billing_service_order_id)
