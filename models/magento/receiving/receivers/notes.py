"""Invoices and credit notes with Magento's amounts, before they are written."""

from dataclasses import dataclass, field
from decimal import Decimal

from odoo import Command, _

from .....compat import SOLD_TAXES, SOLD_UNIT

ZERO, HALF_CENT = Decimal(0), Decimal("0.005")
# By so much Magento's parts of one amount may be apart from the whole
CENTS = Decimal("0.02")


@dataclass
class NoteLine:
    """One line of an invoice or a credit note, with what Magento says it comes to.

    `sold` is the sale.order.line and `invoice_line` the line of the invoice that is
    credited, None or an empty record where there is none. `quantity` is in the unit of
    `sold`; `net` is the row without tax and `tax` its tax, in the order's currency.
    """

    sold: object
    invoice_line: object
    quantity: Decimal
    net: Decimal
    tax: Decimal
    name: str
    product: object
    # Whether the document names it: a bundle stands for its parts
    is_named: bool = True
    # Whether nobody knows what it is for
    is_unexplained: bool = False

    def get_billed_quantity(self):
        """Return the quantity in the unit of the invoice that it credits, if any."""
        billed, sold = self.invoice_line, self.sold
        if not billed or billed.product_uom_id == sold[SOLD_UNIT]:
            return self.quantity
        quantity = sold[SOLD_UNIT]._compute_quantity(
            float(self.quantity), billed.product_uom_id, round=False
        )
        return Decimal(str(quantity))

    @property
    def taxes(self):
        """The `account.tax` of the invoice, else of the order."""
        if self.invoice_line:
            return self.invoice_line.tax_ids
        return self.sold[SOLD_TAXES] if self.sold else None


@dataclass
class Note:
    """One invoice or credit note to make.

    :param memo: what Magento has: the credit memo, or the invoice
    :param sale: its sale.order
    :param invoice: the account.move that it credits, an empty record for none
    :param move: the account.move that it has become
    """

    memo: object
    sale: object
    invoice: object
    lines: list = field(default_factory=list)
    move: object = None
    is_refund: bool = True
    # What neither its rows nor their taxes make up in Odoo
    rounding: float = 0.0

    @property
    def env(self):
        return self.sale.env

    @property
    def total(self):
        """What it comes to, with tax."""
        return sum((line.net + line.tax for line in self.lines), ZERO)

    def add_item(self, sold, invoice_line, quantity, net, tax):
        name = (invoice_line or sold).name
        product = sold.product_id
        self._add(sold, invoice_line, quantity, net, tax, name, product)

    def add_shipping(self, sold, invoice_line, net, tax):
        env = self.sale.env
        product = sold.product_id or env.ref(
            "coopcycle_magento.product_magento_shipping"
        )
        name = (invoice_line or sold or product).name
        self._add(sold, invoice_line, Decimal(1), net, tax, name, product)

    def add_charge(self, sold, invoice_line, quantity, net, tax):
        """Add what goes with an item, and is no item of Magento's."""
        self.add_item(sold, invoice_line, quantity, net, tax)
        self.lines[-1].is_named = False

    def add_extra(self, amount, name):
        product = self.sale.env.ref("coopcycle_magento.product_magento_extra")
        self._add(None, None, Decimal(1), amount, ZERO, name, product)

    def add_unexplained(self, amount):
        """Add what nothing of the order explains, for somebody to look at."""
        self.add_extra(amount, _("Other Amounts"))
        self.lines[-1].is_unexplained = True

    def add_free(self, sold, quantity):
        """Add what goes with a bundle that has the price."""
        self._add(sold, None, quantity, ZERO, ZERO, sold.name, sold.product_id)
        self.lines[-1].is_named = False

    def _add(self, sold, invoice_line, quantity, net, tax, name, product):
        line = NoteLine(sold, invoice_line, quantity, net, tax, name, product)
        if tax and not line.taxes:  # somebody took the tax away: the money is the same
            line.net, line.tax = net + tax, ZERO
        self.lines.append(line)

    def items(self):
        """Return the commands that create the lines of the document.

        Each credit note is on one of them, so that it is not exported.
        """
        prepare = self.move.env["magento.document.line"]._prepare_vals
        return [
            Command.create(prepare(line.sold, line.quantity, move=self.move))
            for line in self.lines
            if line.sold and line.is_named
        ]
