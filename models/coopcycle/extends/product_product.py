from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ....compat import income_account
from ....tools.text.names import name_key


class ProductProduct(models.Model):
    """Which product a name of CoopCycle's export is, and its account."""

    _inherit = "product.product"

    @api.model
    def _coopcycle_match(self, connection, names):
        """Find the products of names, besides what users assigned to them.

        CoopCycle exports a name in its user's language, so those of all languages are
        compared, in one query; spaces, case and accents do not matter.

        :param connection: the `coopcycle.connection` of the file
        :param list names: all product names of the file
        :return: {name: product ids}: one id is the product, several are in doubt; a
            name that no product has may be left out
        """
        ids_by_key = defaultdict(set)
        wanted = {name_key(name) for name in names}
        for product_id, name in self._coopcycle_read_names(connection):
            key = name_key(name)
            if key in wanted:
                ids_by_key[key].add(product_id)
        return {name: sorted(ids_by_key[name_key(name)]) for name in names}

    def _coopcycle_read_names(self, connection):
        """Return [(product id, name)] of the company, a name for each language."""
        query = self._search(self._check_company_domain(connection.company_id))
        query.order = None
        template = query.join(
            "product_product", "product_tmpl_id", "product_template", "id", "template"
        )
        names = SQL("jsonb_each_text(%s)", SQL.identifier(template, "name"))
        query.add_join("JOIN", "translation", names, SQL("TRUE"))
        # Not every version of Odoo flushes what such a query reads
        self.flush_model()
        self.product_tmpl_id.flush_model()
        self.env.cr.execute(query.select("product_product.id", "translation.value"))
        return self.env.cr.fetchall()

    def _coopcycle_get_income_account(self, connection):
        """Return the account that Odoo gives a line without one, if there is any.

        :return: the `account.account` of the product, or else of its category
        """
        return income_account(self, connection.company_id)
