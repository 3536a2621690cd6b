"""What the posted invoices of orders leave to credit."""

from collections import defaultdict
from decimal import Decimal

from .....compat import SOLD_UNIT
from ...exporting.couriers.courier import decimal


class Billed:
    """Quantities that are billed and not credited yet, the oldest invoice first."""

    def __init__(self):
        self.taken = defaultdict(Decimal)

    def find(self, sold, quantity, planned=()):
        """Find the invoice lines that bill so many of an order line.

        :param sold: the `sale.order.line`
        :param Decimal quantity: in its unit
        :param planned: lines of credit notes that are not written yet
        :return: (list of (invoice line, quantity), the quantity that nobody bills)
        """
        credited, unassigned = self._get_credited(sold)
        for line in planned:
            if line.sold == sold and line.invoice_line:
                credited[line.invoice_line] += line.quantity
        parts = []
        for line in self._get_lines(sold):
            left = _quantity(line, sold) - credited[line] - self.taken[line]
            used = min(max(left, Decimal(0)), unassigned)
            unassigned -= used
            part = min(left - used, quantity)
            if part > 0:
                parts.append((line, part))
                quantity -= part
        return parts, quantity

    def find_line(self, sold):
        """Return the first invoice line that bills an order line."""
        return sold and self._get_lines(sold)[:1]

    def take(self, notes):
        """Remember what planned credit notes credit."""
        for note in notes:
            for line in note.lines:
                if line.invoice_line:
                    self.taken[line.invoice_line] += line.quantity

    @staticmethod
    def get_invoices(sale):
        """Return the posted invoices of an order, the oldest first."""
        return sale.order_line.invoice_lines.move_id.filtered(is_invoice).sorted(_age)

    @staticmethod
    def _get_lines(sold):
        lines = sold.invoice_lines.filtered(lambda line: is_invoice(line.move_id))
        return lines.sorted(lambda line: (*_age(line.move_id), line.id))

    def _get_credited(self, sold):
        """Return what is credited: {invoice line: quantity}, and without an invoice."""
        credited, unassigned = defaultdict(Decimal), Decimal(0)
        by_invoice = {line.move_id: line for line in self._get_lines(sold)}
        for line in sold.invoice_lines:
            move = line.move_id
            if move.move_type != "out_refund" or move.state == "cancel":
                continue
            billed = by_invoice.get(move.reversed_entry_id)
            if billed:
                credited[billed] += _quantity(line, sold)
            else:
                unassigned += _quantity(line, sold)
        return credited, unassigned


def is_invoice(move):
    return move.move_type == "out_invoice" and move.state == "posted"


def _age(move):
    return move.invoice_date, move.id


def _quantity(line, sold):
    return decimal(
        line.product_uom_id._compute_quantity(
            line.quantity, sold[SOLD_UNIT], round=False
        )
    )
