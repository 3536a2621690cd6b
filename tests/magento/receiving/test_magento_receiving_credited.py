from odoo import Command
from odoo.tests import tagged

from ....compat import REVERSALS
from ..common import ONE, THREE_PIECES
from .test_magento_receiving_creditmemos import CreditmemosCommon


@tagged("post_install", "-at_install")
class TestMagentoReceivingCredited(CreditmemosCommon):
    """A credit memo that a credit note made by hand covers is tied to it."""

    INVOICED = (ONE, THREE_PIECES)

    def credit(self, invoice, quantities=None, post=True):
        """Reverse an invoice by hand, wholly or with {SKU: quantity}."""
        note = invoice._reverse_moves()
        if quantities is not None:
            for line in note.invoice_line_ids:
                line.quantity = quantities.get(line.product_id.default_code, 0)
            note.invoice_line_ids.filtered(lambda line: not line.quantity).unlink()
        if post:
            note.action_post()
        return note

    def credit_amount(self, invoice, amount):
        """Give a mere amount back."""
        note = invoice._reverse_moves()
        note.write(
            {
                "invoice_line_ids": [
                    Command.clear(),
                    Command.create(
                        {"name": "Kindness", "price_unit": amount, "tax_ids": False}
                    ),
                ]
            }
        )
        note.action_post()
        return note

    def notes(self, sale):
        moves = sale.invoice_ids | sale.invoice_ids[REVERSALS]
        return moves.filtered(lambda move: move.move_type == "out_refund")

    def assert_tied(self, memo, sale, note):
        document = self.received(memo)
        self.assertEqual(document.sync_state, "done", document.waiting_reason)
        self.assertEqual((document._get_moves(), self.notes(sale)), (note, note))
        self.assertAlmostEqual(document.odoo_total, memo["grand_total"])

    def assert_not_tied(self, memo, sale, note):
        document = self.received(memo)
        self.assertEqual(document.sync_state, "done", document.waiting_reason)
        self.assertNotIn(note, document._get_moves())
        self.assertEqual(self.notes(sale), note | document._get_moves())

    def test_whole(self):
        order, sale, invoice = self.invoiced("SKU-001", ("SKU-002", 2))
        note = self.credit(invoice)
        memo = self.admin.refund(order["entity_id"])
        self.take_in()
        self.assert_tied(memo, sale, note)

    def test_part(self):
        order, sale, invoice = self.invoiced(("SKU-001", 3), "SKU-002")
        note = self.credit(invoice, {"SKU-001": 2})
        memo = self.refund(order, {self.item(order, "SKU-001"): 2})
        self.take_in()
        self.assert_tied(memo, sale, note)

    def test_draft(self):
        order, sale, invoice = self.invoiced()
        note = self.credit(invoice, post=False)
        memo = self.admin.refund(order["entity_id"])
        self.take_in()
        self.assert_tied(memo, sale, note)
        self.assertEqual(note.state, "draft")

    def test_amount(self):
        order, sale, invoice = self.invoiced(("SKU-001", 3))
        note = self.credit_amount(invoice, 4.2)
        item = self.item(order, "SKU-001")
        memo = self.refund(order, {item: 0}, adjustment_positive="4.20")
        self.take_in()
        self.assert_tied(memo, sale, note)

    def test_bundles_and_variants(self):
        order, sale, invoice = self.invoiced(
            {"sku": "TEE", "qty": 2, "variant": "TEE-M"}, "BUN-DYN", "BUN-FIX-SEP"
        )
        note = self.credit(invoice)
        memo = self.admin.refund(order["entity_id"])
        self.take_in()
        self.assert_tied(memo, sale, note)

    def test_each_once(self):
        """Of two equal refunds one credit note covers one; the other makes its own."""
        order, sale, invoice = self.invoiced(("SKU-001", 3))
        note = self.credit(invoice, {"SKU-001": 1})
        item = {self.item(order, "SKU-001"): 1}
        memos = [self.refund(order, item), self.refund(order, item)]
        self.take_in()
        self.assert_credits(self.received(memos[1]), memos[1])
        self.take_in()
        self.assertEqual(self.received(memos[0]).move_id, note)
        self.assertEqual(len(self.notes(sale)), 2)

    def test_other_items(self):
        order, sale, invoice = self.invoiced(("SKU-001", 3))
        note = self.credit(invoice, {"SKU-001": 1})
        memo = self.refund(order, {self.item(order, "SKU-001"): 2})
        self.take_in()
        self.assert_not_tied(memo, sale, note)

    def test_other_total(self):
        order, sale, invoice = self.invoiced(("SKU-001", 3))
        note = self.credit(invoice, {"SKU-001": 1})
        item = self.item(order, "SKU-001")
        memo = self.refund(order, {item: 1}, adjustment_positive="0.10")
        self.take_in()
        self.assert_not_tied(memo, sale, note)

    def test_cancelled(self):
        order, sale, invoice = self.invoiced()
        note = self.credit(invoice, post=False)
        note.button_cancel()
        memo = self.admin.refund(order["entity_id"])
        self.take_in()
        self.assert_not_tied(memo, sale, note)

    def test_correction(self):
        """A credit note after which the same was invoiced anew gave nothing back."""
        order, sale, invoice = self.invoiced()
        note = self.credit(invoice)
        sale._create_invoices().action_post()
        memo = self.admin.refund(order["entity_id"])
        self.take_in()
        self.assert_not_tied(memo, sale, note)

    def test_not_exported(self):
        """What is tied is not refunded once more."""
        self.connection.export_credit_memos_from = "2020-01-01"
        order, sale, invoice = self.invoiced(("SKU-001", 3))
        self.credit(invoice, {"SKU-001": 1})
        self.refund(order, {self.item(order, "SKU-001"): 1})
        self.take_in()
        self.connection.run_operation("export_credit_memos")
        self.assertEqual(len(self.simulator.book.creditmemos.all()), 1)
        self.assertFalse(self.push_documents(sale))

    def test_not_invoiced_again(self):
        order, sale, invoice = self.invoiced(("SKU-001", 3))
        self.credit(invoice, {"SKU-001": 1})
        line = sale.order_line.filtered(lambda x: x.magento_role == "product")
        self.assertEqual(line.qty_to_invoice, 1)  # as Odoo does by itself
        self.refund(order, {self.item(order, "SKU-001"): 1})
        self.take_in()
        self.assertEqual(line.qty_to_invoice, 0)

    def test_no_second_return(self):
        """Goods are left to whoever made the credit note."""
        self.connection.return_to_stock = True
        order = self.place(("SKU-001", 3))
        sale = self.import_placed(order)
        self.admin.invoice(order["entity_id"])
        self.deliver(sale)
        invoice = sale._create_invoices()
        invoice.action_post()
        self.credit(invoice, {"SKU-001": 1})
        self.refund(order, {self.item(order, "SKU-001"): 1})
        self.take_in()
        self.assertEqual(len(sale.picking_ids), 1)

    def test_under_way(self):
        """One that is on its way to Magento may be the one: it is waited for."""
        order, sale, invoice = self.invoiced()
        note = self.credit(invoice)
        memo = self.admin.refund(order["entity_id"])
        push = self.su["magento.document"].create(
            {
                "connection_id": self.connection.id,
                "kind": "creditmemo",
                "direction": "push",
                "sale_order_id": sale.id,
                "move_id": note.id,
            }
        )
        self.take_in()
        document = self.received(memo)
        self.assertEqual((document.sync_state, document.attempt_count), ("waiting", 0))
        self.assertIn(note.name, document.waiting_reason)
        push.action_skip()
        document.action_retry()
        self.assert_tied(memo, sale, note)

    def push_documents(self, sale):
        return self.su["magento.document"].search(
            [("sale_order_id", "=", sale.id), ("direction", "=", "push")]
        )


