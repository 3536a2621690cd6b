from odoo import _, models
from odoo.exceptions import UserError


class BillingOverride(models.Model):
    """An accepted error in a list leads to its invoice."""

    _inherit = "billing.override"

    def action_open_invoice(self):
        """Open the invoice that was posted in spite of the errors.

        :raise UserError: it was deleted meanwhile
        """
        self.ensure_one()
        if not self.move_id:
            raise UserError(_("The invoice %s was deleted since.", self.move_name))
        return self.move_id.get_formview_action()
