from odoo import _, fields, models

from .receiving import Invoices


class MagentoOperation(models.Model):
    """Invoices and payments of the shop."""

    _inherit = "magento.operation"

    def _run_import_invoices(self, log, deadline, only=None):
        """Take invoices in, and the payments of those that are paid.

        :param only: these documents alone
        """
        receiver = Invoices(self.connection_id, log)
        if not receiver.is_wanted():
            text = _(
                "The connection takes no invoices from Magento, and no payment method"
                " registers payments."
            )
            log._add_lines([(text, None)])
            return
        self._receive(receiver, log, deadline, only)


class MagentoConnection(models.Model):
    """What becomes of the shop's invoices."""

    _inherit = "magento.connection"

    import_invoices = fields.Selection(
        [
            ("off", "Off"),
            ("draft", "As drafts"),
            ("posted", "Posted"),
        ],
        "Invoices from Magento",
        required=True,
        default="off",
        help="What becomes of an invoice that the shop made and Odoo has not.",
    )


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
