from odoo import fields, models

from .magento_operation import IMPORTS


class MagentoStore(models.Model):
    """A store view of a shop, and what its orders get in Odoo."""

    _name = "magento.store"
    _description = "Magento Store View"
    _inherit = ["magento.configuration.mixin"]
    _order = "connection_id, website, name"

    name = fields.Char(required=True)
    magento_id = fields.Char("Magento ID", required=True, readonly=True)
    code = fields.Char(readonly=True)
    website = fields.Char(readonly=True)
    time_zone = fields.Char(readonly=True)
    locale = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", "Display Currency", readonly=True)
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Only its currency matters, as prices are Magento's. An order in another"
        " currency gets a pricelist in that one.",
    )
    lang_id = fields.Many2one(
        "res.lang", "Language", help="The language of the customers that order here."
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        help="Where its orders are delivered from.",
    )
    team_id = fields.Many2one("crm.team", "Sales Team", check_company=True)
    user_id = fields.Many2one("res.users", "Salesperson", check_company=True)
    import_orders = fields.Boolean(
        default=True, help="Whether orders of this store view are imported."
    )

    _sql_constraints = [
        (
            "magento_id_unique",
            "unique(connection_id, magento_id)",
            "This store view exists already.",
        )
    ]

    def write(self, vals):
        """Let come in what the rule left out before."""
        res = super().write(vals)
        if "import_orders" in vals:
            self.connection_id._read_again(IMPORTS)
        return res
