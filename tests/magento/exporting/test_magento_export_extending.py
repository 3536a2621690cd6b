from unittest.mock import patch

from odoo.tests import tagged

from ..common import ONE, TWO_PIECES
from ..delivery_common import MagentoDeliveryCommon
from .export_common import MagentoExportCommon


class ExtendingCommon:
    """Another addon overrides methods of models, and calls `super()` in them."""

    def override(self, model, name, change):
        """Let a method return something else.

        :param change: a function of what the method returns and of its arguments
        """
        registered = type(self.env[model])
        inherited = getattr(registered, name)

        def method(record, *args, **options):
            return change(inherited(record, *args, **options), *args, **options)

        self.startPatcher(patch.object(registered, name, method))


@tagged("post_install", "-at_install")
class TestExtendingInvoices(ExtendingCommon, MagentoExportCommon):
    """What is told of invoices, and when."""

    BOUGHT = (ONE, *[TWO_PIECES] * 2)

    def comments(self, order):
        invoice = self.simulator.book.invoices.of_order(order["entity_id"])[0]
        return [
            (comment["comment"], comment["is_visible_on_front"])
            for comment in invoice["comments"]
        ]

    def test_body(self):
        """What is added to the body arrives in the shop."""

        def show(body, document, _items):
            comment = {**body["comment"], "is_visible_on_front": 1}
            return {**body, "comment": comment, "extension_attributes": {"ours": 1}}

        self.override("account.move", "_magento_prepare_body", show)
        order, move = self.make_invoice()
        self.export()
        document = self.doc(move)
        self.assertEqual(document.sync_state, "done", document.last_error)
        self.assertEqual(document.payload["extension_attributes"], {"ours": 1})
        text = f"{move.name} [{document.key}]"
        self.assertEqual(self.comments(order), [(text, 1)])

    def test_comment(self):
        """Another text keeps the key by which a lost document is found again."""
        self.override(
            "account.move",
            "_magento_get_comment_text",
            lambda text, document: f"{text} of {document.sale_order_id.name}",
        )
        order, move = self.make_invoice()
        self.simulator.faults.add("hang_up_after", "POST", "/invoice$", times=1)
        self.export()
        self.assertEqual(self.state(move), "unknown")
        self.be_settled(self.doc(move))
        self.be_due()
        self.export()
        self.assertEqual((self.state(move), len(self.invoiced(order))), ("done", 1))
        sale = self.sale(order)
        text = f"{move.name} of {sale.name} [{self.doc(move).key}]"
        self.assertEqual(self.comments(order), [(text, 0)])

    def test_items(self):
        """Fewer items are sent where another addon bills some of them elsewhere."""
        self.override(
            "account.move",
            "_magento_get_quantities",
            lambda found, order: {sold: 1 for sold in found},
        )
        order, _move = self.make_invoice({"sku": "SKU-001", "qty": 3})
        self.export()
        self.assertEqual(self.invoiced(order), [{"SKU-001": 1}])

    def keep_back(self, conditions, *_args):
        return [*conditions, ([("ref", "!=", "wait")], "Our own reason.")]

    def test_due(self):
        """A rule keeps an invoice back in forms, lists, runs and at the button."""
        name = "_magento_get_due_conditions"
        self.override("account.move", name, self.keep_back)
        held, free = self.make_invoices(2)
        held.ref = "wait"
        self.assertEqual(self.state(held), "not_due")
        self.assertEqual(held.magento_export_reason, "Our own reason.")
        self.assert_listed("not_due", held)
        self.assert_listed("pending", free)
        self.export()
        self.assertFalse(self.doc(held))
        self.assertEqual(self.state(free), "done")
        held.ref = False
        self.assertEqual(self.state(held), "pending")
        self.assert_listed("pending", held)
        self.export()
        self.assertEqual(self.state(held), "done")

    def assert_listed(self, state, moves):
        domain = [("magento_export_state", "=", state)]
        self.assertEqual(self.su["account.move"].search(domain), moves)

    def test_due_before_it_is_sent(self):
        """A document that waits for its turn is kept back too, and woken up again."""
        move = self.make_invoices(1)
        documents = self.su["magento.document"]
        document = documents.create(
            documents._prepare_export(
                self.connection, "invoice", move.magento_order_ids, move_id=move.id
            )
        )
        self.override("account.move", "_magento_get_due_conditions", self.keep_back)
        move.ref = "wait"
        self.export()
        self.assertEqual(document.sync_state, "waiting")
        self.assertEqual(document.waiting_reason, "Our own reason.")
        move.ref = False
        self.export()
        self.assertEqual(document.sync_state, "done")

    def test_wanted(self):
        """Nothing of a payment method is exported, whatever its setting is."""
        self.override(
            "account.move",
            "_magento_is_wanted",
            lambda wanted, kind, method: wanted and method.code != "checkmo",
        )
        move = self.make_invoices(1)
        self.export()
        self.assertEqual((self.state(move), self.posts()), ("not_due", 0))
        self.assert_listed("not_due", move)
        self.assertIn("are not exported", move.magento_export_reason)

    def test_recent(self):
        """What another addon calls old goes at the press of a button alone."""
        self.override(
            "account.move",
            "_magento_get_recent_domain",
            lambda domain, kind, connection: [*domain, ("ref", "=", "new")],
        )
        move = self.make_invoices(1)
        self.export()
        self.assertEqual(self.state(move), "not_due")
        self.assert_listed("not_due", move)
        self.press(move)
        self.assertEqual(self.state(move), "done")

    def test_document(self):
        """Documents have what another addon keeps with them; its own user is asked."""
        self.override(
            "magento.document",
            "_prepare_export",
            lambda values, *_args, **_source: {**values, "track_number": "ours"},
        )
        self.override(
            "account.move",
            "_magento_get_responsible",
            lambda _user, _document: self.clerk,
        )
        move = self.make_invoices(1)
        self.connection.attempts_allowed = 1
        self.simulator.admin.hold(int(move.magento_order_ids.magento_order_id))
        self.export()
        document = self.doc(move)
        self.assertEqual(document.track_number, "ours")
        self.assertEqual(document.activity_ids.user_id, self.clerk)


