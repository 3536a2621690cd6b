"""Writing invoices and credit notes with Magento's amounts."""

from decimal import Decimal

from odoo import Command

from .....compat import SOLD_TAXES
from ...ordering.importing.prices import Prices
from .notes import ZERO


class NoteWriter:
    """Creates invoices and credit notes in one go, then corrects the cents.

    Amounts are in the order's currency.

    :param connection: the `magento.connection`, elevated, in its company
    """

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env
        self.prices = {}
        self.currencies = {}

    def get_currency(self, code):
        """Return the active `res.currency`, an empty record if there is none."""
        if code not in self.currencies:
            self.currencies[code] = self.env["res.currency"].search(
                [("name", "=", code)], limit=1
            )
        return self.currencies[code]

    def create_moves(self, notes):
        """Create the drafts of `Note`s; each one's `move` is set."""
        values_list = [self._prepare_vals(note) for note in notes]
        _leave_unnamed(values_list)
        moves = self.env["account.move"].create(values_list)
        for note, move in zip(notes, moves, strict=True):
            note.move = move
            self._take_amounts(note)
        for note in notes:  # when all of them are as in Magento
            if not note.is_refund:
                note.move._magento_take_last_cents()

    def _prepare_vals(self, note):
        moves, lines = self.env["account.move"], self.env["account.move.line"]
        if note.is_refund:
            values = moves._magento_prepare_refund_vals(self.connection, note)
        else:
            values = moves._magento_prepare_invoice_vals(note)
        commands = []
        for line in note.lines:
            quantity = line.get_billed_quantity()
            row = line.net + self._included(line)
            price = self._get_prices(note.sale.currency_id).split(row, quantity)
            commands.append(
                Command.create(lines._magento_prepare_vals(line, quantity, *price))
            )
        return {**values, "invoice_line_ids": commands}

    def _get_prices(self, currency):
        if currency not in self.prices:
            self.prices[currency] = Prices(currency)
        return self.prices[currency]

    def _included(self, line):
        """Return how much tax is within the price that Odoo computes with."""
        taxes = line.taxes
        if not taxes or not any(taxes.mapped("price_include")):
            return ZERO
        if all(taxes.mapped("price_include")):
            return line.tax
        shares = self._tax_shares(line, float(line.tax))
        included = sum(a for tax, a in shares.items() if tax.price_include)
        return Decimal(str(round(included, 6)))

    def _tax_shares(self, line, total):
        """Return {account.tax: amount} that come to a total, as on the order."""
        sold, taxes = line.sold, line.taxes
        if sold and sold.magento_taxes and taxes == sold[SOLD_TAXES]:
            whole = sold.magento_row_total - sold.magento_row_net
            factor = total / whole if whole else 0.0
            shares = {
                tax: sold.currency_id.round(amount * factor)
                for tax, amount in sold._get_magento_taxes().items()
            }
            return sold._magento_shares(total, shares)
        rates = {tax: abs(tax.amount) for tax in taxes}
        whole = sum(rates.values())
        if not whole:
            return {taxes[0]: total}
        return {tax: total * rate / whole for tax, rate in rates.items()}

    def _take_amounts(self, note):
        """Give a draft Magento's taxes, and its total to the cent."""
        amounts = {}
        lines = note.move.invoice_line_ids.sorted("id")
        for line, own in zip(note.lines, lines, strict=True):
            if line.taxes:
                tax = float(line.net + line.tax) - own.price_subtotal
                for each, amount in self._tax_shares(line, tax).items():
                    amounts[each] = amounts.get(each, 0.0) + amount
        for tax, amount in amounts.items():
            note.move._set_tax(tax, amount)
        difference = float(note.total) - note.move.amount_total
        if not note.move.currency_id.is_zero(difference):
            self._add_difference(note.move, difference)
            note.rounding = difference

    def _add_difference(self, move, difference):
        """Add a line for what the taxes cannot make up."""
        values = move.invoice_line_ids._magento_prepare_rounding_vals(
            self.connection._get_product_for("rounding"), difference
        )
        move.write({"invoice_line_ids": [Command.create(values)]})


def _leave_unnamed(values_list):
    """Leave drafts without a name that Odoo would look up only to find that out.

    It names a draft if that is the first of its journal and period.
    """
    periods = set()
    for values in values_list:
        date = values["invoice_date"]
        period = values.get("journal_id"), date.year, date.month
        if period in periods:
            values["name"] = "/"
        periods.add(period)
