import time
from unittest.mock import patch

from odoo.tests import tagged

from ....models.magento.receiving.receivers import Invoices
from .receiving_common import MagentoReceivingCommon


@tagged("post_install", "-at_install")
class TestMagentoReceivingReading(MagentoReceivingCommon):
    """Documents are read page by page like orders, and none of them is lost."""

    kind = "invoice"
    code = "import_invoices"

    def setUp(self):
        super().setUp()
        self.connection.write({"import_invoices": "draft", "page_size": 2})
        orders = [self.place() for _number in range(7)]
        self.run_import()
        self.invoices = [self.admin.invoice(order["entity_id"]) for order in orders]

    @property
    def operation(self):
        return self.connection.sudo().operation_ids.filtered(
            lambda operation: operation.code == self.code
        )

    def came_in(self):
        return [self.received(invoice).sync_state for invoice in self.invoices]

    def assert_all_came_in(self):
        self.assertEqual(set(self.came_in()), {"done"})
        self.assertTrue(self.operation.watermark)

    def test_page_that_repeats(self):
        """A page that comes twice in place of another is noticed before any is lost."""
        self.simulator.faults.add("duplicate_page", path="/invoices.*=gt&")
        log = self.take_in()
        self.assertEqual((log.state, self.operation.watermark), ("failed", False))
        self.assertRegex(self.messages(log, "error"), "left out a page")
        self.assertEqual(self.came_in().count("done"), 2)
        self.simulator.faults.clear()
        self.assertEqual(self.take_in().state, "done")
        self.assert_all_came_in()

    def test_list_that_shrinks(self):
        """The others move up a place: none of them is skipped."""
        receive = Invoices.receive
        gone = self.invoices.pop(0)
        book = self.simulator.book.invoices

        def receive_and_delete(receiver, *args):
            receive(receiver, *args)
            book._documents.pop(gone["entity_id"], None)

        with patch.object(Invoices, "receive", receive_and_delete):
            log = self.take_in()
        self.assertEqual(log.state, "done")
        self.assert_all_came_in()

    def test_deadline(self):
        """What is too much for one run goes on in the next one, which is asked for."""
        cron = self.env.ref("coopcycle_magento.ir_cron_import_invoices")
        self.take_in()  # the operation is there now
        self.operation.watermark = False
        self.su["magento.document"].search([("kind", "=", self.kind)]).unlink()
        triggers = self.su["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        log = self.operation._run("schedule", deadline=time.monotonic()).sudo()
        self.assertIn("More follow", self.messages(log))
        self.assertEqual(
            self.su["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]),
            triggers + 1,
        )
        self.assertFalse(self.operation.watermark)
        self.assertEqual(self.operation.cursor, str(self.invoices[1]["entity_id"]))
        self.assertEqual(self.came_in().count("done"), 2)
        self.take_in()
        self.assert_all_came_in()
