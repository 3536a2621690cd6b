from odoo import _, api, models
from odoo.tools import SQL

from ..billing.dashboard.figures import Card, Figure
from .invoicing.states import query_open_amounts


class BillingDashboard(models.AbstractModel):
    """The card of jobs that are done and on no invoice."""

    _inherit = "billing.dashboard"

    @api.model
    def _get_cards(self):
        card = Card(_("Service Orders"), 60, ("billing.service.order",))
        return {**super()._get_cards(), "service": card}

    @api.model
    def _get_service_figures(self):
        return [
            Figure(
                "to_invoice",
                _("To Invoice"),
                model="billing.service.order",
                action="coopcycle_magento.billing_service_order_to_invoice_action",
                domain=[("invoice_state", "=", "to_invoice")],
                level="warning",
                read_sums="_read_job_sums",
            )
        ]

    @api.model
    def _read_job_sums(self, domain):
        """Return [(company, amount)] of what jobs have to be invoiced, without tax."""
        query = self.env["billing.service.order"]._search(domain)
        self.env.cr.execute(
            query_open_amounts(SQL("service.id IN %s", query.subselect()))
        )
        companies, currencies = self.env["res.company"], self.env["res.currency"]
        return [
            (
                companies.browse(company_id),
                self._convert(
                    amount,
                    currencies.browse(currency_id),
                    companies.browse(company_id),
                ),
            )
            for company_id, currency_id, amount in self.env.cr.fetchall()
        ]
