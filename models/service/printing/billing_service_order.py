from odoo import _, models

REPORT = "coopcycle_magento.billing_service_order_report"


class BillingServiceOrder(models.Model):
    """The printed report, as a document of the invoice."""

    _inherit = "billing.service.order"

    def _make_report_documents(self, move):
        """Return the printed reports of jobs.

        :param move: `account.move` that they go with
        :return: `ir.attachment`
        """
        return self.env["ir.attachment"].create(
            [order._prepare_report_document(move) for order in self]
        )

    def _prepare_report_document(self, move):
        self.ensure_one()
        return {
            "name": _("Service Report %s.pdf", self.name.replace("/", "-")),
            "raw": self._print_report(),
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
