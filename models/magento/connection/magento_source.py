from odoo import fields, models


class MagentoSource(models.Model):
    """A stock source of a shop, and the warehouse that it is in Odoo."""

    _name = "magento.source"
    _description = "Magento Stock Source"
    _inherit = ["magento.configuration.mixin"]
    _order = "connection_id, name"

    name = fields.Char(required=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        help="Shipments from this warehouse take the shop's stock from this source.",
    )

    _sql_constraints = [
        ("code_unique", "unique(connection_id, code)", "This source exists already.")
    ]
