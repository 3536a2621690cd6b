from odoo.tests import tagged

from ..shared.pages import PageCase
from .common import BankingCommon


@tagged("post_install", "-at_install", "coopcycle_tour")
class TestBankingTour(BankingCommon, PageCase):
    """The screen of bank lines, in a browser."""

    def test_entered_refused_applied_undone(self):
        """4.38, 4.94: what a line pays is found, refused, applied and undone."""
        moves = self.owe(100.0) | self.owe(100.0)
        menu = self.su.ref("coopcycle_magento.billing_menu_root")
        self.start_tour(
            f"/web#menu_id={menu.id}", "billing_banking_tour", login="billing_approver"
        )
        [line] = self.lines()
        self.assertFalse(line.is_reconciled)
        self.assertEqual(set(moves.mapped("payment_state")), {"not_paid"})
        states = set(line.billing_match_ids.mapped("state"))
        self.assertEqual(states, {"suggested", "rejected"})
        [memory] = self.su["billing.match.memory"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(memory.times, 0)
