from unittest.mock import patch

from odoo.tests import tagged

from ....models.magento.exporting.outbox import run
from ..delivery_common import MagentoDeliveryCommon


@tagged("post_install", "-at_install")
class TestMagentoCancellations(MagentoDeliveryCommon):
    """Orders that were cancelled in Odoo are cancelled in the shop."""

    def sell_and_cancel(self):
        order, sale = self.sell()
        sale._action_cancel()
        return order, sale

    def run_cancellations(self):
        return self.export("export_cancellations")

    def test_cancelled(self):
        order, sale = self.sell_and_cancel()
        _order, _kept = self.sell()
        log = self.run_cancellations()
        self.assertEqual(order["state"], "canceled")
        self.assertEqual((log.state, log.done_count), ("done", 1))
        self.assertEqual(self.docs("order_cancel").sync_state, "done")
        self.assertIn("Cancelled in Magento", sale.message_ids[0].body)
        self.assertFalse(self.run_cancellations().line_ids)
        self.run_import()
        self.assertEqual(sale.state, "cancel")
        self.assertEqual(self.posts("/cancel$"), 1)

    def test_from_magento(self):
        order, sale = self.sell()
        self.cancel(order)
        self.run_import()
        self.assertEqual(sale.state, "cancel")
        self.assertFalse(self.run_cancellations().line_ids)
        self.assertFalse(self.posts("/cancel$"))

    def test_cancelled_there_meanwhile(self):
        order, _sale = self.sell_and_cancel()
        self.cancel(order)
        self.run_cancellations()
        self.assertEqual(self.docs("order_cancel").sync_state, "done")
        self.assertFalse(self.posts("/cancel$"))

    def test_invoiced(self):
        """Magento says false, and not why; the remedy does."""
        order, _sale = self.sell_and_cancel()
        self.simulator.admin.invoice(order["entity_id"])
        log = self.run_cancellations()
        document = self.docs("order_cancel")
        self.assertEqual((document.sync_state, document.attempt_count), ("pending", 1))
        self.assertRegex(document.last_error, "invoiced.*Resolution: ")
        self.assertEqual((log.state, log.failed_count), ("partial", 1))
        for _attempt in range(2):
            self.be_due()
            self.run_cancellations()
        self.assertEqual(document.sync_state, "skipped")
        self.assertEqual(len(document.activity_ids), 1)

    def test_back_to_quotation(self):
        order, sale = self.sell_and_cancel()
        self.simulator.faults.add("maintenance", "POST", "/cancel$", times=1)
        self.run_cancellations()
        sale.action_draft()
        self.be_due()
        self.run_cancellations()
        self.assertEqual(self.docs("order_cancel").sync_state, "waiting")
        self.assertEqual(order["state"], "new")
        sale._action_cancel()
        self.run_cancellations()
        self.assertEqual(order["state"], "canceled")

    def test_revived_meanwhile(self):
        """Who revives an order while Magento cancels it gets a word of it."""
        order, sale = self.sell_and_cancel()
        send_all = run.send_all

        def send_meanwhile(*args):
            outcomes = send_all(*args)
            sale.action_draft()
            return outcomes

        with patch.object(run, "send_all", send_meanwhile):
            self.run_cancellations()
        self.assertEqual((order["state"], sale.state), ("canceled", "draft"))
        said = "".join(sale.message_ids.mapped("body"))
        self.assertRegex(said, "changed in Odoo meanwhile.*Resolution: ")

    def test_revived_afterwards(self):
        """So does who revives one that Magento has cancelled."""
        _order, sale = self.sell_and_cancel()
        self.run_cancellations()
        sale.action_draft()
        self.assertRegex(sale.message_ids[0].body, "has cancelled this.*Resolution: ")

    def test_unknown(self):
        order, _sale = self.sell_and_cancel()
        self.simulator.faults.add("hang_up_after", "POST", "/cancel$", times=1)
        self.run_cancellations()
        self.assertEqual(self.docs("order_cancel").sync_state, "unknown")
        self.run_cancellations()
        self.assertEqual(self.docs("order_cancel").sync_state, "done")
        self.assertEqual(order["state"], "canceled")
        self.assertEqual(self.posts("/cancel$"), 1)

    def test_no_right(self):
        self.sell_and_cancel()
        self.simulator.rights.discard("Magento_Sales::cancel")
        log = self.run_cancellations()
        self.assertIn("Magento_Sales::cancel", self.messages(log, "error"))
        self.assertEqual(self.docs("order_cancel").attempt_count, 0)
        self.assertTrue(self.operation_of("export_cancellations").paused_until)
        self.assertFalse(self.operation_of("export_shipments").paused_until)
