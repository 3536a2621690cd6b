from odoo import fields, models


class MagentoDocumentReset(models.TransientModel):
    """*Reset attempts*: a skipped document is tried again, and the reason is kept."""

    _name = "magento.document.reset"
    _description = "Reset the Attempts of Magento Documents"
    _inherit = ["integration.entry.mixin"]

    document_ids = fields.Many2many("magento.document", required=True)
    reason = fields.Char(required=True)

    def action_reset(self):
        """Reset the attempts."""
        self.ensure_one()
        self.document_ids._reset_attempts(self.reason)
        return {"type": "ir.actions.act_window_close"}
