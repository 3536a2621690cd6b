from odoo import api, models

from .sweep import Sweep


class BillingOperation(models.Model):
    """Looking by night for what bypassed the hooks, and for what was held."""

    _inherit = "billing.operation"

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
        held = self.env["billing.decision"].search(
            [("company_id", "=", self.company_id.id), ("state", "=", "held")]
        )
        self._do_step(held._try_again)
        self._commit()
