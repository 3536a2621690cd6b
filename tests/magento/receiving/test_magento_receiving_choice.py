from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..common import THREE_PIECES
from .receiving_common import MagentoReceivingCommon

LONG_AGO = "2021-06-01 10:00:00"
BEGINNING = "2022-01-01 00:00:00"


class ChoiceCommon(MagentoReceivingCommon):
    """An order, with one document of each kind that the shop's staff made of it."""

    OPERATIONS = {
        "shipment": "import_shipments",
        "invoice": "import_invoices",
        "creditmemo": "import_credit_memos",
    }

    BOUGHT = (THREE_PIECES, THREE_PIECES)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.write(
            {"import_invoices": "posted", "creditmemo_without_invoice": "draft"}
        )
        cls.deliver(cls.sales_of(cls.bought))

    def setUp(self):
        super().setUp()
        self.shelves = {
            "shipment": self.simulator.book.shipments,
            "invoice": self.simulator.book.invoices,
            "creditmemo": self.simulator.book.creditmemos,
        }

    def make(self, **terms):
        """Import an order that the shop invoices, ships and refunds a part of each.

        :return: (the order, {kind: document of the shop})
        """
        order, sale = self.sell(*THREE_PIECES, **terms)
        if sale.delivery_status != "full":
            self.deliver(sale)
        item = {self.item(order, "SKU-001"): 1}
        order_id = order["entity_id"]
        return order, {
            "invoice": self.admin.invoice(order_id, item),
            "shipment": self.admin.ship(order_id, item),
            "creditmemo": self.admin.refund(order_id, item, shipping_amount=0),
        }

    def age(self, remotes, moment=LONG_AGO):
        """Make documents old, though they have changed just now."""
        for kind, remote in remotes.items():
            self.change_remote(self.shelves[kind], remote, created_at=moment)

    def state(self, kind, remote):
        self.kind = kind
        return self.received(remote).sync_state

    def states(self, remotes):
        return {kind: self.state(kind, remote) for kind, remote in remotes.items()}

    def take_all_in(self):
        for code in self.OPERATIONS.values():
            self.connection.run_operation(code)

    def execute(self, operation, **values):
        """Run an operation by the wizard, as a user does, and return its log."""
        action = (
            self.env["magento.operation.wizard"]
            .with_user(self.clerk)
            .create(
                {
                    "connection_ids": self.connection.ids,
                    "operation": operation,
                    **values,
                }
            )
            .action_execute()
        )
        log = self.su["integration.process.log"].browse(action["res_id"])
        self.assertIn(log.state, ("done", "partial"), self.messages(log))
        return log


IN = dict.fromkeys(ChoiceCommon.OPERATIONS, "done")
OUT = dict.fromkeys(ChoiceCommon.OPERATIONS, False)


