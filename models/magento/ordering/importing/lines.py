"""The lines of a sale order, with amounts that equal Magento's."""

from decimal import Decimal

from odoo import Command, _
from odoo.tools import float_compare

from .....tools.magento.order_lines import BUNDLE_TITLE
from .prices import Prices
from .problems import Problem


class Lines:
    """Turns what Magento sold into values of sale order lines.

    The price of one is the row after discount divided by the quantity, with those taxes
    that Odoo includes in prices. The shop's own price and discount are kept in fields
    of their own.
    """

    def __init__(self, connection, products, taxes, options):
        self.connection = connection
        self.env = connection.env
        self.products = products
        self.taxes = taxes
        self.options = options
        self.quantity_digits = self.env["decimal.precision"].precision_get(
            "Product Unit of Measure"
        )

    def values(self, order, carrier, currency):
        """Return the values of all lines of an order.

        :param carrier: the order's `delivery.carrier`, or an empty record
        :param currency: the order's `res.currency`
        :raise Problem: a product or a tax is missing
        """
        self.prices = Prices(currency)
        values = [self._line_values(line) for line in order.lines]
        if order.shipping.total or order.shipping.method:
            values.append(self._shipping_values(order, carrier))
        values += [self._extra_values(extra) for extra in order.extras]
        for sequence, each in enumerate(values, 1):
            each["sequence"] = sequence
        return values

    def _line_values(self, line):
        if line.role == BUNDLE_TITLE:
            return {
                "display_type": "line_note",
                "name": f"{line.name} ({line.sku}) × {_plain(line.quantity)}",
                "magento_item_id": line.item_id,
                "magento_role": line.role,
                "magento_quantity": float(line.quantity),
            }
        product = self.products.get(line)
        self._check_quantity(line)
        return {
            **self._priced(product, line.quantity, line.net, line.tax, line.taxes),
            "name": self._description(line),
            "magento_item_id": line.item_id,
            "magento_child_item_id": line.child_item_id or False,
            "magento_parent_item_id": line.parent_item_id or False,
            "magento_role": line.role,
            "magento_is_decimal": line.is_decimal,
            "magento_price": float(line.price),
            "magento_list_price": float(line.list_price),
            "magento_discount": float(line.discount),
        }

    def _shipping_values(self, order, carrier):
        shipping = order.shipping
        product = carrier.product_id or self.env.ref(
            "coopcycle_magento.product_magento_shipping"
        )
        return {
            **self._priced(product, 1, shipping.net, shipping.tax, shipping.taxes),
            "name": shipping.title or shipping.method or product.name,
            "is_delivery": True,
            "magento_role": "shipping",
            "magento_price": float(shipping.price),
            "magento_discount": float(shipping.discount),
        }

    def _extra_values(self, extra):
        product = self.env.ref("coopcycle_magento.product_magento_extra")
        return {
            **self._priced(product, 1, extra.amount, Decimal(0), ()),
            "name": extra.name.replace("_", " ").capitalize(),
            "magento_role": "extra",
        }

    def rounding_values(self, sale):
        """Return the values of the line that makes up for a rounding difference."""
        product = self.env.ref("coopcycle_magento.product_magento_rounding")
        self.prices = Prices(sale.currency_id)
        difference = Decimal(str(sale.magento_total_difference))
        return {
            **self._priced(product, 1, difference, Decimal(0), ()),
            "order_id": sale.id,
            "name": _("Rounding"),
            "sequence": 9999,
            "magento_role": "rounding",
        }

    def _priced(self, product, quantity, net, tax, line_taxes):
        amounts = self._tax_amounts(line_taxes)
        taxes = self.env["account.tax"].union(*amounts)
        row = net + _included(amounts, tax)
        price, discount = self.prices.split(row, quantity)
        return {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": float(quantity),
            "price_unit": price,
            "discount": discount,
            "tax_id": [Command.set(taxes.ids)],
            "magento_quantity": float(quantity),
            "magento_row_net": float(net),
            "magento_row_total": float(net + tax),
            "magento_taxes": {
                str(each.id): float(amount) for each, amount in amounts.items()
            }
            or False,
        }

    def _tax_amounts(self, line_taxes):
        """Return {account.tax: Magento's amount}.

        :raise Problem: one of the taxes is none in Odoo yet
        """
        amounts = {}
        for line_tax in line_taxes:
            for tax in self.taxes.get(line_tax):
                amounts[tax] = amounts.get(tax, Decimal(0)) + line_tax.amount
        return amounts

    def _description(self, line):
        names = [line.name]
        if line.variant_name and line.variant_name != line.name:
            names.append(line.variant_name)
        names += self.options.describe(line)
        return "\n".join(filter(None, names)) or line.sku

    def _check_quantity(self, line):
        """Refuse a quantity that Odoo would round, and with it the price.

        :raise Problem: it has more digits than Odoo's accuracy
        """
        kept = round(float(line.quantity), self.quantity_digits)
        if float_compare(kept, float(line.quantity), precision_digits=6):
            raise Problem(
                "quantity_accuracy", quantity=_plain(line.quantity), sku=line.sku
            )


def _included(amounts, tax):
    """Return how much tax is within the price that Odoo computes with.

    :param amounts: {account.tax: amount}
    :param tax: what they come to, more exactly
    """
    included = [amount for each, amount in amounts.items() if each.price_include]
    return tax if len(included) == len(amounts) and amounts else sum(included)


def _plain(number):
    return f"{number.normalize():f}"
