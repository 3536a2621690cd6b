import base64

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf


class BillingPrint(models.TransientModel):
    """*Print*: the documents of chosen invoices in one file, for who made it."""

    _name = "billing.print"
    _description = "Printed Invoices"
    _inherit = ["integration.guard.mixin"]

    name = fields.Char(readonly=True)
    document = fields.Binary(readonly=True, attachment=False)

    @api.model
    def _print(self, moves):
        """Return the action that downloads the PDFs of invoices as one.

        :param moves: `account.move`, which the user may read
        :raise UserError: one has none
        """
        pages = []
        for move in moves.sudo():
            if not move.invoice_pdf_report_id:
                raise UserError(
                    _("%s has no PDF. Resolution: press Try Again.", move.name)
                )
            pages.append(move.invoice_pdf_report_id.raw)
        printed = self.sudo().create(
            {
                "name": f"{_('Invoices to Post')}.pdf",
                "document": base64.b64encode(merge_pdf(pages)),
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{printed.id}/document"
            "?filename_field=name&download=true",
            "target": "download",
        }
