from odoo import models
from odoo.tools import float_compare

from .transfers import Transfers


class BillingServicePart(models.Model):
    """Parts leave the stock when the job is done, each of them once."""

    _inherit = "billing.service.part"

    def _leave(self):
        """Let what was used leave the van or the warehouse."""
        Transfers(self._filter_billable()).send()

    def _come_back(self):
        """Let what left come back."""
        Transfers(self.filtered("stock_move_id")).take_back()

    # What came with the quotation's own delivery

    def _get_before(self):
        """Return the done moves by which the order's own delivery brought the same."""
        moves = self.sale_line_id.move_ids
        return moves.filtered(
            lambda move: (
                move.state == "done"
                and move.location_dest_id.usage == "customer"
                and not move.picking_id.billing_is_apart
            )
        ).sorted("id")

    def _get_moves(self):
        return self.stock_move_id | (
            self._get_before() if self.before_quantity else self.stock_move_id
        )

    def _prepare_claims(self, claims):
        """Claim what left with the job, and its share of what had left before."""
        shares = []
        if leaving := self._get_leaving():
            claim = claims.claim(self.stock_move_id)
            shares.append((leaving / self.used_quantity, claim))
        rest = self.before_quantity
        moves = self._get_before() if rest else self.stock_move_id.browse()
        for move in moves:
            is_last = move == moves[-1:]
            free = move.product_uom._compute_quantity(
                claims.get_free(move), self.unit_id, round=False
            )
            taken = rest if is_last else min(rest, free)
            if float_compare(taken, 0, precision_digits=6) > 0:
                quantity = self.unit_id._compute_quantity(
                    taken, move.product_uom, round=False
                )
                claim = claims.claim(move, quantity)
                shares.append((taken / self.used_quantity, claim))
                rest -= taken
        return [(share, {"part_id": self.id, **claim}) for share, claim in shares]
