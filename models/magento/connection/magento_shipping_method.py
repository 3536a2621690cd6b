from odoo import api, fields, models


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

    _sql_constraints = [
        (
            "code_unique",
            "unique(connection_id, code)",
            "This shipping method exists already.",
        )
    ]

    @api.model
    def _meet(self, connection, methods):
        """Return the shipping methods of a shop; new ones are guessed by their title.

        :param methods: list of {"code", "name"}
        """
        known = {method.code: method for method in connection.shipping_method_ids}
        created = self.create(
            [
                {
                    "connection_id": connection.id,
                    **method,
                    "carrier_id": self._guess_carrier(connection, method["name"]).id,
                    "is_guess": True,
                }
                for method in methods
                if method["code"] not in known
            ]
        )
        known.update((method.code, method) for method in created)
        return self.browse([known[method["code"]].id for method in methods])

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
