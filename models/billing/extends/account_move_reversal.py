from odoo import models

from ....compat import REVERSALS


class AccountMoveReversal(models.TransientModel):
    """A credit note that a new draft replaces: what it credits is billed once more."""

    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        before = self.move_ids[REVERSALS]
        action = super().reverse_moves(is_modify=is_modify)
        if is_modify:
            (self.move_ids[REVERSALS] - before).sudo().billing_is_again = True
        return action
