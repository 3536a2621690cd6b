from odoo import _, api, fields, models
from odoo.exceptions import ValidationError


class MagentoConnection(models.Model):
    """What goes to a shop, and how it is sent."""

    _inherit = "magento.connection"

    notify_invoice = fields.Boolean(
        "Notify Customer of Invoices",
        help="Let Magento mail the customer when an invoice is exported.",
    )
    export_invoices_from = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self),
        help="Invoices with an earlier date are not exported by themselves, so that"
        " choosing a rule exports no history.",
    )
    update_status_when_paid = fields.Boolean(
        "Update Magento Status When Paid",
        help="When an invoice that was exported on validation is paid in Odoo, tell it"
        " in a comment on Magento's order.",
    )
    paid_status = fields.Char(
        "Status When Paid",
        help="The code of the status that the order gets then, where its state allows"
        " it. Empty: its status stays as it is.",
    )
    attempts_allowed = fields.Integer(
        default=3,
        required=True,
        help="How often a document is sent before somebody has to look at it.",
    )
    batch_size = fields.Integer(
        default=50, required=True, help="Documents sent between two commits."
    )
    parallel_requests = fields.Integer(
        default=8, required=True, help="Documents sent to Magento at the same time."
    )
    settling_seconds = fields.Integer(
        "Settling Time",
        default=600,
        required=True,
        help="Seconds after which Magento has surely finished what it was asked for,"
        " even if nobody got an answer.",
    )
    notify_shipment = fields.Boolean(
        "Notify Customer of Shipments",
        help="Let Magento mail the customer when a delivery is exported.",
    )
    export_shipments_from = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self),
        help="Deliveries that were validated earlier are not exported by themselves.",
    )
    source_ids = fields.One2many("magento.source", "connection_id", "Stock Sources")
    notify_credit_memo = fields.Boolean(
        "Notify Customer of Credit Memos",
        help="Let Magento mail the customer when a credit note is exported.",
    )
    export_credit_memos_from = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self),
        help="Credit notes with an earlier date are not exported by themselves.",
    )

    @api.constrains(
        "attempts_allowed", "batch_size", "parallel_requests", "settling_seconds"
    )
    def _check_sending(self):
        for connection in self:
            least = min(
                connection.attempts_allowed,
                connection.batch_size,
                connection.parallel_requests,
            )
            if least < 1 or connection.settling_seconds < 0:
                raise ValidationError(
                    _(
                        "Attempts, batch size and parallel requests must be one at"
                        " least."
                    )
                )
