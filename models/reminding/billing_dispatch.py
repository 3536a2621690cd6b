from odoo import api, models

from ..sending.billing_dispatch import RECEIPTS


class BillingDispatch(models.Model):
    """Whether an invoice has reached its customer, as far as that is known."""

    _inherit = "billing.dispatch"

    @api.model
    def _get_arrived_states(self):
        """Return the states of what a customer has, as far as anybody can know."""
        return ("sent", "posted", "accepted", "opened", "downloaded")

    @api.model
    def _take_receipts(self):
        """Note what is said of reminders as well."""
        ids = list(self.env.cr.precommit.data.get(RECEIPTS, ()))
        reminders = self.env["billing.reminder"].sudo()
        reminders.search([("message_id", "in", ids)])._take_receipt()
        return super()._take_receipts()
