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

    def write(self, vals):
        res = super().write(vals)
        if "import_invoices" in vals or "import_invoices_since" in vals:
            self._read_again(("import_invoices",))
        return res
