import time

from odoo import api, models

from ...shared.running.transaction import lock_rows
from .posting import Posting

# Invoices that one commit holds at first, and at most
FIRST_BATCH = 5
POST_BATCH = 20
# Whoever posts in the same journal waits as long as one commit takes
SECONDS_PER_COMMIT = 0.8


class BillingOperation(models.Model):
    """Posting what is approved, in short transactions."""

    _inherit = "billing.operation"

    @api.model
    def _find_companies_to_post_invoices(self):
        return self._find_companies([("state", "=", "approved")])

    def _run_post_invoices(self, log, deadline):
        """Post all that is approved, in batches that take about as long as they may."""
        size, began = min(FIRST_BATCH, POST_BATCH), time.monotonic()
        while self._do_step(self._post_step, log, size):
            size = self._get_next_size(size, time.monotonic() - began)
            began = time.monotonic()
            self.env.invalidate_all()  # memory must not grow with the work
            if deadline and time.monotonic() > deadline:
                self._go_on_later("ir_cron_billing_post")
                break
        self._commit()

    @api.model
    def _get_postable_domain(self, company):
        """Return the domain of the decisions of a company that are posted now."""
        return [("state", "=", "approved"), ("company_id", "=", company.id)]

    @api.model
    def _get_next_size(self, size, seconds):
        """Return how many invoices the next commit holds.

        :param int size: how many the last one held
        :param float seconds: how long it took
        """
        fitting = int(size * SECONDS_PER_COMMIT / seconds)
        return max(1, min(POST_BATCH, 2 * size, fitting))

    def _post_step(self, log, size):
        """Post one batch of so many at most; say whether there was one."""
        claimed = self._claim(self._get_postable_domain(self.company_id), size)
        if not claimed:
            return False
        lock_rows(claimed.move_id)
        Posting(claimed).run()
        self._note_outcome(log, claimed)
        return True
