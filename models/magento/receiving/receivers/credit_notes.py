"""What a credit memo of the shop becomes where Odoo has no credit note of it."""

from odoo import _

from .notes import Note
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
        planned = [line for note in self.notes.values() for line in note.lines]
        parts, left = self.billed.find(sold, item.quantity, planned)
        if left:
            self._check_may_stand_alone(item, left)
            parts.append((None, left))
        shares = _shares(self.sale.currency_id, parts, item)
        for invoice_line, quantity, net, tax in shares:
            note = self._get_note(invoice_line)
            note.add_item(sold, invoice_line, quantity, net, tax)

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
        if not self.memo.shipping_net and not self.memo.shipping_tax:
            return
        sold = self.sale.order_line.filtered(lambda x: x.magento_role == "shipping")[:1]
        billed = self.billed.find_line(sold)
        if billed:
            note = self._get_note(billed)
        else:
            note = self._get_main_note()
        note.add_shipping(sold, billed, self.memo.shipping_net, self.memo.shipping_tax)

    def _credit_other_amounts(self):
        """Put adjustments on a credit note, and whatever else makes up the total."""
        taxed = sum((i.tax for i in self.memo.items), self.memo.shipping_tax)
        extras = (
            (self.memo.adjustment_positive, _("Adjustment Refund")),
            (-self.memo.adjustment_negative, _("Adjustment Fee")),
            (self.memo.residual + self.memo.tax - taxed, _("Other Amounts")),
        )
        for amount, name in extras:
            if amount:
                self._get_main_note().add_extra(amount, name)


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
