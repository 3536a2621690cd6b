from odoo import _, models

from ...models.shared.opening import open_form


class CoopcycleReconciliationWizard(models.TransientModel):
    """Which days are compared with CoopCycle."""

    _name = "coopcycle.reconciliation.wizard"
    _inherit = ["coopcycle.period.wizard.mixin"]
    _description = "Reconcile with CoopCycle"

    def action_reconcile(self):
        """Compare these days.

        :return: the action that shows what was found
        """
        self.ensure_one()
        period = self._get_period()
        found = self.env["coopcycle.reconciliation"]._begin(
            self.connection_id, period.first, period.last
        )
        return {**open_form(found), "name": _("Reconciliation")}
