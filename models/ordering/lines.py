"""The lines of a sale order, with amounts that equal Magento's."""

from decimal import Decimal

from odoo import Command, _
from odoo.tools import float_compare

from ...tools.magento.order_lines import BUNDLE_TITLE
from .problems import Problem


class Lines:
    """Turns what Magento sold into values of sale order lines.

    The price of one is the row after discount divided by the quantity, with tax only
    where Odoo's taxes are included in prices. The shop's own price and discount are
    kept in fields of their own.
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

    def values(self, order, carrier):
        """Return the values of all lines of an order.

        :param carrier: the order's `delivery.carrier`, or an empty record
        :raise Problem: a product or a tax is missing
        """
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

    def rounding_values(self, difference):
        """Return the values of the line that makes up for a rounding difference."""
        product = self.env.ref("coopcycle_magento.product_magento_rounding")
        return {
            **self._priced(product, 1, difference, Decimal(0), ()),
            "name": _("Rounding"),
            "sequence": 9999,
            "magento_role": "rounding",
        }

    def _priced(self, product, quantity, net, tax, line_taxes):
        taxes = self.taxes.get(line_taxes)
        is_included = taxes and all(t.price_include for t in taxes)
        row = net + tax if is_included else net
        return {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": float(quantity),
            "price_unit": float(row / quantity) if quantity else 0.0,
            "discount": 0.0,
            "tax_id": [Command.set(taxes.ids)],
            "magento_quantity": float(quantity),
            "magento_row_total": float(net + tax),
            "magento_taxes": self._tax_amounts(line_taxes) or False,
        }

    def _tax_amounts(self, line_taxes):
        """Return {id of the tax in Odoo: Magento's amount}, as JSON keeps it."""
        amounts = {}
        for line_tax in line_taxes:
            for tax in self.taxes.get([line_tax]):
                key = str(tax.id)
                amounts[key] = amounts.get(key, 0.0) + float(line_tax.amount)
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


def _plain(number):
    return f"{number.normalize():f}"
