from odoo import models


class MergePartnerAutomatic(models.TransientModel):
    """Customers that are merged have one history as a payer, and one open letter."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Join what Odoo would delete: of each customer there may be one."""
        self.env["billing.payer"].sudo()._join(dst_partner, src_partners)
        self.env["billing.reminder"].sudo()._join(dst_partner, src_partners)
        return super()._update_foreign_keys(src_partners, dst_partner)
