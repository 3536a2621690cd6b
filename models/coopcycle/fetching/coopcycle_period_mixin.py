from odoo import _, api, fields, models
from odoo.tools.misc import format_date

from ....tools.coopcycle.api import CoopcycleError, Period
from .coopcycle_messages import CoopcycleMessages


class CoopcyclePeriodMixin(models.AbstractModel):
    """What is asked of a CoopCycle instance about some days, and is named by them."""

    _name = "coopcycle.period.mixin"
    _inherit = ["integration.runner.mixin", "integration.guard.mixin"]
    _description = "CoopCycle Days"

    connection_id = fields.Many2one(
        "coopcycle.connection",
        "CoopCycle Instance",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    error = fields.Text(readonly=True)

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for each in self:
            each.display_name = _(
                "%(first)s to %(last)s",
                first=format_date(self.env, each.date_from),
                last=format_date(self.env, each.date_to),
            )

    def _get_period(self):
        return Period(self.date_from, self.date_to)

    def _get_failure_text(self, error):
        if isinstance(error, CoopcycleError):
            return CoopcycleMessages(self.env).text(error)
        return super()._get_failure_text(error)
