from datetime import timedelta

from odoo import _, api, fields, models

from ....compat import Constraint
from ....tools.billing.periods import get_last_day

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]
# Of what waits, these say until when
PERIOD_FIELDS = {"period", "period_weekday", "period_day", "grouping", "collect_hour"}


class BillingPolicy(models.Model):
    """A policy may bill work, too, and all of its events together when a period ends.

    Work is what Odoo counts as delivered entry by entry: hours of timesheets,
    milestones that are reached, and costs that are re-invoiced.
    """

    _inherit = "billing.policy"

    event_hours = fields.Boolean(
        "Hours", help="Bills timesheets, by the sold line that each entry has."
    )
    event_milestone = fields.Boolean(
        "Milestones", help="Bills milestones of projects that are reached."
    )
    event_cost = fields.Boolean(
        "Expenses and Vendor Bills",
        help="Bills what employees and vendors were paid for an order, where the"
        " product is re-invoiced, at cost or at its sales price.",
    )
    period = fields.Selection(
        [
            ("none", "At Once"),
            ("day", "When a Day Ends"),
            ("week", "When a Week Ends"),
            ("month", "When a Month Ends"),
        ],
        "When",
        required=True,
        default="none",
        help="What happens in a period is billed together when it has ended, in the"
        " company's time zone: one invoice for each order, or for each customer.",
    )
    period_weekday = fields.Selection(
        WEEKDAYS, "Weeks End On", required=True, default="6"
    )
    period_day = fields.Integer(
        "Months End On",
        required=True,
        default=31,
        help="The last day that is billed with a month. Shorter months end on their"
        " own last day.",
    )

    _period_day_is_of_month = Constraint(
        "CHECK(period_day >= 1 AND period_day <= 31)",
        "Months end on a day between 1 and 31.",
    )

    @api.model
    def _get_events(self):
        return {
            **super()._get_events(),
            "hours": _("hours"),
            "milestone": _("milestones"),
            "cost": _("expenses and vendor bills"),
        }

    def write(self, vals):
        """Have what waits for the end of a period decided anew where that changes."""
        res = super().write(vals)
        if PERIOD_FIELDS & vals.keys():
            self._wait_anew()
        return res

    def _wait_anew(self):
        waiting = (
            self.env["billing.decision"]
            .sudo()
            .search(
                [
                    ("policy_id", "in", self.ids),
                    ("state", "=", "pending"),
                    ("wait_until", "!=", False),
                ]
            )
        )
        if waiting:
            waiting.wait_until = False
            self.env.ref("coopcycle_magento.ir_cron_billing_draft").sudo()._trigger()

    def _has_period(self):
        """Say whether it collects what happens until a period ends."""
        return self.period in ("day", "week", "month")

    def _get_grouping(self):
        if self._has_period() and self.grouping == "delivery":
            return "order"
        return super()._get_grouping()

    def _get_last_day(self, moment):
        """Return the last day that is billed with what happened at a moment.

        :param moment: UTC
        """
        day = self._to_company_day(moment)
        if not self._has_period():
            return day
        return get_last_day(day, self.period, int(self.period_weekday), self.period_day)

    def _get_moment_to_collect(self, moment):
        if not self._has_period():
            return super()._get_moment_to_collect(moment)
        after = self._get_last_day(moment) + timedelta(days=1)
        return self._get_first_moment(self.company_id, after)
