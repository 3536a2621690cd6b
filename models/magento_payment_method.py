from odoo import fields, models


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
