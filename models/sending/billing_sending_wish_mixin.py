from odoo import fields, models

from ..shared.selections import selection_of

YES_NO = [("yes", "Yes"), ("no", "No")]


class BillingSendingWishMixin(models.AbstractModel):
    """How invoices are to go to customers; what is empty is left to the next one.

    The customer is asked first, then the firm above it, the policy, and the company.
    """

    _name = "billing.sending.wish.mixin"
    _description = "Wishes of Sending"

    billing_channel = fields.Selection(
        selection_of("billing.dispatch", "channel"),
        "Invoices Go By",
        help="Where that cannot work, the next of Peppol, e-mail and letter is taken.",
    )
    billing_attach_xml = fields.Selection(
        YES_NO,
        "Electronic Invoice",
        help="E-mails have it beside the PDF, in the format that the customer takes.",
    )
    billing_attach_slips = fields.Selection(
        YES_NO,
        "Delivery Slips",
        help="E-mails have those of the deliveries that the invoice bills.",
    )