@tagged("post_install", "-at_install")
class TestMagentoReceivingSince(ChoiceCommon):
    """What is older than the connection's choice stays in Magento."""

    def test_default(self):
        """A new connection begins with the day on which it was made."""
        with freeze_time("2026-03-01 12:00:00"):
            values = self.env["magento.connection"].default_get(
                ["import_since", "import_invoices_since"]
            )
        self.assertEqual(
            {str(moment) for moment in values.values()}, {"2026-03-01 12:00:00"}
        )

    def test_switched_on(self):
        """Who switches it on is offered today, and may choose another day."""
        self.connection.write(
            {"import_invoices": "off", "import_invoices_since": BEGINNING}
        )
        with Form(self.connection) as form:
            form.import_invoices = "posted"
            self.assertGreater(str(form.import_invoices_since), "2026")
            form.import_invoices = "draft"
            form.import_invoices_since = LONG_AGO
        self.assertEqual(str(self.connection.import_invoices_since), LONG_AGO)
        with Form(self.connection) as form:
            form.import_invoices = "posted"
        self.assertEqual(str(self.connection.import_invoices_since), LONG_AGO)

    def set_beginning(self):
        self.connection.write(
            {"import_since": BEGINNING, "import_invoices_since": BEGINNING}
        )

    def long_since(self):
        """Let all of the shop be read up to a later moment than anything changed."""
        self.connection.sudo().operation_ids.watermark = "2100-01-01"

    def test_first_run(self):
        self.set_beginning()
        _order, remotes = self.make()
        _order, young = self.make()
        self.age(remotes)
        self.take_all_in()
        self.assertEqual((self.states(remotes), self.states(young)), (OUT, IN))

    def test_later_run(self):
        """What is old and changes later stays out as well."""
        self.set_beginning()
        self.take_all_in()
        _order, remotes = self.make()
        self.age(remotes)
        self.take_all_in()
        self.assertEqual(self.states(remotes), OUT)

    def test_empty(self):
        self.connection.write({"import_since": False, "import_invoices_since": False})
        _order, remotes = self.make()
        self.age(remotes)
        self.take_all_in()
        self.assertEqual(self.states(remotes), IN)

    def test_earlier_beginning(self):
        """Another beginning lets what was left out come in with the next run."""
        self.set_beginning()
        _order, remotes = self.make()
        self.age(remotes)
        self.take_all_in()
        self.long_since()
        self.connection.import_invoices_since = "2021-01-01"
        self.take_all_in()
        self.assertEqual(self.states(remotes), {**OUT, "invoice": "done"})
        self.long_since()
        self.connection.import_since = "2021-01-01"
        self.take_all_in()
        self.assertEqual(self.states(remotes), IN)

    def test_invoices_apart_from_orders(self):
        """Old orders may come in without their invoices becoming new ones."""
        self.connection.import_invoices_since = BEGINNING
        order, remotes = self.make()
        self.age(remotes)
        self.take_all_in()
        self.assertEqual(self.states(remotes), {**IN, "invoice": False})
        invoices = self.sale(order).invoice_ids
        self.assertNotIn("out_invoice", invoices.mapped("move_type"))

    def test_waiting_goes_on(self):
        """What waits comes in, though the beginning was moved meanwhile."""
        self.connection.creditmemo_without_invoice = "wait"
        _order, remotes = self.make()
        self.kind, self.code = "creditmemo", "import_credit_memos"
        self.take_in()
        self.assertEqual(self.state("creditmemo", remotes["creditmemo"]), "waiting")
        self.connection.write(
            {"import_since": "2100-01-01", "creditmemo_without_invoice": "draft"}
        )
        self.take_in()
        self.assertEqual(self.state("creditmemo", remotes["creditmemo"]), "done")

    def test_store_switched_on(self):
        """What a store view's rule left out comes in once it no longer does."""
        store = self.connection.store_ids.filtered(lambda each: each.code == "us")
        _order, remotes = self.make()
        self.connection.store_ids.import_orders = False
        self.take_all_in()
        self.assertEqual(self.states(remotes), OUT)
        self.long_since()
        (self.connection.store_ids - store).import_orders = True
        self.take_all_in()
        self.assertEqual(self.states(remotes), IN)


@tagged("post_install", "-at_install")
class TestMagentoReceivingAskedFor(ChoiceCommon):
    """Somebody names documents, by *Magento ▸ Operations*."""

    def setUp(self):
        super().setUp()
        self.order, self.asked = self.make()
        self.other_order, self.others = self.make()
        self.age(self.asked)
        self.age(self.others)
        # However old they are
        self.connection.write(
            {"import_since": BEGINNING, "import_invoices_since": BEGINNING}
        )

    def assert_asked_alone(self):
        self.assertEqual((self.states(self.asked), self.states(self.others)), (IN, OUT))

    def test_by_order(self):
        for code in self.OPERATIONS.values():
            self.execute(
                code, scope="numbers", increment_ids=self.order["increment_id"]
            )
        self.assert_asked_alone()

    def test_by_own_number(self):
        for kind, code in self.OPERATIONS.items():
            numbers = self.asked[kind]["increment_id"]
            self.execute(code, scope="numbers", document_numbers=numbers)
        self.assert_asked_alone()

    def test_by_both(self):
        self.execute(
            "import_shipments",
            scope="numbers",
            increment_ids=self.order["increment_id"],
            document_numbers=f"1, {self.others['shipment']['increment_id']}",
        )
        for remotes in (self.asked, self.others):
            self.assertEqual(self.state("shipment", remotes["shipment"]), "done")

    def test_by_day(self):
        self.age(self.others, "2021-06-03 10:00:00")
        for code in self.OPERATIONS.values():
            self.execute(
                code, scope="dates", date_from="2021-06-01", date_to="2021-06-02"
            )
        self.assert_asked_alone()

    def test_nothing_named(self):
        for values in ({"scope": "numbers"}, {"scope": "dates"}):
            with self.assertRaises(UserError):
                self.execute("import_invoices", **values)
        self.assertEqual(self.states(self.asked), OUT)

    def test_how_far_it_was_read(self):
        """Asking for some leaves the next run to read on where the last one ended."""
        self.take_all_in()
        operations = self.connection.sudo().operation_ids
        before = operations.mapped("watermark")
        self.execute(
            "import_invoices",
            scope="numbers",
            increment_ids=self.order["increment_id"],
        )
        self.assertEqual(operations.mapped("watermark"), before)

    def test_screen(self):
        """An export offers no numbers, and numbers of documents are no order's."""
        form = Form(self.env["magento.operation.wizard"])
        form.operation = "import_shipments"
        form.scope = "numbers"
        form.document_numbers = "1"
        form.operation = "export_shipments"
        self.assertEqual(form.scope, "news")
        form.operation = "import_orders"
        form.scope = "numbers"
        with self.assertRaises(AssertionError):
            form.save()  # the numbers of orders are missing
