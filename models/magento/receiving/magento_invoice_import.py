from odoo import _, api, fields, models

from .receivers import Invoices


class MagentoOperation(models.Model):
    """Invoices and payments of the shop."""

    _inherit = "magento.operation"

    def _run_import_invoices(self, log, deadline, only=None, **asked_for):
        """Take invoices in, and the payments of those that are paid.

        :param only: these documents alone
        :param asked_for: what `_receive_asked_for` takes
        """
        receiver = Invoices(self.connection_id, log)
        if not receiver.is_wanted():
            text = _(
                "The connection takes no invoices from Magento, and no payment method"
                " registers payments."
            )
            log._add_lines([(text, None)])
            return
        self._receive(receiver, log, deadline, only, **asked_for)


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
    import_invoices_since = fields.Datetime(
        default=lambda self: fields.Datetime.now(),
        help="Invoices that were made before this moment stay in Magento, unless"
        " somebody asks for them by number or date. Empty: all of them come in.",
    )

    @api.onchange("import_invoices")
    def _onchange_import_invoices(self):
        """Begin with today when it is switched on, unless somebody wants history."""
        if self._origin.import_invoices == "off" and self.import_invoices != "off":
            self.import_invoices_since = fields.Datetime.now()

    def write(self, vals):
        res = super().write(vals)
        if "import_invoices" in vals or "import_invoices_since" in vals:
            self._read_again(("import_invoices",))
        return res


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
