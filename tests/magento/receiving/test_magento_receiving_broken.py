from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged
from odoo.tools import mute_logger

from ....models.magento.receiving.receivers import CreditMemos, Invoices, Shipments
from ..broken_common import SLOW_PATH, BrokenRecords
from .receiving_common import MagentoReceivingCommon

ANY_FIELD = settings(
    max_examples=1,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class BrokenDocuments(BrokenRecords, MagentoReceivingCommon):
    """One bad document never stops the others: it waits with a cause, or comes in."""

    shelf_name = ""
    receiver = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.write(
            {
                "import_invoices": "draft",
                "creditmemo_without_invoice": "draft",
            }
        )
        cls.stock_up(1000)

    @property
    def shelf(self):
        return getattr(self.simulator.book, self.shelf_name)

    @property
    def operation(self):
        return self.connection.sudo().operation_ids.filtered(
            lambda operation: operation.code == self.code
        )

    def make(self, order):
        """Let the shop's staff make a document of an order."""
        raise NotImplementedError

    def make_documents(self, count):
        orders = self.import_many(count, "SKU-001", "SKU-002")
        return [self.shelf[self.make(order)["entity_id"]] for order in orders]

    def assert_others_came_in(self, log, good):
        self.assertIn(log.state, ("done", "partial"), self.messages(log))
        for document in good:
            self.assertEqual(self.received(document).sync_state, "done")
        self.assertFalse(self.operation.last_error)
        self.assertTrue(self.operation.watermark)

    def check_any_field(self, seed):
        good = self.make_documents(1)
        drawn = self.draw_breakages(self.shelf.shown(good[0]), seed, self.receiver.read)
        broken = self.make_documents(len(drawn))
        good += self.make_documents(2)
        for document, breakages in zip(broken, drawn, strict=True):
            self.break_record(self.shelf, document, *breakages)
        self.assert_others_came_in(self.take_in(), good)
        for document, breakages in zip(broken, drawn, strict=True):
            with self.subTest(breakages=breakages):
                found = self.find_waiting(self.kind, document)
                self.assertTrue(found)
                for each in found:
                    self.assertTrue(
                        each.sync_state == "done"
                        or each.last_error
                        or each.waiting_reason
                    )
            self.shelf.remove(document["entity_id"])
        self.su["magento.document"].search([("kind", "=", self.kind)]).unlink()

    def check_list_that_fails(self):
        documents = self.make_documents(5)
        bad = documents.pop(1)
        self.shelf.break_(bad["entity_id"])
        for size in (100, 2):
            self.connection.page_size = size
            self.assert_others_came_in(self.take_in(), documents)
            waiting = self.received(bad)
            self.assertEqual(
                (waiting.sync_state, waiting.error_code), ("pending", "not_listed")
            )
            self.assertIn("Magento log", waiting.last_error)
            self.operation.watermark = False
        self.shelf.mend(bad["entity_id"])
        self.assert_others_came_in(self.take_in(), [*documents, bad])
        self.assertFalse(self.received(bad).last_error)

    def check_change_that_fails(self):
        """What follows a change of one document does not stop the others either."""
        documents = self.make_documents(3)
        self.take_in()

        def follow(_receiver, thing, document):
            if thing.magento_id == str(documents[0]["entity_id"]):
                raise ValueError("odd")
            return True

        with patch.object(self.receiver, "follow", follow), mute_logger(SLOW_PATH):
            log = self.take_in()
        self.assertIn(log.state, ("done", "partial"))
        self.assertEqual((log.done_count, log.failed_count), (2, 1))
        self.assertIn("odd", self.received(documents[0]).last_error)


class AnyKindBroken:
    """The tests of each kind of documents."""

    @ANY_FIELD
    @given(st.integers(0, 10**6))
    @mute_logger(SLOW_PATH)
    def test_any_field(self, seed):
        self.check_any_field(seed)

    def test_list_that_fails(self):
        self.check_list_that_fails()

    def test_change_that_fails(self):
        self.check_change_that_fails()


@tagged("post_install", "-at_install")
class TestMagentoInvoicesBroken(AnyKindBroken, BrokenDocuments):
    kind = "invoice"
    code = "import_invoices"
    receiver = Invoices
    shelf_name = "invoices"

    def make(self, order):
        return self.admin.invoice(order["entity_id"])


@tagged("post_install", "-at_install")
class TestMagentoShipmentsBroken(AnyKindBroken, BrokenDocuments):
    kind = "shipment"
    code = "import_shipments"
    receiver = Shipments
    shelf_name = "shipments"

    def make(self, order):
        return self.admin.ship(order["entity_id"])


@tagged("post_install", "-at_install")
class TestMagentoCreditMemosBroken(AnyKindBroken, BrokenDocuments):
    kind = "creditmemo"
    code = "import_credit_memos"
    receiver = CreditMemos
    shelf_name = "creditmemos"

    def make(self, order):
        self.admin.invoice(order["entity_id"])
        return self.admin.refund(order["entity_id"])

    def test_orders_that_are_not_here(self):
        """What the list shows of their orders is left out where the shop fails."""
        orders = [self.place(), self.place()]
        memos = [self.make(order) for order in orders]
        self.simulator.book.orders.break_(orders[0]["entity_id"])
        self.simulator.book.orders.show_as(orders[1]["entity_id"], '{"entity_id": 7}')
        log = self.take_in()
        self.assertIn(log.state, ("done", "partial"), self.messages(log))
        for memo in memos:
            self.assertEqual(self.received(memo).error_code, "order_missing")
