from odoo import api, fields, models

from ....compat import Constraint


class MagentoCustomer(models.Model):
    """A registered customer of a shop, and who that is in Odoo."""

    _name = "magento.customer"
    _inherit = ["integration.guard.mixin"]
    _description = "Magento Customer"
    _rec_name = "magento_id"

    connection_id = fields.Many2one(
        "magento.connection",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    magento_id = fields.Char("Magento ID", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade", index=True
    )

    _magento_id_unique = Constraint(
        "unique(connection_id, magento_id)",
        "This customer of the shop is known already.",
    )

    @api.model
    def _match(self, connection, magento_ids):
        """Return {Magento's customer id: res.partner} of those that are known.

        :param magento_ids: ids, "" among them for guests
        """
        found = self.search(
            [
                ("connection_id", "=", connection.id),
                ("magento_id", "in", list(filter(None, magento_ids))),
            ]
        )
        return {each.magento_id: each.partner_id for each in found}

    @api.model
    def _prepare_vals(self, connection, magento_id, partner):
        """Return the values that remember who a registered customer is."""
        return {
            "connection_id": connection.id,
            "magento_id": magento_id,
            "partner_id": partner.id,
        }
