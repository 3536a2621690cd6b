from odoo import _, api, fields, models

from ....compat import check_access
from ...shared.opening import open_records
from ..groups import OFFICE


class AccountMove(models.Model):
    """An invoice and the jobs that it bills."""

    _inherit = "account.move"

    billing_service_order_ids = fields.Many2many(
        "billing.service.order",
        string="Service Orders",
        compute="_compute_billing_service_orders",
        compute_sudo=True,
        groups=OFFICE,
    )
    billing_service_order_count = fields.Integer(
        compute="_compute_billing_service_orders", compute_sudo=True, groups=OFFICE
    )

    @api.depends("billing_decision_ids.service_order_id", "reversed_entry_id")
    def _compute_billing_service_orders(self):
        for move in self:
            decisions = (move | move.reversed_entry_id).billing_decision_ids
            move.billing_service_order_ids = decisions.service_order_id
            move.billing_service_order_count = len(decisions.service_order_id)

    def _billing_filter_not_credited(self):
        """Return those that posted credit notes do not wholly make good for."""
        notes = self.search(
            [
                ("reversed_entry_id", "in", self.ids),
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
            ]
        ).grouped("reversed_entry_id")
        return self.filtered(
            lambda move: (
                move not in notes
                or move.currency_id.compare_amounts(
                    sum(notes[move].mapped("amount_total")), move.amount_total
                )
                < 0
            )
        )

    def action_billing_open_service_orders(self):
        """Open the jobs that it bills."""
        self.ensure_one()
        check_access(self, "read")
        return open_records(_("Service Orders"), self.billing_service_order_ids)
