from odoo.tests import tagged

from ....compat import PAYMENT_TEXT
from ..ordering.test_magento_orders_extending import ExtendingCommon
from .receiving_common import MagentoReceivingCommon


@tagged("post_install", "-at_install")
class TestMagentoReceivingExtending(ExtendingCommon, MagentoReceivingCommon):
    """Values, matches and rules of documents are methods that others override."""

    def test_credit_notes(self):
        """Values of a credit note, of its lines, and of the document."""

        def note_values(base, _model, connection, note):
            return {**base(connection, note), "narration": f"Memo {note.memo.state}"}

        def line_values(base, _model, line, *args):
            return {**base(line, *args), "name": f"Back: {line.name}"}

        def document_values(base, _model, memo, *args):
            return {**base(memo, *args), "bill_to_name": "Somebody"}

        self.extend("account.move", "_magento_prepare_refund_vals", note_values)
        self.extend("account.move.line", "_magento_prepare_vals", line_values)
        self.extend("magento.document", "_prepare_creditmemo_vals", document_values)
        order, _sale, invoice = self.invoiced(("SKU-001", 2))
        memo = self.admin.refund(order["entity_id"])
        self.connection.run_operation("import_credit_memos")
        self.kind = "creditmemo"
        document = self.received(memo)
        note = document.move_id
        self.assertEqual(note.reversed_entry_id, invoice)
        self.assertIn("Memo", note.narration)
        self.assertEqual(
            {line.name[:6] for line in note.invoice_line_ids if line.sale_line_ids},
            {"Back: "},
        )
        self.assertEqual(document.bill_to_name, "Somebody")

    def test_invoices_and_payments(self):
        def invoice_values(base, _model, note):
            return {**base(note), "narration": note.memo.increment_id}

        def payment_values(base, _model, *args):
            return {**base(*args), PAYMENT_TEXT: "From the shop"}

        self.extend("account.move", "_magento_prepare_invoice_vals", invoice_values)
        self.extend("account.payment", "_magento_prepare_vals", payment_values)
        self.connection.import_invoices = "posted"
        journal = self.su["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        order = self.place()
        sale = self.import_placed(order)
        sale.magento_payment_method_id.sudo().write(
            {"register_payments": "paid", "payment_journal_id": journal.id}
        )
        remote = self.admin.invoice(order["entity_id"])
        self.connection.run_operation("import_invoices")
        self.kind = "invoice"
        move = self.received(remote).move_id
        self.assertIn(remote["increment_id"], move.narration)
        payments = self.su["account.payment"].search(
            [
                (PAYMENT_TEXT, "=", "From the shop"),
                ("partner_id", "=", move.partner_id.id),
            ]
        )
        self.assertEqual(payments.amount, move.amount_total)

    def test_rule(self):
        """A document that an own rule leaves out stays in Magento."""

        def leaves_out(base, _connection, kind, thing, sale):
            is_left_out = kind == "creditmemo" and sale.client_order_ref == number
            return is_left_out or base(kind, thing, sale)

        order, _sale, _invoice = self.invoiced()
        other, _sale, _invoice = self.invoiced()
        number = order["increment_id"]
        self.extend("magento.connection", "_leaves_out", leaves_out)
        memos = [self.admin.refund(each["entity_id"]) for each in (order, other)]
        log = self.connection.run_operation("import_credit_memos").sudo()
        self.kind = "creditmemo"
        states = [self.received(memo).sync_state for memo in memos]
        self.assertEqual(states, [False, "done"])
        self.assertIn("1 were left out", self.messages(log))

    def test_shipments(self):
        """Which deliveries a shipment is of, and what they get of it."""
        order = self.place(("SKU-001", 2))
        sale = self.import_placed(order)
        product = sale.order_line[0].product_id
        stock = sale.warehouse_id.lot_stock_id
        self.su["stock.quant"]._update_available_quantity(product, stock, 10)
        picking = sale.picking_ids
        second = picking.copy({"move_ids": []})
        picking.move_ids.copy({"picking_id": second.id, "product_uom_qty": 2})
        second.action_confirm()
        asked = []

        def deliveries(base, sold, states):
            asked.append(sold)
            return base(states).filtered(lambda move: move.picking_id == second)

        def values(base, picking, shipment):
            return {**base(shipment), "note": shipment.increment_id}

        self.extend("sale.order.line", "_magento_get_deliveries", deliveries)
        self.extend("stock.picking", "_magento_prepare_shipment_vals", values)
        shipment = self.admin.ship(order["entity_id"])
        self.connection.run_operation("import_shipments")
        self.kind = "shipment"
        document = self.received(shipment)
        self.assertTrue(asked)
        self.assertEqual(document.picking_id, second, document.last_error)
        self.assertEqual((picking.state, second.state), ("confirmed", "done"))
        self.assertIn(shipment["increment_id"], second.note)

    def test_cause_of_waiting(self):
        """What a document waits for is kept in words of another addon."""

        def values(base, document, raw, problem, message):
            return {**base(raw, problem, message), "last_error": "Ask the boss"}

        self.extend("magento.document", "_prepare_problem_vals", values)
        order, _sale, _invoice = self.invoiced()
        memo = self.admin.refund(order["entity_id"])
        self.change_remote(
            self.simulator.book.creditmemos, memo, order_currency_code="USD"
        )
        self.connection.run_operation("import_credit_memos")
        self.kind = "creditmemo"
        self.assertEqual(self.received(memo).last_error, "Ask the boss")
