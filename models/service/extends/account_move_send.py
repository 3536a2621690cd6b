from odoo import api

from ....compat import SendModel

WITHOUT_REPORTS = "billing_without_reports"


class AccountMoveSend(SendModel):
    """What goes with an invoice: the reports of its jobs, if the company wants."""

    _inherit = "account.move.send"

    @api.model
    def _hook_invoice_document_after_pdf_report_render(self, invoice, invoice_data):
        """Have the reports printed where the invoice is."""
        res = super()._hook_invoice_document_after_pdf_report_render(
            invoice, invoice_data
        )
        if invoice.company_id.sudo().billing_attach_report:
            invoice.sudo()._billing_print_reports()
        return res

    @api.model
    def _get_invoice_extra_attachments(self, move):
        found = super()._get_invoice_extra_attachments(move)
        if self.env.context.get(WITHOUT_REPORTS):
            return found
        return found | move.sudo().billing_report_ids
