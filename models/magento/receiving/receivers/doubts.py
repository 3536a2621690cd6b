"""Why somebody has to look at an invoice or a credit memo before it counts."""

from odoo import _

from ...ordering.importing.rounding import is_rounding
from .billed import is_invoice


class Doubts:
    """Compares what was made of the shop's documents with their own totals and orders.

    It is made before the drafts are, as it counts what was there until then.

    :param env: of whoever reads of them
    :param plans: plans with a `sale` each
    """

    def __init__(self, env, plans):
        self.env = env
        self.invoiced, self.refunded = {}, {}
        for sale in {plan.sale for plan in plans}:
            moves = sale.order_line.invoice_lines.move_id
            self.invoiced[sale] = self._sum(moves.filtered(is_invoice), sale)
            self.refunded[sale] = self._sum(moves.filtered(_is_refund), sale)

    @staticmethod
    def _sum(moves, sale):
        """Return what moves come to for an order."""
        total = 0.0
        for move in moves:
            if move.magento_order_ids == sale:
                total += move.amount_total
            else:
                lines = move.invoice_line_ids
                own = lines.filtered(lambda line: line.sale_line_ids.order_id == sale)
                total += sum(own.mapped("price_total"))
        return total

    def find(self, thing, sale, notes):
        """Return what a user reads about new drafts, "" if nothing is wrong.

        :param thing: Magento's invoice or credit memo
        :param notes: the `Note`s of it, which have their moves
        """
        reasons = [
            *self._compare_with_itself(sale, notes),
            *self._compare_with_order(sale, notes),
        ]
        if not reasons:
            return ""
        return _(
            "%(number)s of Magento is for you to look at: it is not posted by itself."
            " %(reasons)s Resolution: look at it in Magento; correct the draft, or post"
            " it as it is.",
            number=thing.increment_id or thing.magento_id,
            reasons=" ".join(reasons),
        )

    def _compare_with_itself(self, sale, notes):
        currency = sale.currency_id
        total = sum(note.move.amount_total for note in notes)
        unexplained = sum(
            float(line.net + line.tax)
            for note in notes
            for line in note.lines
            if line.is_unexplained
        )
        if not is_rounding(unexplained, currency):
            yield _(
                "Neither its items nor delivery, taxes and adjustments explain"
                " %(amount)s of its total of %(total)s.",
                amount=currency.format(unexplained),
                total=currency.format(total),
            )
        rounded = sum(note.rounding for note in notes)
        if not is_rounding(rounded, currency):
            yield _(
                "Its total of %(total)s and what Odoo computes of its rows and taxes"
                " differ by %(amount)s.",
                amount=currency.format(rounded),
                total=currency.format(total),
            )
        if currency.compare_amounts(total, 0) < 0:
            yield _("Its total of %s is negative.", currency.format(total))

    def _compare_with_order(self, sale, notes):
        total = sum(note.move.amount_total for note in notes)
        currency = sale.currency_id
        if any(note.is_refund for note in notes):
            self.refunded[sale] += total
            limit = self.invoiced[sale] or sale.magento_grand_total
            more = self.refunded[sale] - limit
            if more > 0 and not is_rounding(more, currency):
                yield _(
                    "With it %(refunded)s is refunded of %(invoiced)s.",
                    refunded=currency.format(self.refunded[sale]),
                    invoiced=currency.format(limit),
                )
            return
        self.invoiced[sale] += total
        left = self.invoiced[sale] - self.refunded[sale]
        more = left - sale.magento_grand_total
        if more > 0 and not is_rounding(more, currency):
            yield _(
                "With it %(invoiced)s is invoiced of an order of %(ordered)s.",
                invoiced=currency.format(left),
                ordered=currency.format(sale.magento_grand_total),
            )


def _is_refund(move):
    return move.move_type == "out_refund" and move.state != "cancel"
