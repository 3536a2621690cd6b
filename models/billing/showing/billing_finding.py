from odoo import models


class BillingFinding(models.Model):
    """A finding in a list leads to its invoice."""

    _inherit = "billing.finding"

    def action_open_invoice(self):
        """Open the invoice in which it was found."""
        self.ensure_one()
        return self.move_id.get_formview_action()
