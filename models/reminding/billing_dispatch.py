from odoo import api, models


class BillingDispatch(models.Model):
    """What mail servers say of reminders is noted as what they say of invoices."""

    _inherit = "billing.dispatch"

    @api.model
    def _find_sent_with(self, message_ids):
        reminders = self.env["billing.reminder"].sudo()
        return [
            *super()._find_sent_with(message_ids),
            reminders.search([("message_id", "in", message_ids)]),
        ]
