from odoo import _, api, models

from ..shared.timeline import DELIVERED, Entry, Story


class IntegrationTimeline(models.AbstractModel):
    """The jobs of which orders and invoices are."""

    _inherit = "integration.timeline"

    @api.model
    def _get_story_of_billing_service_order(self, job):
        return Story(job, job.sale_order_id, job.invoice_ids, job.picking_ids)

    @api.model
    def _find_entries(self, story):
        entries = super()._find_entries(story)
        for job in self._find_jobs(story):
            for name, words in (
                ("date_started", _("Job started")),
                ("signed_at", _("Signed by the customer")),
                ("date_done", _("Job done")),
            ):
                if job[name]:
                    entry = Entry(job[name], DELIVERED, words, job)
                    entries.append(entry)
        return entries

    @api.model
    def _find_jobs(self, story):
        if story.record._name == "billing.service.order":
            return story.record
        if story.is_of_invoice:
            return story.invoices.billing_service_order_ids
        return story.orders.billing_service_order_ids

    @api.model
    def _get_decision_domain(self, story):
        """Leave out what is decided of other jobs of the same order."""
        if story.record._name == "billing.service.order":
            return [("service_order_id", "=", story.record.id)]
        return super()._get_decision_domain(story)
