"""What the customer chose of a product's custom options, in words."""

from .....tools.magento import Filter, MagentoError, SearchCriteria
from .....tools.magento.amounts import UNREADABLE

FIELDS = "items[sku,options[option_id,title,values[option_type_id,title]]]"


class Options:
    """Reads the titles of options that orders name by id, one request for a page.

    An order has ids alone: the titles stand with the product. Where the product cannot
    be read any more, the ids are shown.
    """

    def __init__(self, connection):
        self.connection = connection
        self.titles = {}
        self.values = {}
        self.asked = set()

    def load(self, lines):
        """Read the options of the products whose lines have any."""
        skus = {line.sku for line in lines if line.options} - self.asked
        if not skus:
            return
        self.asked |= skus
        try:
            with self.connection._get_client() as client:
                for page in client.pages("products", _criteria(skus), FIELDS):
                    for product in page.items:
                        self._read(product)
        except (MagentoError, *UNREADABLE):
            return  # an integration without rights to the catalog: ids are shown

    def _read(self, product):
        for option in product.get("options") or ():
            self.titles[str(option.get("option_id"))] = option.get("title") or ""
            for value in option.get("values") or ():
                key = str(value.get("option_type_id"))
                self.values[key] = value.get("title") or ""

    def describe(self, line):
        """Return a line of text for each option of an order line."""
        return [
            f"{self.titles.get(option) or option}: {self._value(option, chosen)}"
            for option, chosen in line.options
        ]

    def _value(self, option, chosen):
        """Return titles for ids; a text that the customer typed in as it is."""
        if option not in self.titles:
            return chosen
        return ", ".join(
            self.values.get(part.strip(), part.strip()) for part in chosen.split(",")
        )


def _criteria(skus):
    """Return what finds products; one whose SKU has a comma is asked for alone."""
    plain = sorted(sku for sku in skus if "," not in sku)
    filters = [Filter("sku", "in", plain)] if plain else []
    filters += [Filter("sku", "eq", sku) for sku in sorted(skus) if "," in sku]
    return SearchCriteria().where_any(*filters)
