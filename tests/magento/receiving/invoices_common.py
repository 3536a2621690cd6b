from .receiving_common import MagentoReceivingCommon


class InvoicesCommon(MagentoReceivingCommon):
    """Invoices that the shop's staff makes."""

    kind = "invoice"
    code = "import_invoices"

    def shop_invoice(self, order, items=None, **values):
        return self.admin.invoice(order["entity_id"], items, **values)

    def post(self, sale):
        invoice = sale._create_invoices()
        invoice.action_post()
        return invoice

    def method(self, sale, **values):
        sale.magento_payment_method_id.sudo().write(values)

    def assert_bills(self, document, remote, state="posted"):
        self.assertEqual(
            document.sync_state, "done", document.last_error or document.waiting_reason
        )
        move = document.move_id
        self.assertEqual(move.state, state)
        self.assertAlmostEqual(move.amount_total, float(remote["grand_total"]), 2)
        self.assertAlmostEqual(move.amount_tax, float(remote["tax_amount"]), 2)
        self.assertEqual(move.currency_id.name, remote["order_currency_code"])
        return move

    def assert_not_exported(self):
        """No invoice goes back to the shop."""
        before = len(self.simulator.book.invoices.all())
        methods = self.connection.payment_method_ids
        methods.write({"invoice_rule": "validate"})
        self.connection.run_operation("export_invoices")
        self.assertEqual(len(self.simulator.book.invoices.all()), before)
