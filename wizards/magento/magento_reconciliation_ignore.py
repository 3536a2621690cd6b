from odoo import fields, models


class MagentoReconciliationIgnore(models.TransientModel):
    """*Ignore*: differences that are accepted, and the reason is kept."""

    _name = "magento.reconciliation.ignore"
    _description = "Ignore Differences to Magento"
    _inherit = ["integration.entry.mixin"]

    line_ids = fields.Many2many("magento.reconciliation.line", required=True)
    reason = fields.Char(required=True)

    def action_ignore(self):
        """Ignore the differences."""
        self.ensure_one()
        self.line_ids._ignore(self.reason)
        return {"type": "ir.actions.act_window_close"}
