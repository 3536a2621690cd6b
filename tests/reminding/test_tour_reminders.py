from odoo.tests import tagged

from ..shared.pages import PageCase
from .common import RemindingCommon


@tagged("post_install", "-at_install", "coopcycle_tour")
class TestRemindersTour(RemindingCommon, PageCase):
    """The screens of *Payments*, in a browser."""

    def test_held_released_and_sent(self):
        """4.25: a reminder that is held is released with a reason, and sent."""
        move = self.owe(6)
        reminder = self.open_one()
        move.with_user(self.approver).billing_promise(self.today)
        menu = self.su.ref("coopcycle_magento.billing_menu_root")
        self.start_tour(
            f"/web#menu_id={menu.id}",
            "billing_reminders_tour",
            login="billing_approver",
        )
        self.assertEqual(reminder.release_reason, "They never keep it")
        self.remind()
        self.assertEqual(reminder.state, "sent")
        self.assertEqual(reminder.user_id, self.approver)

    def test_disputed_and_settled(self):
        """4.92: who makes invoices enters a dispute on one, and closes it."""
        move = self.owe(6)
        reminder = self.open_one()
        action = self.su.ref("account.action_move_out_invoice_type")
        self.start_tour(
            f"/web#id={move.id}&model=account.move&view_type=form&action={action.id}",
            "billing_dispute_tour",
            login="billing_approver",
        )
        self.assertEqual(
            (move.billing_dispute_state, move.billing_dispute_cause),
            ("closed", "quality"),
        )
        self.assertEqual(reminder.state, "proposed")
