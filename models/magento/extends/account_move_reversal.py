from collections import defaultdict

from odoo import models
from odoo.tools import float_compare


class AccountMove(models.Model):
    """Credit notes of an invoice of Magento's orders come to it, to the cent.

    A part has its share; the last part has what is left.
    """

    _inherit = "account.move"

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Credit the taxes that were invoiced."""
        moves = super()._reverse_moves(default_values_list, cancel)
        moves._take_reversed_amounts()
        return moves

    def _post(self, soft=True):
        """Share the cents when nobody edits the quantities any more."""
        self._take_reversed_amounts()
        return super()._post(soft)

    def _take_reversed_amounts(self):
        """Give draft credit notes their shares of the invoices that they reverse.

        Those of Magento's credit memos have Magento's amounts.
        """
        for move in self.filtered(
            lambda move: (
                move.state == "draft"
                and move.move_type == "out_refund"
                and not move.magento_is_creditmemo
            )
        ):
            billed = move.reversed_entry_id.invoice_line_ids
            if any(billed.sale_line_ids.mapped("magento_role")):
                move._take_shares(*move._get_reversed_shares())

    def _get_reversed_shares(self):
        """Return what of the invoice this credit note takes back.

        :return: ({line of this one: line of the invoice}, {line of the invoice: share
            that earlier credit notes take back}, the same with this one)
        """
        invoice, pairs = self.reversed_entry_id, {}
        before, after = defaultdict(float), defaultdict(float)
        by_sold = defaultdict(self.env["account.move.line"].browse)
        for billed in invoice.invoice_line_ids:
            by_sold[billed.sale_line_ids] |= billed
        notes = invoice.reversal_move_id.filtered(lambda note: note.state != "cancel")
        for line in notes.invoice_line_ids.filtered("sale_line_ids"):
            billed = by_sold[line.sale_line_ids]
            if line.move_id.id > self.id or not line._takes_back(billed):
                continue
            share = line.quantity / billed.quantity
            after[billed] += share
            if line.move_id == self:
                pairs[line] = billed
            else:
                before[billed] += share
        return pairs, before, after

    def _take_shares(self, pairs, before, after):
        """Take what earlier credit notes leave; see `_get_reversed_shares`."""
        rounded = self.currency_id.round
        for line, billed in pairs.items():
            whole = billed._get_row()
            line._take_row(
                rounded(whole * after[billed]) - rounded(whole * before[billed])
            )
        invoice = self.reversed_entry_id
        wholes, earlier, later, others = (defaultdict(float) for _number in range(4))
        for billed in invoice.invoice_line_ids:
            for tax, amount in billed._get_odoo_taxes().items():
                wholes[tax] += amount
                earlier[tax] += amount * before[billed]
                later[tax] += amount * after[billed]
        for line in self.invoice_line_ids.filtered(lambda line: line not in pairs):
            for tax, amount in line._get_odoo_taxes().items():
                others[tax] += amount
        for tax, whole in wholes.items():
            factor = invoice._get_tax(tax) / whole if whole else 0.0
            share = rounded(later[tax] * factor) - rounded(earlier[tax] * factor)
            self._set_tax(tax, share + others[tax])


class AccountMoveLine(models.Model):
    """A line that takes back what an invoice bills."""

    _inherit = "account.move.line"

    def _takes_back(self, billed):
        """Say whether this takes back a line of an invoice, at its price.

        :param billed: the lines of the invoice for the same line of the order
        """
        self.ensure_one()
        if len(billed) != 1 or not billed.quantity:
            return False
        row = billed.price_subtotal * self.quantity / billed.quantity
        off = abs(row - self.price_subtotal)
        return (
            self.product_id == billed.product_id
            and self.product_uom_id == billed.product_uom_id
            and self.tax_ids == billed.tax_ids
            and float_compare(off, self.currency_id.rounding, 3) <= 0
        )
