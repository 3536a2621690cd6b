from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingReplaced(BillingCommon):
    """An invoice that is credited and replaced by a new draft."""

    def replace(self, invoice):
        wizard = (
            self.su["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        return invoice.browse(wizard.modify_moves()["res_id"])

    def test_rest_is_billed(self):
        """What is delivered after that is billed, and nothing else."""
        self.make_policy(review_on_warning=False)
        order = self.sell(5)
        self.deliver(order, 2)
        self.run_all()
        self.replace(self.decisions(order).move_id)
        self.deliver(order, 3)
        self.run_all()
        _first, second = self.decisions(order)
        self.assertEqual(second.move_id.invoice_line_ids.quantity, 3)

    def test_nothing_is_billed_twice(self):
        """The new draft bills what the credit note credits; there is nothing free."""
        self.make_policy(review_on_warning=False)
        order = self.sell(5)
        self.deliver(order)
        self.run_all()
        self.replace(self.decisions(order).move_id)
        [quantity] = order.order_line._billing_read_quantities().values()
        self.assertEqual(quantity.free, 0)
