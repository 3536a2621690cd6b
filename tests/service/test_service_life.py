from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestServiceLife(ServiceCommon):
    """From the job to the paid invoice, and back."""

    def test_a_job_becomes_a_draft(self):
        """3.01, 3.05, 3.08, 3.09, 3.10, 3.13, 3.46: hours and parts, once each."""
        order = self.do()
        self.assertRegex(order.name, r"^SRV/\d{4}/\d{5}$")
        self.assertEqual(order.invoice_state, "to_invoice")
        self.assertEqual(self.quantity_in(self.van), 7)
        sold = order.sale_order_id
        self.assertEqual(sold.picking_ids, order.picking_ids)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(sold.order_line.mapped("qty_delivered"), [2.0, 1.5, 3.0])
        draft = self.create_invoice(order)
        self.assertRecordValues(
            draft,
            [{"state": "draft", "move_type": "out_invoice", "invoice_origin": order.name}],
        )
        lines = draft.invoice_line_ids
        self.assertEqual(lines.mapped("quantity"), [2.0, 1.5, 3.0])
        self.assertEqual(lines.mapped("price_unit"), [50.0, 50.0, 10.0])
        self.assertIn("service_anna", lines[0].name)
        self.assertIn("2.00 h: pump replaced", lines[0].name)
        self.assertEqual(order.invoice_state, "draft")
        self.assertEqual(draft.billing_service_order_ids, order)
        again = order.with_user(self.biller).action_create_invoice()
        self.assertEqual(again["res_id"], draft.id)
        self.assertEqual(order.invoice_ids, draft)
