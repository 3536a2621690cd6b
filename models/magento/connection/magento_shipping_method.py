from odoo import api, fields, models

from ....compat import Constraint


class MagentoShippingMethod(models.Model):
    """A shipping method of a shop, and the carrier that it is in Odoo."""

    _name = "magento.shipping.method"
    _description = "Magento Shipping Method"
    _inherit = ["magento.configuration.mixin"]
    _order = "connection_id, name"

    name = fields.Char("Title", required=True)
    code = fields.Char(required=True)
    carrier_id = fields.Many2one(
        "delivery.carrier",
        "Delivery Method",
        check_company=True,
        help="What orders with this method get. Prices are Magento's in any case.",
    )

    _code_unique = Constraint(
        "unique(connection_id, code)", "This shipping method exists already."
    )

    @api.model
    def _prepare_fetched_vals(self, connection, values):
        """Guess the carrier by the method's title."""
        vals = super()._prepare_fetched_vals(connection, values)
        vals["carrier_id"] = self._guess_carrier(connection, values["name"]).id
        return vals

    def _guess_carrier(self, connection, title):
        """Return the carrier whose name is the title, or how the title begins.

        Magento's titles are those of the carrier and its method: "Flat Rate - Fixed".
        """
        carriers = self.env["delivery.carrier"].search(
            [("company_id", "in", (False, connection.company_id.id))]
        )
        title = title.casefold()
        return carriers.filtered(
            lambda carrier: (
                title == carrier.name.casefold()
                or title.startswith(f"{carrier.name.casefold()} - ")
            )
        )[:1]
