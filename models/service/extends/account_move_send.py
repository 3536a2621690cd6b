from odoo import api

from ....compat import SendModel


class AccountMoveSend(SendModel):
    """What goes with an invoice: the reports of its jobs, if the company wants."""

    _inherit = "account.move.send"

    @api.model
    def _get_invoice_extra_attachments(self, move):
        found = super()._get_invoice_extra_attachments(move)
        if move.company_id.sudo().billing_attach_report:
            found |= move.sudo().billing_service_order_ids._get_report_documents(move)
        return found
