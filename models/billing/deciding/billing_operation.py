import time

from odoo import api, models

from .drafting import Drafting

# Decisions that one commit holds
DRAFT_BATCH = 50


class BillingOperation(models.Model):
    """Making drafts of what happened."""

    _inherit = "billing.operation"

    @api.model
    def _find_companies_to_draft_invoices(self):
        return self._find_companies(self._get_pending_domain())

    @api.model
    def _get_pending_domain(self, company=None):
        """Return the domain of what waits to be decided.

        By PostgreSQL's clock, as it is decided: what one of two clocks takes and the
        other puts back would be taken for ever.
        """
        domain = [
            ("state", "=", "pending"),
            "|",
            ("wait_until", "=", False),
            ("wait_until", "<=", self.env.cr.now()),
        ]
        return domain + ([("company_id", "=", company.id)] if company else [])

    def _run_draft_invoices(self, log, deadline):
        """Decide all that waits, batch by batch."""
        while self._draft_batch(log):
            self.env.invalidate_all()  # memory must not grow with the work
            if deadline and time.monotonic() > deadline:
                self._go_on_later("ir_cron_billing_draft")
                break
        self._go_on_later("ir_cron_billing_post")
        self._commit()

    def _draft_batch(self, log):
        """Decide one batch and commit it; say whether there was one."""
        return self._do_step(self._draft_step, log)

    def _claim_batch(self):
        """Lock a batch of what waits, and what may share invoices with it."""
        domain = self._get_pending_domain(self.company_id)
        claimed = self._claim(domain, DRAFT_BATCH)
        policies = self.env["billing.policy"].search(
            [("company_id", "=", self.company_id.id)]
        )
        groupings = {policy._get_grouping() for policy in policies}
        orders = claimed.sale_order_id
        if "customer" in groupings:
            partners = orders.partner_invoice_id
            shared = [("sale_order_id.partner_invoice_id", "in", partners.ids)]
        elif "order" in groupings or any(each._is_work() for each in claimed):
            shared = [("sale_order_id", "in", orders.ids)]
        else:
            return claimed
        return claimed | self._claim([*domain, *shared], None)

    def _draft_step(self, log):
        claimed = self._claim_batch()
        if not claimed:
            return False
        Drafting(claimed).run()
        self._note_outcome(log, claimed)
        return True
