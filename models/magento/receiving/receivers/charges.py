"""What goes with the items of an invoice or a credit memo of the shop.

Magento names items alone: a fixed product tax is within the total, and a discount that
does not lower the tax is among the amounts of its item.
"""

from dataclasses import dataclass

from ...exporting.couriers.courier import decimal
from .notes import ZERO

CENT = type(ZERO)("0.01")


@dataclass
class Charge:
    """So much of a line of the order that goes with an item."""

    sold: object
    quantity: object
    net: object
    tax: object


class Charges:
    """The charges of one document.

    :param document: Magento's invoice or credit memo, as it was read
    :param sale: its sale.order
    """

    def __init__(self, document, sale):
        self.document = document
        self.sale = sale
        self.discounts = {}
        self.product_taxes = {}
        self.lines = sale.order_line.filtered("magento_charged_item_id")
        for item in document.items if self.lines else ():
            if sold := sale._magento_match_item(item):
                self._find(sold, item)
        self._settle()

    def of(self, sold):
        """Return the `Charge`s of a line of the order."""
        return self.product_taxes.get(sold, []) + self.discounts.get(sold, [])

    def get_discount(self, sold):
        """Return the discount of an item that is a line of its own."""
        return -sum((each.net for each in self.discounts.get(sold, [])), ZERO)

    @property
    def net(self):
        """What of the document's total the fixed product taxes are."""
        return sum((each.net for each in self._all_product_taxes()), ZERO)

    @property
    def tax(self):
        return sum((each.tax for each in self._all_product_taxes()), ZERO)

    def _find(self, sold, item):
        for line in self.lines:
            if line.magento_charged_item_id != sold.magento_item_id:
                continue
            if line.magento_role == "discount":
                charge = Charge(line, item.quantity, -item.discount, ZERO)
                self.discounts.setdefault(sold, []).append(charge)
            else:
                charge = self._get_share(line, item.quantity)
                self.product_taxes.setdefault(sold, []).append(charge)

    @staticmethod
    def _get_share(line, quantity):
        whole = decimal(line.magento_quantity)
        net = decimal(line.magento_row_net) * quantity / whole
        total = decimal(line.magento_row_total) * quantity / whole
        net, total = net.quantize(CENT), total.quantize(CENT)
        return Charge(line, quantity, net, total - net)

    def _settle(self):
        """Give the largest one the cents by which Magento rounds its parts."""
        charges = self._all_product_taxes()
        if not charges:
            return
        largest = max(charges, key=lambda charge: abs(charge.net))
        most = CENT * (len(charges) + 1)
        for name, whole in (
            ("net", self.document.residual),
            ("tax", self.document.tax_residual),
        ):
            off = whole - getattr(self, name)
            if abs(off) <= most:
                setattr(largest, name, getattr(largest, name) + off)

    def _all_product_taxes(self):
        return [charge for each in self.product_taxes.values() for charge in each]
