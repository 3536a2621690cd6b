from odoo import api, fields, models

from ....compat import Constraint
from .magento_operation import IMPORTS


class MagentoStore(models.Model):
    """A store view of a shop, and what its orders get in Odoo."""

    _name = "magento.store"
    _description = "Magento Store View"
    _inherit = ["magento.configuration.mixin"]
    _order = "connection_id, website, name"

    connection_id = fields.Many2one(readonly=True)
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

    _magento_id_unique = Constraint(
        "unique(connection_id, magento_id)", "This store view exists already."
    )

    def write(self, vals):
        """Let come in what the rule left out before."""
        res = super().write(vals)
        if "import_orders" in vals:
            self.connection_id._read_again(IMPORTS)
        return res

    @api.model
    def _find_or_create(self, connection, values_list):
        """Bring the store views of a shop up to date; new ones are guessed.

        :param values_list: of each one {"magento_id", "currency": its code, "locale"
            and what else was read of it}
        """
        known = {store.magento_id: store for store in self._find_of(connection)}
        stores = self.browse()
        for values in values_list:
            currency = self._activate_currency(values["currency"])
            fetched = {**values, "currency_id": currency.id}
            del fetched["currency"]
            store = known.get(values["magento_id"])
            if store:
                store.write(fetched)
            else:
                store = self.create(self._prepare_fetched_vals(connection, fetched))
            stores |= store
        return stores

    @api.model
    def _prepare_fetched_vals(self, connection, values):
        """Guess language, warehouse and pricelist."""
        vals = super()._prepare_fetched_vals(connection, values)
        lang = self.env["res.lang"].search([("code", "=", values["locale"])], limit=1)
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", connection.company_id.id)], limit=1
        )
        currency = self.env["res.currency"].browse(values["currency_id"])
        pricelist = currency and connection._get_pricelist(currency)
        return {
            "pricelist_id": pricelist.id,
            "lang_id": lang.id,
            "warehouse_id": warehouse.id,
            **vals,
        }

    @api.model
    def _activate_currency(self, code):
        """Return a currency by its code, active from now on; an empty one for none."""
        currency = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", code)], limit=1)
        )
        if currency and not currency.active:
            currency.active = True
        return currency
