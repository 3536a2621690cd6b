import json
from unittest.mock import patch

from odoo.tests import tagged

from ....tools.magento import MagentoClient
from ....tools.magento.answers import Answer
from ..common import RECORDINGS, recorded_orders
from ..delivery_common import MagentoDeliveryCommon

DONE = ("done", False)
ORDER_MISSING = ("waiting", "order_missing")
MALFORMED = ("pending", "malformed")

# What becomes of each; the orders of some were not recorded
RECEIVED = {
    ("shipment_get_after_tracks", 1): DONE,
    ("shipments_list", 2): DONE,
    ("shipments_list", 3): DONE,
    ("creditmemos_list", 1): DONE,
    ("creditmemos_list", 2): DONE,
    ("creditmemos_list", 3): DONE,
    ("creditmemo_get_config", 8): ORDER_MISSING,
    ("creditmemo_get_coupon", 10): ORDER_MISSING,
    ("creditmemo_raw_post", 13): MALFORMED,
    ("creditmemo_refund_endpoint", 14): MALFORMED,
    ("invoices_list", 1): DONE,
    ("invoice_get", 2): ORDER_MISSING,
    ("invoices_list", 3): ORDER_MISSING,
    ("invoice_get_config", 8): DONE,
    ("invoice_get_bundle", 9): DONE,
    ("invoice_get_virtual", 10): DONE,
    ("invoice_get_coupon", 11): DONE,
    ("invoice_get_us", 12): DONE,
    ("invoices_raw_post", 18): MALFORMED,
}
SHELVES = {
    "ship": ("shipment", "shipments"),
    "cred": ("creditmemo", "creditmemos"),
    "invo": ("invoice", "invoices"),
}


def recording(name):
    return json.loads((RECORDINGS / f"{name}.json").read_text())


@tagged("post_install", "-at_install")
class TestMagentoRecordings(MagentoDeliveryCommon):
    """What a real Magento gave and answered, and what becomes of it in Odoo."""

    # Documents that come in

    def put_in(self, name, magento_id):
        """Let the shop have a recorded document.

        :return: (its kind, as it was recorded)
        """
        body = recording(name)["response"]["body"]
        raws = body["items"] if "total_count" in body else [body]
        raw = next(raw for raw in raws if raw["entity_id"] == magento_id)
        kind, shelf = SHELVES[name[:4]]
        getattr(self.simulator.book, shelf).add(raw)
        return kind, raw

    def received(self, kind, raw):
        return self.su["magento.document"].search(
            [("kind", "=", kind), ("magento_id", "=", str(raw["entity_id"]))]
        )

    def test_received(self):
        """Each comes in with its amounts, or says what it lacks."""
        self.connection.import_invoices = "posted"
        orders = recorded_orders()
        for order in orders.values():
            self.simulator.add_order(order)
        self.run_import()
        self.stock_up(100)
        for order_id in (30, 42):
            self.sale(orders[order_id])._create_invoices().action_post()
        found = {key: self.put_in(*key) for key in RECEIVED}
        for code in ("import_shipments", "import_invoices", "import_credit_memos"):
            self.connection.run_operation(code)
        for key, (kind, raw) in found.items():
            document = self.received(kind, raw)
            state = (document.sync_state, document.error_code)
            self.assertEqual(state, RECEIVED[key], (key, document.last_error))
            if document.sync_state == "done":
                self.assert_like(document, raw)

    def assert_like(self, document, raw):
        """Quantities and amounts in Odoo are those of the recording."""
        if document.kind == "shipment":
            wanted = [item["qty"] for item in raw["items"]]
            moves = document.picking_id.move_ids
            self.assertEqual(sorted(moves.mapped("quantity")), sorted(wanted))
            numbers = [track["track_number"] for track in raw["tracks"]]
            tracking = document.picking_id.carrier_tracking_ref or ""
            self.assertEqual([n for n in tracking.split(", ") if n], numbers)
            return
        moves = document._get_moves()
        self.assertAlmostEqual(
            sum(moves.mapped("amount_total")), float(raw["grand_total"]), 2
        )
        self.assertAlmostEqual(
            sum(moves.mapped("amount_tax")), float(raw["tax_amount"]), 2
        )
        self.assertIn(
            ",".join(moves.currency_id.mapped("name")),
            ("", raw["order_currency_code"]),
        )

    # Answers to what is sent

    def answering(self, name):
        """Let the shop answer whatever is sent as it was recorded."""
        response = recording(name)["response"]
        exchange = MagentoClient._exchange

        def answer(client, call, content):
            if call.is_harmless:
                return exchange(client, call, content)
            body = json.dumps(response["body"]).encode()
            return Answer("http://shop/x", response["status"], {}, body)

        return patch.object(MagentoClient, "_exchange", answer)

    def assert_answers(self, pattern, document, code):
        """What was refused is one attempt with the shop's words, the rest is done."""
        paths = sorted(RECORDINGS.glob(pattern))
        self.assertTrue(paths)
        for path in paths:
            response = recording(path.stem)["response"]
            document.write(
                {
                    "sync_state": "pending",
                    "attempt_count": 0,
                    "magento_id": False,
                    "last_error": False,
                }
            )
            document.line_ids.unlink()
            self.be_due()
            with self.subTest(path.stem), self.answering(path.stem):
                self.export(code)
                if response["status"] == 200:
                    self.assert_made(document, response["body"])
                else:
                    self.assert_refused(document, response["body"])

    def assert_made(self, document, body):
        self.assertEqual(document.sync_state, "done", document.last_error)
        made = body["entity_id"] if isinstance(body, dict) else body
        self.assertEqual(document.magento_id, str(made))
        self.assertEqual(document.attempt_count, 0)

    def assert_refused(self, document, body):
        self.assertEqual((document.sync_state, document.attempt_count), ("pending", 1))
        parameters = body.get("parameters", [])
        for line in body["message"].splitlines():
            for number, value in enumerate(parameters, 1):
                line = line.replace(f"%{number}", value)
            self.assertIn(line, document.last_error)
        self.assertIn("Resolution", document.last_error)

    def test_shipments_answered(self):
        _order, picking = self.sell_and_ship(("SKU-001", 3))
        with self.answering("ship_full"):
            self.export()
        self.assert_answers(
            "ship_*.json", self.docs(picking_id=picking), "export_shipments"
        )

    def test_tracks_answered(self):
        _order, picking = self.sell_and_ship(("SKU-001", 3))
        self.export()
        picking.carrier_tracking_ref = "LATE1"
        with self.answering("shipment_track_add"):
            self.export()
        self.assert_answers(
            "shipment_track_add*.json",
            self.docs("track", picking_id=picking),
            "export_shipments",
        )

    def test_refunds_answered(self):
        order, sale = self.sell(("SKU-001", 3))
        self.simulator.admin.invoice(order["entity_id"])
        invoice = sale._create_invoices()
        invoice.action_post()
        note = invoice._reverse_moves()
        note.action_post()
        with self.answering("refund_full"):
            self.export("export_credit_memos")
        self.assert_answers(
            "refund_*.json",
            self.docs("creditmemo", move_id=note),
            "export_credit_memos",
        )
