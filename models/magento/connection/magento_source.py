from odoo import api, fields, models

from ....compat import Constraint


class MagentoSource(models.Model):
    """A stock source of a shop, and the warehouse that it is in Odoo."""

    _name = "magento.source"
    _description = "Magento Stock Source"
    _inherit = ["magento.configuration.mixin"]
    _order = "connection_id, name"

    connection_id = fields.Many2one(readonly=True)
    name = fields.Char(required=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        help="Shipments from this warehouse take the shop's stock from this source.",
    )

    _code_unique = Constraint(
        "unique(connection_id, code)", "This source exists already."
    )

    @api.model
    def _prepare_fetched_vals(self, connection, values):
        """Guess the warehouse by the source's name."""
        vals = super()._prepare_fetched_vals(connection, values)
        warehouses = self.env["stock.warehouse"].search(
            [("company_id", "=", connection.company_id.id)]
        )
        name = values["name"].casefold()
        vals["warehouse_id"] = warehouses.filtered(
            lambda warehouse: warehouse.name.casefold() == name
        )[:1].id
        return vals
