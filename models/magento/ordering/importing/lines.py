"""The lines of a sale order, with amounts that equal Magento's."""

from decimal import Decimal

from odoo.tools import float_compare, float_round

from .....compat import QUANTITY_DIGITS
from .....tools.magento.order_lines import BUNDLE_TITLE
from .prices import Prices
from .problems import Problem
from .row import Row

ZERO, ONE = Decimal(0), Decimal(1)


class Lines:
    """Turns what Magento sold into values of sale order lines.

    The price of one is the row after discount divided by the quantity, with those taxes
    that Odoo includes in prices. Which values a line gets, `sale.order.line` says.

    :param connection: the `magento.connection`, elevated, in its company
    :param products, taxes, catalog: the `Products`, `Taxes` and `Catalog` of the run
    """

    def __init__(self, connection, products, taxes, catalog):
        self.connection = connection
        self.env = connection.env
        self.model = self.env["sale.order.line"]
        self.products = products
        self.taxes = taxes
        self.catalog = catalog
        self.quantity_digits = self.env["decimal.precision"].precision_get(
            QUANTITY_DIGITS
        )

    def values(self, order, carrier, currency):
        """Return the values of all lines of an order.

        :param carrier: the order's `delivery.carrier`, or an empty record
        :param currency: the order's `res.currency`
        :raise Problem: a product or a tax is missing
        """
        self.prices = Prices(currency)
        values = []
        for line in order.lines:
            values += [self._line_values(line), *self._charge_values(line)]
        if order.shipping.total or order.shipping.method:
            values += self._shipping_values(order, carrier)
        values += [self._extra_values(extra) for extra in order.extras]
        for sequence, each in enumerate(values, 1):
            each["sequence"] = sequence
        return values

    def _line_values(self, line):
        if line.role == BUNDLE_TITLE:
            return self.model._magento_prepare_title_vals(line)
        product = self.products.get(line)
        self._check_quantity(line, product)
        row = self._get_row(product, line.quantity, line.net, line.tax, line.taxes)
        chosen = self.catalog.describe(line)
        return self.model._magento_prepare_vals(line, row, chosen)

    def _charge_values(self, line):
        """Return the values of what goes with a line, and is taxed in another way."""
        values = []
        if charge := line.product_tax:
            product = self.connection._get_product_for("product_tax")
            row = self._get_row(
                product, line.quantity, charge.net, charge.tax, charge.taxes
            )
            values.append(self.model._magento_prepare_product_tax_vals(line, row))
        if line.untaxed_discount:
            values.append(
                self._discount_values(
                    line.item_id, line.name, line.quantity, line.untaxed_discount
                )
            )
        return values

    def _discount_values(self, item_id, name, quantity, discount):
        product = self.connection._get_product_for("discount")
        row = self._get_row(product, quantity, -discount, ZERO, ())
        return self.model._magento_prepare_untaxed_discount_vals(item_id, name, row)

    def _shipping_values(self, order, carrier):
        """Return the values of the delivery, and of its discount if it has its own."""
        shipping = order.shipping
        product = carrier.product_id or self.connection._get_product_for("shipping")
        row = self._get_row(product, ONE, shipping.net, shipping.tax, shipping.taxes)
        values = [self.model._magento_prepare_shipping_vals(order, row)]
        if shipping.untaxed_discount:
            name = values[0]["name"]
            values.append(
                self._discount_values("shipping", name, ONE, shipping.untaxed_discount)
            )
        return values

    def _extra_values(self, extra):
        product = self.connection._get_product_for("extra")
        row = self._get_row(product, ONE, extra.amount, extra.tax, extra.taxes)
        return self.model._magento_prepare_extra_vals(extra, row)

    def rounding_values(self, sale):
        """Return the values of the line that makes up for a rounding difference."""
        product = self.connection._get_product_for("rounding")
        self.prices = Prices(sale.currency_id)
        difference = Decimal(str(sale.magento_total_difference))
        row = self._get_row(product, ONE, difference, ZERO, ())
        return self.model._magento_prepare_rounding_vals(sale, row)

    def _get_row(self, product, quantity, net, tax, line_taxes):
        """Return the `Row`.

        :raise Problem: one of the taxes is none in Odoo yet
        """
        taxes = self._tax_amounts(line_taxes)
        price, discount = self.prices.split(net + _included(taxes, tax), quantity)
        return Row(product, quantity, net, tax, taxes, price, discount)

    def _tax_amounts(self, line_taxes):
        """Return {account.tax: Magento's amount}.

        :raise Problem: one of the taxes is none in Odoo yet
        """
        amounts = {}
        for line_tax in line_taxes:
            for tax in self.taxes.get(line_tax, line_taxes):
                amounts[tax] = amounts.get(tax, Decimal(0)) + line_tax.amount
        return amounts

    def _check_quantity(self, line, product):
        """Refuse a quantity that Odoo would round, and with it the price.

        :raise Problem: it has more digits than Odoo's accuracy, or than transfers of
            the product can have
        """
        quantity = float(line.quantity)
        shown = {"quantity": f"{line.quantity.normalize():f}", "sku": line.sku}
        kept = round(quantity, self.quantity_digits)
        if float_compare(kept, quantity, precision_digits=6):
            raise Problem("quantity_accuracy", **shown)
        unit = product.uom_id
        moved = float_round(quantity, precision_rounding=unit.rounding)
        is_moved = product.type != "service"
        if is_moved and float_compare(moved, quantity, precision_digits=6):
            raise Problem("quantity_unit", **shown, unit=unit.name, step=unit.rounding)


def _included(amounts, tax):
    """Return how much tax is within the price that Odoo computes with.

    :param amounts: {account.tax: amount}
    :param tax: what they come to, more exactly
    """
    included = [amount for each, amount in amounts.items() if each.price_include]
    return tax if len(included) == len(amounts) and amounts else sum(included)
