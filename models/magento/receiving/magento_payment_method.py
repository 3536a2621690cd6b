from odoo import fields, models


class MagentoPaymentMethod(models.Model):
    """Which payments come in."""

    _inherit = "magento.payment.method"

    register_payments = fields.Selection(
        [("never", "Never"), ("paid", "When paid in Magento")],
        "Register Payments from Magento",
        required=True,
        default="never",
        help="Whether an invoice that the shop itself made and that is paid there is"
        " registered as paid here. Magento shows invoices that Odoo exported as paid as"
        " well: those never count.",
    )
    payment_journal_id = fields.Many2one(
        "account.journal",
        "Journal of Payments",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash'))]",
    )

    def _takes_payments(self):
        """Say whether payments of orders with this method are registered."""
        return self.register_payments == "paid"
