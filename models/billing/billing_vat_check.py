from odoo import fields, models

from ...compat import Constraint


class BillingVatCheck(models.Model):
    """What VIES, the European Union's service, said of a VAT number."""

    _name = "billing.vat.check"
    _description = "VAT Number Check"
    _inherit = ["integration.guard.mixin"]
    _order = "asked_at desc, id desc"
    _rec_name = "number"

    number = fields.Char(required=True, readonly=True, index=True)
    result = fields.Selection(
        [("valid", "Valid"), ("invalid", "Invalid"), ("unknown", "No Answer")],
        required=True,
        readonly=True,
    )
    request_id = fields.Char(
        "Request", readonly=True, help="The service's proof that it was asked."
    )
    asked_at = fields.Datetime("Asked", required=True, readonly=True)
    answer = fields.Char(readonly=True)

    _number_unique = Constraint("unique(number)", "This number has been asked for.")
