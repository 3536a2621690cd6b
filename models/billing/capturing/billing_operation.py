from odoo import api, models

from ..deciding.work import WORK
from .poll import Poll
from .sweep import Sweep


class BillingOperation(models.Model):
    """Looking for work, and by night for what bypassed the hooks, and what was held."""

    _inherit = "billing.operation"

    @api.model
    def _find_companies_to_find_work(self):
        policies = self.env["billing.policy"].sudo().search([("active", "=", True)])
        return policies.filtered(
            lambda policy: any(policy[f"event_{event}"] for event in WORK)
        ).company_id

    def _run_find_work(self, log, deadline):
        """Write down hours, milestones and costs that are new."""
        log.done_count += self._do_step(Poll(self.company_id).run)
        self._commit()

    @api.model
    def _find_companies_to_sweep_deliveries(self):
        return (
            self.env["billing.policy"].sudo().search([("active", "=", True)]).company_id
        )

    def _run_sweep_deliveries(self, log, deadline):
        """Write down what was missed, and let what is held have another try."""
        while count := self._do_step(Sweep(self.company_id).run):
            log.done_count += count
            self._commit()
        self._run_find_work(log, deadline)
        held = self.env["billing.decision"].search(
            [("company_id", "=", self.company_id.id), ("state", "=", "held")]
        )
        self._do_step(held._try_again)
        self._commit()
