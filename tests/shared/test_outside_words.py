from odoo.tests import tagged

from ..magento.common import MagentoCommon

HTML = '<a href="https://evil.example">Sign in</a> <img src="https://evil.example/x">'
SHOWN = "&lt;a href="


@tagged("post_install", "-at_install")
class TestOutsideWords(MagentoCommon):
    """What a shop says is text wherever a person reads it, and never a link."""

    def assert_is_text(self, html):
        self.assertIn(SHOWN, html)
        self.assertNotIn("<a ", html)
        self.assertNotIn("<img", html)

    def test_asking(self):
        """Whoever is asked to look at something reads text, line by line."""
        activity = self.connection._integration_ask(
            self.manager, "Look", f"{HTML}\nhttps://evil.example"
        )
        self.assert_is_text(activity.note)
        self.assertIn("<br", activity.note)
        activity.action_feedback(feedback=HTML)
        self.assert_is_text("".join(self.connection.message_ids.mapped("body")))

    def test_pause(self):
        """An operation that rests says why."""
        self.operation._pause(HTML)
        self.assert_is_text(self.connection.activity_ids.note)

    def test_order(self):
        """An order that somebody has to look at."""
        sale = self.import_one()
        sale._magento_schedule_activity("Look", HTML)
        self.assert_is_text(sale.activity_ids.note)

    def test_refused_document(self):
        """What the shop refused for good."""
        sale = self.import_one()
        self.connection.attempts_allowed = 1
        sale.magento_payment_method_id.sudo().invoice_rule = "validate"
        self.connection.export_invoices_from = "2020-01-01"
        move = sale._create_invoices()
        self.simulator.faults.add("refused", "POST", "/invoice$", message=HTML)
        move.sudo().action_post()
        self.connection.run_operation("export_invoices")
        document = move.magento_document_ids
        self.assertEqual(document.sync_state, "skipped")
        self.assert_is_text(document.activity_ids.note)
