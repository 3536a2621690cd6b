from odoo import fields, models


class StockPackageType(models.Model):
    """A package as CoopCycle knows it: by the name that the store gives its kind."""

    _inherit = "stock.package.type"

    package_carrier_type = fields.Selection(
        selection_add=[("coopcycle", "CoopCycle")],
        ondelete={"coopcycle": "set default"},
    )
