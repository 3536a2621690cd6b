from odoo import _, api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    """Labour: what is logged on service orders counts as delivered."""

    _inherit = "product.template"

    billing_is_labour = fields.Boolean(
        "Labour of Service Orders",
        help="Hours of service orders are logged for it, and count as delivered.",
    )

    @api.constrains("billing_is_labour", "type")
    def _check_labour(self):
        for product in self:
            if product.billing_is_labour and product.type != "service":
                raise ValidationError(
                    _("%s is no service, and cannot be labour.", product.name)
                )
