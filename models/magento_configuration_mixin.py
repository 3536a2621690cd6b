from odoo import fields, models


class MagentoConfigurationMixin(models.AbstractModel):
    """What was fetched from a shop, and what it stands for in Odoo.

    What it stands for is guessed at first, and used until somebody corrects it;
    `is_guess` shows that nobody has looked at it yet.
    """

    _name = "magento.configuration.mixin"
    _description = "Magento Configuration"
    _check_company_auto = True

    connection_id = fields.Many2one(
        "magento.connection", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    is_guess = fields.Boolean("To Confirm", default=False, copy=False)

    def write(self, vals):
        """Take what a user writes as confirmed."""
        if "is_guess" not in vals and not self.env.context.get("magento_fetching"):
            vals = {**vals, "is_guess": False}
        return super().write(vals)

    def action_confirm_guess(self):
        """Confirm what was guessed."""
        self.write({"is_guess": False})
