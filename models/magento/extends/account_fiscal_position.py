from odoo import api, models


class AccountFiscalPosition(models.Model):
    """Payments of the shop have no taxes to map."""

    _inherit = "account.fiscal.position"

    @api.model
    def _get_fiscal_position(self, partner, delivery=None):
        if self.env.su and self.env.context.get("magento_registering"):
            return self.browse()
        return super()._get_fiscal_position(partner, delivery)
