from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..fetching.common import FIRST, LAST, FetchCommon

LOGGER = "odoo.addons.coopcycle_magento.models.shared.integration_runner_mixin"


@tagged("post_install", "-at_install")
class TestCoopcycleReconciliation(FetchCommon):
    """Both sides are compared order by order, and what differs can be resolved."""

    def reconcile(self, user=None, last=LAST):
        wizard = (
            self.env["coopcycle.reconciliation.wizard"]
            .with_user(user or self.biller)
            .create(
                {
                    "connection_id": self.connection.id,
                    "date_from": FIRST,
                    "date_to": last,
                }
            )
        )
        return self.open(wizard.action_reconcile(), wizard.env.user)

    def causes(self, found):
        return {line.order_number: line.cause_code for line in found.line_ids}

    def test_all_equal(self):
        for total in (499, -120, 0):
            self.instance.deliver(self.store, total=total, tax=round(total / 6))
        self.instance.deliver(self.other)
        self.instance.deliver(None)
        self.fetch()
        marked = [list(order.exports) for order in self.instance.orders]
        found = self.reconcile()
        self.assertEqual(found.conclusion, "All equal: 4 orders.")
        self.assertEqual(
            [
                (total.name, total.order_count, total.billed_count, total.amount)
                for total in found.total_ids
            ],
            [("Acme", 3, 3, 3.16), ("Les Vélos du Canal", 1, 1, 4.16)],
        )
        self.assertEqual(
            found.total_ids.mapped("amount"), found.total_ids.mapped("billed_amount")
        )
        self.assertEqual(marked, [order.exports for order in self.instance.orders])

    def test_what_differs(self):
        """Each order has its cause, both amounts and its invoices."""
        deliver = self.instance.deliver
        equal, dearer, cancelled = (deliver(self.store) for _number in range(3))
        self.fetch()
        dearer.total += 300
        cancelled.state = "cancelled"
        new, elsewhere = deliver(self.store), deliver(self.other)
        elsewhere.exports.append((self.instance.now(), "of-somebody-else"))
        deliver(self.store, state="cancelled")
        found = self.reconcile()
        self.assertEqual(
            self.causes(found),
            {
                new.number: "not_exported",
                elsewhere.number: "exported",
                dearer.number: "amount",
                cancelled.number: "cancelled",
            },
        )
        self.assertNotIn(equal.number, self.causes(found))
        self.assertEqual((found.order_count, found.different_count), (4, 4))
        line = found.line_ids.filtered(lambda line: line.cause_code == "amount")
        self.assertEqual((line.amount, line.billed_amount), (7.16, 4.16))
        self.assertEqual(line.move_ids.partner_id, self.acme)
        self.assertTrue(line.remedy)
        self.assertEqual(line.action_resolve()["res_id"], line.move_ids.id)

    def test_what_was_exported_comes_in(self):
        """Also what somebody exported in CoopCycle, and lost; then nothing differs."""
        lost = self.instance.deliver(self.store)
        lost.exports.append((self.instance.now(), "of-somebody-else"))
        new = self.instance.deliver(self.other)
        found = self.reconcile()
        self.assertEqual(
            self.causes(found), {lost.number: "exported", new.number: "not_exported"}
        )
        line = found.line_ids.filtered(lambda line: line.cause_code == "exported")
        wizard = self.open(line.action_resolve())
        self.finding(wizard, "partner_missing").partner_id = self.acme
        wizard.action_import()
        self.assertEqual(
            wizard.import_id.move_ids.coopcycle_external_id,
            self.external_id(self.store.id, "of-somebody-else"),
        )
        line = found.line_ids - line
        action = line.action_resolve()
        fetching = self.env[action["res_model"]].with_user(self.biller)
        fetching.with_context(**action["context"]).create({}).action_fetch()
        again = self.open(found.action_again())
        self.assertFalse(again.line_ids)
        self.assert_all_billed()
        self.assertEqual(len(self.billed()), 2)

    def test_what_waited_is_settled_by_bringing_it_in(self):
        """A later fetch of the same days is not held up by it."""
        self.instance.deliver(self.instance.add_store("Unknown"))
        waiting = self.fetch()
        self.assertEqual(waiting.state, "ready")
        self.make_customer("Unknown")
        self.bring_in(self.reconcile())
        self.instance.deliver(self.store)
        self.assertEqual(self.fetch().batch, 2)
        self.assertEqual(waiting.state, "imported")
        self.assertEqual(waiting.missing_count, 0)
        self.assert_all_billed()
        self.assertEqual(len(self.billed()), 2)

    def bring_in(self, found):
        """Bring in what was exported, and return its import."""
        wizard = self.open(found.action_bring_in())
        wizard.action_import()
        return wizard.import_id

    def test_what_was_settled_and_is_taken_back_comes_in_again(self):
        """CoopCycle gives it no more: it waits where it came first."""
        self.instance.deliver(self.instance.add_store("Unknown"))
        waiting = self.fetch()
        self.make_customer("Unknown")
        other = self.bring_in(self.reconcile())
        waiting.action_import()
        self.assertEqual((waiting.state, waiting.is_settled), ("imported", True))
        other.action_undo()
        self.assertEqual((waiting.state, waiting.is_settled), ("ready", False))
        other = self.bring_in(self.reconcile())
        waiting.action_import()
        other.move_ids.unlink()
        self.assertEqual(self.fetch(), waiting)
        self.assertEqual((waiting.state, waiting.is_settled), ("imported", False))
        self.assert_all_billed()
        with self.assertRaisesRegex(UserError, "nothing to import"):
            waiting.action_import()

    def test_orders_on_their_way(self):
        """They are due when their day is over, and where somebody exported them."""
        deliver, today = self.instance.deliver, fields.Date.today()
        late = deliver(self.store, state="accepted")
        lost = deliver(self.store, state="new")
        lost.exports.append((self.instance.now(), "of-somebody-else"))
        deliver(self.store, today + timedelta(days=1), state="accepted")
        found = self.reconcile(last=today + timedelta(days=1))
        self.assertEqual(
            self.causes(found), {late.number: "undelivered", lost.number: "exported"}
        )
        self.assertEqual(found.order_count, 2)
        line = found.line_ids.filtered(lambda line: line.cause_code == "undelivered")
        self.assertEqual(line.action_resolve()["res_model"], "coopcycle.fetch.wizard")

    def test_an_order_that_cannot_be_read_differs(self):
        self.instance.deliver(self.other)
        self.fetch()
        self.instance.deliver(self.store).number = 17
        found = self.reconcile()
        self.assertEqual(self.causes(found), {"17": "unreadable"})
        self.assertEqual((found.order_count, found.different_count), (2, 1))

    @mute_logger(LOGGER)
    def test_no_time_for_all_orders(self):
        self.instance.deliver(self.store)
        found = self.reconcile()
        found.sudo()._run_logged("user", deadline=0)
        self.assertEqual(found.state, "failed")
        self.assertIn("fewer days", found.conclusion)

    def test_a_credited_order_is_invoiced_no_more(self):
        order = self.instance.deliver(self.store)
        move = self.fetch().import_ids.move_ids
        move.action_post()
        order.state = "cancelled"
        self.assertEqual(self.causes(self.reconcile()), {order.number: "cancelled"})
        move._reverse_moves([{"date": LAST, "invoice_date": LAST}], cancel=True)
        self.assertFalse(self.reconcile().line_ids)

    @mute_logger(LOGGER)
    def test_what_goes_wrong(self):
        self.instance.faults.add("html_page", path="invoice_line_items")
        found = self.reconcile()
        self.assertEqual(found.state, "failed")
        self.assertIn("did not come from CoopCycle", found.conclusion)
        with self.assertRaisesRegex(UserError, "nothing left|did not come"):
            found.action_bring_in()
        reader = self.make_user("reader", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            self.reconcile(user=reader)
        for button in ("action_again", "action_bring_in"):
            with self.assertRaises(AccessError):
                getattr(found.with_user(reader), button)()

    def test_queries_do_not_grow_with_orders(self):
        """A thousand orders are looked up at once."""
        counts = []
        for number in (5, 100):
            for _number in range(number):
                self.instance.deliver(self.store)
            self.fetch()
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            self.assertFalse(self.reconcile().line_ids)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 5)
