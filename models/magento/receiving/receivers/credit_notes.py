"""What a credit memo of the shop becomes where Odoo has no credit note of it."""

from dataclasses import replace
from decimal import Decimal

from odoo import _

from ...exporting.couriers.courier import decimal
from .charges import Charges
from .notes import CENTS, HALF_CENT, ZERO, Note
from .problems import Wait


class CreditNotes:
    """Plans the credit notes of a credit memo, one for each invoice that it credits.

    :param memo: Magento's credit memo, as it was read
    :param sale: its sale.order
    :param billed: the `Billed`, which knows what the invoices leave to credit
    :param bool may_stand_alone: whether one without an invoice is wanted
    """

    def __init__(self, memo, sale, billed, may_stand_alone):
        self.memo = memo
        self.sale = sale
        self.env = sale.env
        self.billed = billed
        self.may_stand_alone = may_stand_alone
        self.notes = {}
        self.charges = Charges(memo, sale)

    def plan(self):
        """Return the `Note`s.

        :raise Problem: an item is not the order's
        :raise Wait: an invoice is missing
        """
        for item in self.memo.items:
            self._credit_item(item)
        self._credit_shipping()
        self._credit_other_amounts()
        return list(self.notes.values())

    def _credit_item(self, item):
        """Put an item on the credit notes of the invoices that bill it."""
        sold = self.sale._magento_match_item(item)
        if not sold or not (item.quantity or item.net or item.tax):
            return
        parts, left = self._find_billed(sold, item.quantity)
        if left:
            self._check_may_stand_alone(item, left)
            parts.append((None, left))
        item = replace(item, net=item.net + self.charges.get_discount(sold))
        shares = _shares(self.sale.currency_id, parts, item)
        for invoice_line, quantity, net, tax in shares:
            note = self._get_note(invoice_line)
            note.add_item(sold, invoice_line, quantity, net, tax)
        for charge in self.charges.of(sold):
            self._credit_charge(charge)

    def _find_billed(self, sold, quantity):
        planned = [line for note in self.notes.values() for line in note.lines]
        return self.billed.find(sold, quantity, planned)

    def _credit_charge(self, charge):
        """Put what goes with an item on the credit notes of its invoices."""
        parts, left = self._find_billed(charge.sold, charge.quantity)
        if left or not parts:
            parts.append((None, left or charge.quantity))
        shares = _shares(self.sale.currency_id, parts, charge)
        for invoice_line, quantity, net, tax in shares:
            note = (
                self._get_note(invoice_line) if invoice_line else self._get_main_note()
            )
            note.add_charge(charge.sold, invoice_line, quantity, net, tax)

    def _check_may_stand_alone(self, item, left):
        """Check that a credit note without an invoice is wanted.

        :raise Wait: it is not
        """
        if self.may_stand_alone:
            return
        if not self.billed.get_invoices(self.sale):
            raise Wait("no_invoice", order=self.sale.name)
        raise Wait(
            "not_invoiced",
            order=self.sale.name,
            sku=item.sku,
            quantity=f"{item.quantity.normalize():f}",
            open=f"{(item.quantity - left).normalize():f}",
        )

    def _get_note(self, invoice_line):
        invoice = invoice_line.move_id if invoice_line else self.env["account.move"]
        if invoice not in self.notes:
            self.notes[invoice] = Note(self.memo, self.sale, invoice)
        return self.notes[invoice]

    def _get_main_note(self):
        """Return the largest credit note, for what no item says where it belongs."""
        if self.notes:
            return max(self.notes.values(), key=lambda note: note.total)
        invoice = self.billed.get_invoices(self.sale)[:1]
        if not invoice and not self.may_stand_alone:
            raise Wait("no_invoice", order=self.sale.name)
        self.notes[invoice] = Note(self.memo, self.sale, invoice)
        return self.notes[invoice]

    def _credit_shipping(self):
        memo = self.memo
        if not memo.shipping_net and not memo.shipping_tax:
            return
        sold = self.sale._magento_get_shipping()[:1]
        charges = sold._get_magento_charges() if sold else sold
        discount = memo.shipping_discount if charges else ZERO
        billed = self.billed.find_line(sold)
        note = self._get_note(billed) if billed else self._get_main_note()
        net = memo.shipping_net + discount
        note.add_shipping(sold, billed, net, memo.shipping_tax)
        for each in charges:
            line = self.billed.find_line(each)
            note.add_charge(each, line, Decimal(1), -discount, ZERO)

    def _credit_other_amounts(self):
        """Put adjustments on a credit note, and whatever else makes up the total."""
        adjustments = (
            (self.memo.adjustment_positive, _("Adjustment Refund")),
            (-self.memo.adjustment_negative, _("Adjustment Fee")),
        )
        for amount, name in adjustments:
            if amount:
                self._get_main_note().add_extra(amount, name)
        rest_net = self.memo.residual - self.charges.net
        rest = rest_net + self.memo.tax_residual - self.charges.tax
        if abs(rest) >= HALF_CENT:
            self._credit_rest(rest)

    def _credit_rest(self, rest):
        """Credit a gift card or a fee of the order, or what nothing explains."""
        extras = self.sale.order_line.filtered(
            lambda x: x.magento_role in ("extra", "rounding") and x.qty_invoiced > 0
        )
        lines = [(sold, self.billed.find_line(sold)) for sold in extras]
        off = rest - decimal(sum(extras.mapped("price_total")))
        if lines and abs(off) <= CENTS:
            for sold, billed in lines:
                note = self._get_note(billed) if billed else self._get_main_note()
                net, tax = decimal(sold.price_subtotal), decimal(sold.price_tax)
                note.add_charge(sold, billed, Decimal(1), net + off, tax)
                off = ZERO
        else:
            self._get_main_note().add_unexplained(rest)


def _shares(currency, parts, item):
    """Split an item's amounts by quantities; the last part has what is left.

    :param parts: list of (invoice line, quantity)
    :return: list of (invoice line, quantity, net, tax)
    """
    if not parts:  # an amount without a quantity
        return [(None, item.quantity, item.net, item.tax)]
    found, net, tax = [], item.net, item.tax
    for number, (line, quantity) in enumerate(parts, 1):
        share_net, share_tax = net, tax
        if number < len(parts):
            share_net = _round(currency, item.net * quantity / item.quantity)
            share_tax = _round(currency, item.tax * quantity / item.quantity)
        found.append((line, quantity, share_net, share_tax))
        net, tax = net - share_net, tax - share_tax
    return found


def _round(currency, amount):
    return type(amount)(str(round(currency.round(float(amount)), 4)))
