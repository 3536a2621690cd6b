import time

from odoo import _, api, models
from odoo.exceptions import UserError

from ..billing_decision import FINAL


class BillingOperation(models.Model):
    """Sealing decisions by night, and saying so when the chain is broken."""

    _inherit = "billing.operation"

    @api.model
    def _find_companies_to_seal_decisions(self):
        return self._find_companies([("state", "in", FINAL), ("sealed_at", "=", False)])

    @api.model
    def _get_verified_by_night(self):
        """Return how many of the latest seals are verified each night."""
        return 10_000

    def _get_verified_until(self, sealed):
        """Return up to which seal those of earlier nights are taken for whole.

        :param sealed: a model of sealed records
        """
        last = sealed._find_last_sealed(self.company_id).seal_number
        return max(last - self._get_verified_by_night(), 0)

    def _run_seal_decisions(self, log, deadline):
        """Seal all that is finished, and look whether the seals are whole.

        :raise UserError: they are not
        """
        decisions = self.env["billing.decision"]
        while count := self._do_step(decisions._seal_batch, self.company_id):
            log.done_count += count
            self._commit()
            self.env.invalidate_all()
            if deadline and time.monotonic() > deadline:
                self._go_on_later("ir_cron_billing_seal")
                break
        self._commit()
        since = self._get_verified_until(decisions)
        decision, problem = decisions._verify(self.company_id, since)
        if problem:
            raise UserError(
                _(
                    "The record of billing was changed in the database, from decision"
                    " %(id)s on: %(problem)s Resolution: find out who has access to the"
                    " database, and compare with a backup.",
                    id=decision.id,
                    problem=problem,
                )
            )
