from odoo.tests import tagged

from .receiving_common import MagentoReceivingCommon


@tagged("post_install", "-at_install")
class TestMagentoCancelledInvoices(MagentoReceivingCommon):
    """Invoices that are cancelled in Magento after they came in."""

    kind = "invoice"
    code = "import_invoices"

    def come_in(self, mode="posted", own=None):
        """Let an open invoice of the shop come in.

        :param own: state of the invoice that Odoo has of the order, None for none
        :return: the invoice in the shop, the sale order, Odoo's invoice
        """
        self.connection.import_invoices = mode
        order = self.place("SKU-001")
        sale = self.import_placed(order)
        if own:
            sale._create_invoices()
        if own == "posted":
            sale.invoice_ids.action_post()
        remote = self.admin.invoice(order["entity_id"], capture=False)
        self.take_in()
        move = sale.invoice_ids
        self.assertEqual(self.received(remote)._get_moves(), move)
        return remote, sale, move

    def cancel_remote(self, remote):
        self.change_remote(self.simulator.book.invoices, remote, state=3)
        return self.take_in()

    def test_draft(self):
        """A draft is cancelled, and the order can be invoiced."""
        remote, sale, move = self.come_in("draft")
        log = self.cancel_remote(remote)
        self.assertEqual(move.state, "cancel")
        self.assertIn("was cancelled in Magento", self.messages(log, "warning"))
        self.assertFalse(self.received(remote).activity_ids)
        self.assertEqual(sale.invoice_status, "to invoice")

    def test_posted(self):
        """Somebody is told of a posted one, once."""
        remote, _sale, move = self.come_in()
        self.cancel_remote(remote)
        document = self.received(remote)
        self.assertEqual(move.state, "posted")
        self.assertIn(move.name, document.activity_ids.note)
        self.change_remote(self.simulator.book.invoices, remote)
        self.operation_again()
        self.assertEqual(len(document.activity_ids), 1)

    def operation_again(self):
        operation = self.connection.sudo().operation_ids.filtered(
            lambda each: each.code == self.code
        )
        operation.watermark = False
        self.take_in()

    def test_own_invoice(self):
        """The same of an invoice of Odoo's that the shop's was tied to."""
        for own, state in (("draft", "cancel"), ("posted", "posted")):
            remote, _sale, move = self.come_in("off" if own is None else "draft", own)
            self.cancel_remote(remote)
            self.assertEqual(move.state, state)
            told = bool(self.received(remote).activity_ids)
            self.assertEqual(told, own == "posted")

    def test_invoiced_again(self):
        """What the shop invoices anew is Odoo's posted invoice again."""
        remote, sale, move = self.come_in()
        self.cancel_remote(remote)
        order = self.simulator.book.orders[remote["order_id"]]
        for item in order["items"]:
            item["qty_invoiced"] = 0
        order["total_invoiced"] = order["shipping_invoiced"] = 0
        order["state"] = "processing"
        again = self.admin.invoice(order["entity_id"], capture=False)
        self.take_in()
        self.assertEqual(self.received(again)._get_moves(), move)
        self.assertEqual(sale.invoice_ids, move)

    def test_waiting(self):
        """One that waits to come in and is cancelled waits no more."""
        self.connection.import_invoices = "posted"
        order = self.place("SKU-001")
        remote = self.admin.invoice(order["entity_id"], capture=False)
        self.take_in()
        self.assertEqual(self.received(remote).error_code, "order_missing")
        self.run_import()
        self.change_remote(self.simulator.book.invoices, remote, state=3)
        self.take_in()
        self.assertEqual(self.received(remote).sync_state, "done")
        self.assertFalse(self.sale(order).invoice_ids)
