from odoo.tests import tagged

from ..magento.exporting.export_common import MagentoExportCommon
from ..sending.common import SendingCommon


@tagged("post_install", "-at_install", "coopcycle_with_other_modules")
class TestExampleAddon(MagentoExportCommon):
    """An addon of ten lines adds a field to orders, and a key to what is sent."""

    def test_field_of_an_imported_order(self):
        order = self.place({"sku": "SKU-001", "qty": 1}, coupon="TEN")
        self.assertEqual(self.import_placed(order).magento_coupon, "TEN")

    def test_key_of_an_exported_invoice(self):
        """The shop mails the comment only because the addon asks for it."""
        self.connection.notify_invoice = True
        _order, move = self.make_invoice({"sku": "SKU-001", "qty": 1})
        move.action_magento_export()
        document = move.magento_document_ids
        self.assertEqual(document.sync_state, "done")
        self.assertIs(document.payload["appendComment"], True)
        comments = self.simulator.book.comments
        (comment,) = [each for each in comments if document.key in each["comment"]]
        self.assertEqual(comment["is_customer_notified"], 1)


@tagged("post_install", "-at_install", "coopcycle_with_other_modules")
class TestExampleWay(SendingCommon):
    """An addon adds a way in which invoices go to customers: a value, three methods."""

    def test_way(self):
        self.customer.write({"billing_channel": "pigeon", "city": "Nantes"})
        dispatch = self.sent(self.post())
        self.assertEqual((dispatch.channel, dispatch.state), ("pigeon", "sent"))
        self.assertIn("It flew off.", dispatch.evidence)
        self.assertEqual(dispatch.recipient, "Nantes")
        self.assertTrue(dispatch.sent_at)

    def test_where_it_cannot_work(self):
        self.customer.billing_channel = "pigeon"
        dispatch = self.sent(self.post())
        self.assertEqual(dispatch.channel, "email")
        self.assertIn("There is no city.", dispatch.reason)
