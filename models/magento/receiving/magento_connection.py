from odoo import api, fields, models


class MagentoConnection(models.Model):
    """What becomes of what the shop made of its orders."""

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
    creditmemo_without_invoice = fields.Selection(
        [("wait", "Wait for the invoice"), ("draft", "Make a credit note without one")],
        "Credit Memos without Invoice",
        required=True,
        default="wait",
        help="What becomes of a credit memo for what no posted invoice in Odoo bills.",
    )
    return_to_stock = fields.Boolean(
        help="Make a return transfer for the delivered goods of a credit memo.",
    )

    @api.onchange("import_invoices")
    def _onchange_import_invoices(self):
        """Begin with today when it is switched on, unless somebody wants history."""
        if self._origin.import_invoices == "off" and self.import_invoices != "off":
            self.import_invoices_since = fields.Datetime.now()

    def _get_documents_since(self, kind):
        """Return the moment (UTC) before which documents stay in Magento, if any.

        :param str kind: "shipment", "invoice" or "creditmemo"
        """
        self.ensure_one()
        is_invoice = kind == "invoice"
        return self.import_invoices_since if is_invoice else self.import_since

    def _leaves_out(self, kind, thing, sale):
        """Say whether the settings leave a document out, though somebody asks for it.

        :param str kind: "shipment", "invoice" or "creditmemo"
        :param thing: the document that was read
        :param sale: its sale.order, an empty record if it is not in Odoo
        """
        self.ensure_one()
        if kind == "creditmemo":
            return self._has_nothing_to_credit(sale)
        if kind != "invoice":
            return False
        if thing.is_canceled:
            return True
        pays = sale.magento_payment_method_id._takes_payments()
        return bool(sale and self.import_invoices == "off" and not pays)

    def _has_nothing_to_credit(self, sale):
        """Say whether an order is cancelled in Odoo and will never be invoiced there.

        :param sale: the sale.order, or an empty record
        """
        invoices = sale.order_line.invoice_lines.move_id
        if sale.state != "cancel" or invoices.filtered(lambda x: x.state != "cancel"):
            return False
        since = self.import_invoices_since
        return self.import_invoices == "off" or bool(since and sale.date_order < since)

    def write(self, vals):
        res = super().write(vals)
        if "import_invoices" in vals or "import_invoices_since" in vals:
            self._read_again(("import_invoices",))
        return res
