from itertools import chain

from ....tools.text.names import name_key
from .matcher import MAX_SHOWN, Matcher


class ProductMatcher(Matcher):
    """Finds the product of each name, in whatever language CoopCycle exported it."""

    kind = "product"

    def match(self, rows_by_name):
        """Find the products, and say which are missing or ambiguous.

        :param rows_by_name: {name in the file: row numbers}
        :return: {name: product id, or None where it is not known}
        """
        by_name = self.env["product.product"]._coopcycle_match(
            self.connection, [name for name in rows_by_name if name]
        )
        self._shown_ids = list(chain.from_iterable(by_name.values()))
        return {
            name: self._match_one(name, rows, by_name) if name else None
            for name, rows in rows_by_name.items()
        }

    def _match_one(self, name, rows, by_name):
        key = name_key(name)
        if chosen := self.choices.picked.get(("product", key)):
            self._add("value_chosen", rows, name, chosen=chosen)
            return chosen
        if remembered := self.choices.remembered.get(("product", key)):
            return remembered
        product_ids = by_name.get(name, ())
        if len(product_ids) == 1:
            return product_ids[0]
        if product_ids:
            products = self.env["product.product"].browse(product_ids[:MAX_SHOWN])
            products = products.with_prefetch(self._shown_ids)  # one query for all
            names = " / ".join(products.mapped("display_name"))
            self._add("product_ambiguous", rows, name, suggestion=names)
        elif self.choices.create_missing_products:
            self._add("product_created", rows, name)
        else:
            self._add("product_missing", rows, name)
        return None
