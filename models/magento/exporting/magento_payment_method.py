from odoo import _, api, fields, models

from .couriers import Invoices


class MagentoPaymentMethod(models.Model):
    """When invoices of its orders are exported."""

    _inherit = "magento.payment.method"

    invoice_rule = fields.Selection(
        [("validate", "Validate"), ("paid", "In-Payment/Paid")],
        "Create Invoice on Magento",
        help="When invoices of its orders are exported. Empty: never. Validate: when"
        " the invoice is posted; Magento will show the order as paid then, as its API"
        " knows no open invoice. In-Payment/Paid: when the invoice is paid.",
    )

    @api.onchange("invoice_rule")
    def _onchange_invoice_rule(self):
        """Say how many invoices would go before the rule is saved."""
        method = self._origin
        if not method or not self.invoice_rule:
            return None
        count = Invoices.count_due(self)
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
