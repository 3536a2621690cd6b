from odoo import _, fields, models
from odoo.exceptions import UserError

from ...models.shared.opening import open_form


class CoopcycleReconciliationWizard(models.TransientModel):
    """Which days are compared with CoopCycle."""

    _name = "coopcycle.reconciliation.wizard"
    _description = "Reconcile with CoopCycle"

    connection_id = fields.Many2one(
        "coopcycle.connection",
        "CoopCycle Instance",
        required=True,
        default=lambda self: self.env["coopcycle.connection"]._get_default(),
    )
    can_fetch = fields.Boolean(related="connection_id.can_fetch")
    date_from = fields.Date(
        "From", required=True, default=lambda self: self._get_last_month()[0]
    )
    date_to = fields.Date(
        "To", required=True, default=lambda self: self._get_last_month()[1]
    )

    def _get_last_month(self):
        return self.env["coopcycle.fetch"]._get_last_period("monthly")

    def action_reconcile(self):
        """Compare these days.

        :return: the action that shows what was found
        """
        self.ensure_one()
        if self.date_from > self.date_to:
            raise UserError(_("The first day is after the last one."))
        found = self.env["coopcycle.reconciliation"]._begin(
            self.connection_id, self.date_from, self.date_to
        )
        return {**open_form(found), "name": _("Reconciliation")}