@tagged("post_install", "-at_install")
class TestExtendingDeliveries(ExtendingCommon, MagentoDeliveryCommon):
    """What is told of deliveries, and when."""

    def test_tracks(self):
        self.override(
            "stock.picking",
            "_magento_prepare_tracks",
            lambda tracks, *_args: [{**each, "title": "Our bike"} for each in tracks],
        )
        order, picking = self.sell_and_ship(tracking="A1")
        self.export()
        self.assertEqual(self.tracks(order), [("A1", "Our bike", "custom")])
        picking.carrier_tracking_ref = "A1,B2"
        self.export()
        self.assertIn(("B2", "Our bike", "custom"), self.tracks(order))

    def test_due(self):
        self.override(
            "stock.picking",
            "_magento_get_due_conditions",
            lambda found, *_args: [*found, ([("note", "=", False)], "Our reason.")],
        )
        _order, picking = self.sell_and_ship()
        picking.note = "not yet"
        self.export()
        self.assertEqual(self.state(picking), "not_due")
        found = picking.search([("magento_export_state", "=", "pending")])
        self.assertFalse(found)
        picking.note = False
        self.export()
        self.assertEqual(self.state(picking), "done")

    def test_cancellation(self):
        """A cancelled order is kept in the shop while another addon says so."""
        self.override(
            "sale.order",
            "_magento_get_due_conditions",
            lambda found, *_args: [*found, ([("note", "=", False)], "Our reason.")],
        )
        order, sale = self.sell()
        sale.note = "keep"
        sale._action_cancel()
        self.export("export_cancellations")
        self.assertEqual(order["state"], "new")
        sale.note = False
        self.export("export_cancellations")
        self.assertEqual(order["state"], "canceled")
