from odoo import _, models

REPORT = "coopcycle_magento.billing_service_order_report"


class BillingServiceOrder(models.Model):
    """The printed report, as a document of the invoice."""

    _inherit = "billing.service.order"

    def _get_report_documents(self, move):
        """Return the printed reports of jobs, made once for an invoice.

        :param move: `account.move` that they go with
        :return: `ir.attachment`
        """
        attachments = self.env["ir.attachment"]
        for order in self:
            values = order._prepare_report_document(move)
            known = [(name, "=", value) for name, value in values.items()]
            found = attachments.search(known, limit=1)
            attachments |= found or attachments.create(
                {**values, "raw": order._print_report()}
            )
        return attachments

    def _prepare_report_document(self, move):
        """Return what tells the document of a job's report apart."""
        self.ensure_one()
        return {
            "name": _("Service Report %s.pdf", self.name.replace("/", "-")),
            "res_model": move._name,
            "res_id": move.id,
            "mimetype": "application/pdf",
        }

    def _print_report(self):
        """Return the printed report as PDF."""
        content, _kind = self.env["ir.actions.report"]._render_qweb_pdf(
            REPORT, self.ids
        )
        return content
