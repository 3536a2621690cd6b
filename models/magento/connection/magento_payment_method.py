from odoo import _, api, fields, models

from ..exporting.couriers import Invoices


class MagentoPaymentMethod(models.Model):
    """A payment method of a shop, and which of its orders come in."""

    _name = "magento.payment.method"
    _description = "Magento Payment Method"
    _inherit = ["magento.configuration.mixin"]
    _order = "connection_id, name"

    name = fields.Char("Title", required=True)
    code = fields.Char(required=True)
    import_rule = fields.Selection(
        [
            ("always", "Always"),
            ("paid", "When paid"),
            ("never", "Never"),
        ],
        "Import Orders",
        help="When an order with this payment method comes in and is confirmed. Empty:"
        " nobody has decided yet, and its orders wait with an error.",
    )
    invoice_rule = fields.Selection(
        [("validate", "Validate"), ("paid", "In-Payment/Paid")],
        "Create Invoice on Magento",
        help="When invoices of its orders are exported. Empty: never. Validate: when"
        " the invoice is posted; Magento will show the order as paid then, as its API"
        " knows no open invoice. In-Payment/Paid: when the invoice is paid.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term", "Payment Terms", check_company=True
    )

    _sql_constraints = [
        (
            "code_unique",
            "unique(connection_id, code)",
            "This payment method exists already.",
        )
    ]

    @api.depends("import_rule")
    def _compute_mapping_state(self):
        return super()._compute_mapping_state()

    def _is_missing(self):
        return not self.import_rule

    def write(self, vals):
        """Let orders come in that the rule left out before."""
        res = super().write(vals)
        if "import_rule" in vals:
            self.connection_id._read_again(("import_orders",))
        return res

    @api.onchange("invoice_rule")
    def _onchange_invoice_rule(self):
        """Say how many invoices would go before the rule is saved."""
        method = self._origin
        if not method or not self.invoice_rule:
            return None
        count = Invoices.count_due(method, self.invoice_rule)
        if not count:
            return None
        return {
            "warning": {
                "title": _("Invoices will be exported"),
                "message": _(
                    "Invoices of %(method)s that will go to Magento at the next run:"
                    " %(count)s, all dated %(date)s or later. To leave some out, set a"
                    " later date at “Export Invoices From” on the connection.",
                    count=count,
                    method=method.name,
                    date=method.connection_id.export_invoices_from,
                ),
            }
        }
