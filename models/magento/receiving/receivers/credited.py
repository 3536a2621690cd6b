"""Credit notes that Odoo has already of what a credit memo refunds."""

from collections import defaultdict
from decimal import Decimal

from .....compat import SOLD_UNIT
from ...exporting.couriers.courier import decimal
from .problems import Wait

UNFINISHED = ("waiting", "pending", "sending", "unknown")


class Credited:
    """Knows the credit notes of orders that no credit memo is tied to.

    :param env: elevated, in the connection's company
    """

    def __init__(self, env):
        self.env = env
        self.tied = env["account.move"]
        self.under_way = env["account.move"]

    def load(self, sales):
        """Look up at once which credit notes of some orders are free."""
        notes = sales._magento_get_credit_notes()
        documents = self.env["magento.document"].search(
            [
                ("kind", "=", "creditmemo"),
                "|",
                ("move_id", "in", notes.ids),
                ("line_ids.move_id", "in", notes.ids),
            ]
        )
        done = documents.filtered(lambda document: document.sync_state == "done")
        self.tied = done._get_moves()
        # An export may have tied the credit memo itself to one
        self.under_way = documents.filtered(
            lambda document: (
                document.direction == "push" and document.sync_state in UNFINISHED
            )
        )._get_moves()

    def find(self, memo, sale, quantities):
        """Return the credit note of the same items and total, an empty record for none.

        One after which the same was invoiced again corrected an invoice, and gave
        nothing back.

        :param dict quantities: {sale.order.line: quantity} of the credit memo
        :raise Wait: it is on its way to Magento
        """
        notes = sale._magento_get_credit_notes() - self.tied
        for note in notes.sorted(lambda move: (move.state != "posted", move.id)):
            if (
                self._has_total(note, memo)
                and self._get_items(note, sale) == quantities
                and not self._is_invoiced_again(note, quantities)
            ):
                if note in self.under_way:
                    raise Wait("note_under_way", note=note.display_name)
                self.tied |= note
                return note
        return self.env["account.move"]

    @staticmethod
    def _has_total(note, memo):
        currency = note.currency_id
        if currency.name != memo.currency:
            return False
        return not currency.compare_amounts(note.amount_total, float(memo.grand_total))

    @staticmethod
    def _get_items(note, sale):
        """Return {sale.order.line: quantity}, None if it credits other orders too."""
        if note.invoice_line_ids.sale_line_ids.order_id - sale:
            return None
        found = defaultdict(Decimal)
        for line in note.invoice_line_ids:
            for sold in line.sale_line_ids:
                # With another product it is an amount and takes nothing back
                is_item = line.product_id == sold.product_id
                if is_item and sold._magento_is_invoiced_by_item():
                    found[sold] += decimal(
                        line.product_uom_id._compute_quantity(
                            line.quantity, sold[SOLD_UNIT], round=False
                        )
                    )
        return {sold: quantity for sold, quantity in found.items() if quantity}

    @staticmethod
    def _is_invoiced_again(note, quantities):
        lines = note.env["sale.order.line"].union(*quantities).invoice_lines
        return any(
            move.move_type == "out_invoice"
            and move.state != "cancel"
            and move.id > note.id
            for move in lines.move_id
        )
