from odoo import fields, models


class MagentoCustomer(models.Model):
    """A registered customer of a shop, and who that is in Odoo."""

    _name = "magento.customer"
    _description = "Magento Customer"
    _rec_name = "magento_id"

    connection_id = fields.Many2one(
        "magento.connection", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    magento_id = fields.Char("Magento ID", required=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade", index=True
    )

    _sql_constraints = [
        (
            "magento_id_unique",
            "unique(connection_id, magento_id)",
            "This customer of the shop is known already.",
        )
    ]
