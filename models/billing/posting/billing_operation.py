import time

from odoo import api, models

from ...shared.running.transaction import lock_rows
from .posting import Posting

# Invoices that one commit holds: whoever posts in the same journal waits for it
POST_BATCH = 10


class BillingOperation(models.Model):
    """Posting what is approved, in short transactions."""

    _inherit = "billing.operation"

    @api.model
    def _find_companies_to_post_invoices(self):
        return self._find_companies([("state", "=", "approved")])

    def _run_post_invoices(self, log, deadline):
        """Post all that is approved, batch by batch."""
        while self._do_step(self._post_step, log):
            self.env.invalidate_all()  # memory must not grow with the work
            if deadline and time.monotonic() > deadline:
                self._go_on_later("ir_cron_billing_post")
                break
        self._commit()

    def _post_step(self, log):
        """Post one batch; say whether there was one."""
        domain = [("state", "=", "approved"), ("company_id", "=", self.company_id.id)]
        claimed = self._claim(domain, POST_BATCH)
        if not claimed:
            return False
        lock_rows(claimed.move_id)
        Posting(claimed).run()
        held = claimed.filtered(lambda each: each.state == "held")
        log.done_count += len(claimed) - len(held)
        log.failed_count += len(held)
        self._note_held(log, claimed)
        return True
