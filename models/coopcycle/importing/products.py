from collections import defaultdict
from itertools import chain

from odoo.tools import SQL

from ....tools.text.names import name_key


class ProductMatcher:
    """Finds the product of each name, in whatever language CoopCycle exported it."""

    def __init__(self, connection, choices, findings):
        self.env = connection.env
        self.connection = connection
        self.choices = choices
        self.findings = findings

    def match(self, rows_by_name):
        """Find the products, and say which are missing or ambiguous.

        :param rows_by_name: {name in the file: row numbers}
        :return: {name: product id, or None where it is not known}
        """
        by_name = self._load_names({name_key(name) for name in rows_by_name})
        self._shown_ids = list(chain.from_iterable(by_name.values()))
        return {
            name: self._match_one(name, rows, by_name) if name else None
            for name, rows in rows_by_name.items()
        }

    def _load_names(self, wanted):
        """Return {name key: product ids}, over the names in all languages."""
        product = self.env["product.product"]
        query = product._search(
            product._check_company_domain(self.connection.company_id)
        )
        query.order = None
        template = query.join(
            "product_product", "product_tmpl_id", "product_template", "id", "template"
        )
        names = SQL("jsonb_each_text(%s)", SQL.identifier(template, "name"))
        query.add_join("JOIN", "translation", names, SQL("TRUE"))
        self.env.cr.execute(query.select("product_product.id", "translation.value"))
        by_name = defaultdict(set)
        for product_id, name in self.env.cr.fetchall():
            key = name_key(name)
            if key in wanted:
                by_name[key].add(product_id)
        return by_name

    def _match_one(self, name, rows, by_name):
        key = name_key(name)
        if chosen := self.choices.picked.get(("product", key)):
            self._add("value_chosen", rows, name, chosen=chosen)
            return chosen
        if remembered := self.choices.remembered.get(("product", key)):
            return remembered
        product_ids = by_name.get(key, ())
        if len(product_ids) == 1:
            return next(iter(product_ids))
        if product_ids:
            products = self.env["product.product"].browse(sorted(product_ids)[:5])
            products = products.with_prefetch(self._shown_ids)  # one query for all
            names = " / ".join(products.mapped("display_name"))
            self._add("product_ambiguous", rows, name, suggestion=names)
        elif self.choices.create_missing_products:
            self._add("product_created", rows, name)
        else:
            self._add("product_missing", rows, name)
        return None

    def _add(self, code, rows, name, **details):
        self.findings.add(
            code, rows, column="product", value=name, ask="product", **details
        )
