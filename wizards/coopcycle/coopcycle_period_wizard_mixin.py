from odoo import _, fields, models
from odoo.exceptions import UserError

from ...tools.coopcycle.api import Period


class CoopcyclePeriodWizardMixin(models.AbstractModel):
    """A screen that asks for an instance and some days: the last month, by itself."""

    _name = "coopcycle.period.wizard.mixin"
    _description = "CoopCycle Days to Ask For"

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

    def _get_period(self):
        """Return the days.

        :raise UserError: they are none
        """
        if self.date_from > self.date_to:
            raise UserError(_("The first day is after the last one."))
        return Period(self.date_from, self.date_to)
