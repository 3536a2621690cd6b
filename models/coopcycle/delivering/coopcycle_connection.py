from datetime import timedelta

from odoo import _, fields, models
from odoo.exceptions import UserError


class CoopcycleConnection(models.Model):
    """Values of sending deliveries."""

    _inherit = "coopcycle.connection"

    operation_ids = fields.One2many(
        "coopcycle.operation",
        "connection_id",
        "Operations",
        copy=False,
        groups="account.group_account_manager,stock.group_stock_manager",
    )

    def _get_pause_text(self):
        """Return why nothing is sent for now, "" if all goes on."""
        if not self.active:
            return _(
                "Its CoopCycle instance is archived, so nothing is sent. Resolution:"
                " unarchive it, or choose another carrier."
            )
        operation = self.sudo().operation_ids.filtered(
            lambda each: each.code == "send_deliveries" and each.paused_until
        )
        if not operation:
            return ""
        return _(
            "Nothing is sent until %(time)s (UTC). %(reason)s",
            time=operation.paused_until,
            reason=operation.pause_reason,
        )

    def _check_unused(self):
        res = super()._check_unused()
        deliveries_sudo = self.env["coopcycle.delivery"].sudo()
        if deliveries_sudo.search([("connection_id", "in", self.ids)], limit=1):
            raise UserError(
                _(
                    "The company of an instance cannot be changed once it has"
                    " deliveries. Resolution: create another instance in the other"
                    " company."
                )
            )
        return res

    def _get_parallel_requests(self):
        """Return how many requests are under way at once."""
        return 8

    def _get_attempts_allowed(self):
        """Return after how many attempts somebody has to look at a delivery."""
        return 3

    def _get_settling_time(self):
        """Return after how long what CoopCycle does not have will not be made.

        It may finish what it was asked for after the caller has hung up.
        """
        return timedelta(minutes=2)