@tagged("post_install", "-at_install")
class TestMagentoRefundedBeforeDelivery(CreditmemosCommon):
    """What Magento refunded it ships no more: somebody is told where Odoo would."""

    INVOICED = (THREE_PIECES, (("SKU-001", 5),))

    def activities(self, sale):
        return sale.activity_ids.filtered(lambda each: "before" in each.summary)

    def refund_of(self, *lines, delivered=None, **quantities):
        """Invoice, deliver a part, and refund.

        :param delivered: how many of the first item
        :param quantities: how many of it are refunded, in turn
        :return: the sale order
        """
        order, sale, _invoice = self.invoiced(*lines)
        if delivered:
            move = sale.picking_ids.move_ids[:1]
            move.write({"quantity": delivered, "picked": True})
            sale.picking_ids.with_context(
                skip_backorder=True, skip_sms=True
            ).button_validate()
        for quantity in quantities.values():
            self.refund(order, {order["items"][0]["item_id"]: quantity})
        self.take_in()
        return sale

    def test_nothing_delivered(self):
        sale = self.refund_of(("SKU-001", 3), "SKU-002", first=1)
        note = self.activities(sale).note
        self.assertIn("Resolution", note)
        self.assertIn("1 × ", note)
        self.assertIn(sale.picking_ids.name, note)
        self.assertIn("refunds what is not", sale.picking_ids.message_ids[0].body)
        self.assertEqual(sum(sale.picking_ids.move_ids.mapped("product_uom_qty")), 4)

    def test_whole_order(self):
        order, sale, _invoice = self.invoiced(("SKU-001", 3), "BUN-FIX-SEP")
        self.admin.refund(order["entity_id"])
        self.take_in()
        self.assertEqual(len(self.activities(sale)), 1)
        for move in sale.picking_ids.move_ids:
            self.assertIn(move.product_id.display_name, self.activities(sale).note)

    def test_what_was_delivered(self):
        """As many as were delivered may be refunded while the rest still leaves."""
        self.assertFalse(
            self.activities(self.refund_of(("SKU-001", 5), delivered=2, first=2))
        )

    def test_more_than_was_delivered(self):
        """Several credit memos count together."""
        sale = self.refund_of(("SKU-001", 5), delivered=2, first=2, second=1)
        self.assertEqual(len(self.activities(sale)), 1)
        self.assertIn("1 × ", self.activities(sale).note)

    def test_refunded_by_odoo(self):
        """A credit note that was exported lets Magento ship no more as well."""
        self.connection.export_credit_memos_from = "2020-01-01"
        _order, sale, invoice = self.invoiced(("SKU-001", 3))
        invoice._reverse_moves().action_post()
        log = self.connection.run_operation("export_credit_memos")
        self.assertEqual(log.sudo().state, "done", self.messages(log.sudo()))
        for _time in range(2):
            self.take_in()
            self.assertIn("3 × ", self.activities(sale).note)
            self.assertEqual(len(self.activities(sale)), 1)
            self.operation_of("import_credit_memos").watermark = False

    def test_delivery_reduced(self):
        """Where the delivery was reduced before, nothing is left to say."""
        order, sale, _invoice = self.invoiced(("SKU-001", 3))
        sale.picking_ids.move_ids.product_uom_qty = 2
        self.refund(order, {self.item(order, "SKU-001"): 1})
        self.take_in()
        self.assertFalse(self.activities(sale))

    def test_all_delivered(self):
        sale = self.refund_of(("SKU-001", 2), delivered=2, first=1)
        self.assertFalse(self.activities(sale))

    def test_amount(self):
        order, sale, _invoice = self.invoiced(("SKU-001", 3))
        item = self.item(order, "SKU-001")
        self.refund(order, {item: 0}, adjustment_positive=1)
        self.take_in()
        self.assertFalse(self.activities(sale))
