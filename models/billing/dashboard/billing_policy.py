from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import _, fields, models
from odoo.tools import SQL, format_date
from odoo.tools.misc import formatLang

from ..billing_policy import PHASES

# How many months the chart has, and over how many days speed is measured
MONTHS = 12
DAYS = 90
# Whoever has a draft open for longer was not looking at it all the time
LONGEST_REVIEW = timedelta(hours=1)
# How loud a phase is shown
LEVELS = dict(zip(PHASES, ("secondary", "info", "success", "success"), strict=True))


@dataclass
class Month:
    """What a policy did in a month.

    :param made: invoices that were posted
    :param automatic: those of them that no person looked at
    :param reviewed: drafts that a person approved or rejected
    """

    made: int = 0
    automatic: int = 0
    reviewed: int = 0

    def __add__(self, other):
        return Month(
            self.made + other.made,
            self.automatic + other.automatic,
            self.reviewed + other.reviewed,
        )


@dataclass
class Record:
    """How a policy went so far.

    :param reviewed: decisions that a person approved or rejected
    :param changed: those of them that were rejected or changed
    :param due: what happened lately and has, or should have, its invoice
    :param same_day: what of it was posted on its own day, where the company is
    :param to_post: seconds from what happened to the posted invoice, the median
    :param to_send: seconds from the posted invoice to one that is sent, the median;
        None: nothing is known of that
    :param to_approve: seconds an approver looks at a draft, the median; None: unknown
    """

    reviewed: int = 0
    changed: int = 0
    right: int = 0
    wrong: int = 0
    due: int = 0
    same_day: int = 0
    to_post: float | None = None
    to_approve: float | None = None
    to_send: float | None = None


class BillingPolicy(models.Model):
    """What the dashboard says of a policy."""

    _inherit = "billing.policy"

    def _describe_for_dashboard(self):
        """Return the cards of policies, by as many queries as of one."""
        months, records = self._read_months(), self._read_records()
        several = len(self.env.companies) > 1
        phases = dict(self._fields["phase"]._description_selection(self.env))
        return [
            {
                "id": policy.id,
                "name": policy.name,
                "company": policy.company_id.name if several else "",
                "phase": phases[policy.phase],
                "level": LEVELS[policy.phase],
                "reviewed": records[policy.id].reviewed,
                "first": policy.review_first,
                "counter": policy._get_dashboard_counter(records[policy.id]),
                "facts": policy._get_dashboard_facts(
                    months[policy.id], records[policy.id]
                ),
                "chart": policy._get_dashboard_chart(months[policy.id]),
            }
            for policy in self
        ]

    # Reading

    def _query_decisions(self):
        """Return the SQL of the decisions of these that the user may read, as a FROM.

        Each has the time zone of its company as `zone.name`.
        """
        decisions = self.env["billing.decision"]
        decisions.flush_model()
        query = decisions._search([("policy_id", "in", self.ids)])
        zones = [
            SQL("(%s, %s)", company.id, self._get_zone(company))
            for company in self.company_id
        ]
        return SQL(
            """
            billing_decision AS decision
            JOIN (VALUES %s) AS zone (company_id, name)
              ON zone.company_id = decision.company_id AND decision.id IN %s
            """,
            SQL(", ").join(zones),
            query.subselect(),
        )

    def _read_months(self):
        """Return {policy id: {first day of a month: `Month`}}.

        An invoice counts once, however many deliveries it bills; a month is the
        company's.
        """
        found = defaultdict(lambda: defaultdict(Month))
        if not self:
            return found
        self.env.cr.execute(
            SQL(
                """
                WITH bill AS (
                    SELECT decision.policy_id,
                           BOOL_OR(decision.state = 'posted') AS is_made,
                           BOOL_OR(decision.needs_review) IS TRUE AS is_reviewed,
                           MAX(COALESCE(decision.posted_at, decision.approved_at))
                             AT TIME ZONE 'UTC' AT TIME ZONE MIN(zone.name) AS ended_at
                      FROM %s
                     WHERE decision.state IN ('posted', 'approved', 'rejected')
                  GROUP BY decision.policy_id,
                           COALESCE(decision.move_id, -decision.id)
                )
                SELECT policy_id, DATE_TRUNC('month', ended_at)::date,
                       COUNT(*) FILTER (WHERE is_made),
                       COUNT(*) FILTER (WHERE is_made AND NOT is_reviewed),
                       COUNT(*) FILTER (WHERE is_reviewed)
                  FROM bill WHERE ended_at IS NOT NULL GROUP BY 1, 2
                """,
                self._query_decisions(),
            )
        )
        for policy_id, month, *counts in self.env.cr.fetchall():
            found[policy_id][month] = Month(*counts)
        return found

    def _read_records(self):
        """Return {policy id: `Record`}."""
        found = defaultdict(Record)
        if not self:
            return found
        self.env.cr.execute(
            SQL(
                """
                WITH decided AS (
                    SELECT decision.*,
                           decision.event_at >= %(since)s
                             AND decision.event NOT IN ('return', 'lowered') AS is_late,
                           (decision.event_at AT TIME ZONE 'UTC'
                             AT TIME ZONE zone.name)::date AS day,
                           (decision.posted_at AT TIME ZONE 'UTC'
                             AT TIME ZONE zone.name)::date AS posted_on,
                           (NOW() AT TIME ZONE zone.name)::date AS today
                      FROM %(decisions)s
                )
                SELECT policy_id,
                       COUNT(*) FILTER (WHERE needs_review
                         AND state IN ('approved', 'posted', 'rejected')),
                       COUNT(*) FILTER (WHERE needs_review AND (state = 'rejected'
                         OR was_changed AND state IN ('approved', 'posted'))),
                       COUNT(*) FILTER (WHERE feedback = 'right'),
                       COUNT(*) FILTER (WHERE feedback = 'wrong'),
                       COUNT(*) FILTER (WHERE is_late AND (state = 'posted'
                         OR day < today AND state IN
                           ('pending', 'held', 'review', 'drafted', 'approved'))),
                       COUNT(*) FILTER (WHERE is_late AND state = 'posted'
                         AND day = posted_on),
                       PERCENTILE_CONT(0.5) WITHIN GROUP (
                         ORDER BY EXTRACT(EPOCH FROM posted_at - event_at)::float
                       ) FILTER (WHERE is_late AND state = 'posted'),
                       PERCENTILE_CONT(0.5) WITHIN GROUP (
                         ORDER BY EXTRACT(EPOCH FROM approved_at - opened_at)::float
                       ) FILTER (WHERE approver_id = opened_user_id
                                   AND approved_at - opened_at
                                     BETWEEN INTERVAL '0' AND %(longest)s)
                  FROM decided GROUP BY policy_id
                """,
                since=fields.Datetime.now() - timedelta(days=DAYS),
                longest=LONGEST_REVIEW,
                decisions=self._query_decisions(),
            )
        )
        for policy_id, *numbers in self.env.cr.fetchall():
            found[policy_id] = Record(*numbers)
        return found

    # Telling

    def _get_dashboard_counter(self, record):
        """Return how many of the first ones people have looked at, in words."""
        self.ensure_one()
        return _(
            "%(reviewed)s of %(first)s",
            reviewed=record.reviewed,
            first=self.review_first,
        )

    def _get_dashboard_facts(self, months, record):
        """Return what a policy has achieved, as rows of words.

        :param months: {first day of a month: `Month`}
        :param record: `Record`
        :return: [{"key", "label", "value", "hint"}]
        """
        self.ensure_one()
        today = self._get_day(self.company_id, fields.Datetime.now())
        month = months[today.replace(day=1)]
        unchanged = record.reviewed - record.changed
        return [
            self._fact(
                "automatic",
                _("By itself this month"),
                _percent(month.automatic, month.made),
                _(
                    "%(automatic)s of %(made)s invoices that no person looked at",
                    automatic=month.automatic,
                    made=month.made,
                ),
            ),
            self._fact(
                "unchanged",
                _("Approved unchanged"),
                _percent(unchanged, record.reviewed),
                _(
                    "%(unchanged)s of %(reviewed)s drafts that a person looked at",
                    unchanged=unchanged,
                    reviewed=record.reviewed,
                ),
            ),
            self._get_saved_fact("saved", _("Saved this month"), month, record),
            self._get_saved_fact(
                "saved_so_far",
                _("Saved so far"),
                sum(months.values(), Month()),
                record,
            ),
            self._fact(
                "same_day",
                _("Invoiced the same day"),
                _percent(record.same_day, record.due),
                _(
                    "%(same_day)s of %(due)s that happened in the last %(days)s days",
                    same_day=record.same_day,
                    due=record.due,
                    days=DAYS,
                ),
            ),
            self._fact(
                "to_post",
                _("Until posted"),
                self._format_seconds(record.to_post),
                _("The median, from what happened to the posted invoice"),
            ),
            self._fact(
                "to_send",
                _("Until sent"),
                self._format_seconds(record.to_send),
                _("The median, from the posted invoice to the one that is sent"),
            ),
            self._fact(
                "feedback",
                _("Right / wrong"),
                f"{record.right} / {record.wrong}",
                _("What people said of its decisions"),
            ),
        ]

    def _get_saved_fact(self, key, label, month, record):
        """Return the row of the time that is saved, with the formula in its hint."""
        by_hand = self.company_id.billing_minutes_by_hand
        review = self.company_id.billing_minutes_review
        if record.to_approve is not None:
            review = round(record.to_approve / 60, 1)
        saved = month.made * by_hand - month.reviewed * review
        formula = _(
            "%(made)s made × %(by_hand)s min − %(reviewed)s looked at × %(review)s min",
            made=month.made,
            by_hand=by_hand,
            reviewed=month.reviewed,
            review=formatLang(self.env, review, digits=int(review % 1 > 0)),
        )
        if record.to_approve is None:
            return self._fact(key, label, self._format_seconds(saved * 60), formula)
        hint = _("%(formula)s (measured)", formula=formula)
        return self._fact(key, label, self._format_seconds(saved * 60), hint)

    def _fact(self, key, label, value, hint):
        return {"key": key, "label": label, "value": value, "hint": hint}

    def _format_seconds(self, seconds):
        """Return a length of time in words, "–" if there is none."""
        if seconds is None:
            return "–"
        minutes = round(abs(seconds) / 60)
        sign = "−" if seconds < 0 and minutes else ""
        if minutes < 60:
            text = _("%s min", minutes)
        elif minutes < 48 * 60:
            hours, rest = divmod(minutes, 60)
            text = _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)
        else:
            text = _("%s days", round(minutes / 60 / 24))
        return sign + text

    def _get_dashboard_chart(self, months):
        """Return the invoices of each month, as `Chart` of the browser takes it.

        :return: None as long as there is none
        """
        today = self._get_day(self.company_id, fields.Datetime.now())
        first = today.replace(day=1)
        days = [first - relativedelta(months=back) for back in reversed(range(MONTHS))]
        if not any(months[day].made for day in days):
            return None
        return {
            "title": _("Invoices by month"),
            "stacked": True,
            "labels": [format_date(self.env, day, date_format="MMM") for day in days],
            "series": [
                {
                    "label": _("By itself"),
                    "level": "success",
                    "values": [months[day].automatic for day in days],
                },
                {
                    "label": _("Looked at"),
                    "level": "info",
                    "values": [
                        months[day].made - months[day].automatic for day in days
                    ],
                },
            ],
        }


def _percent(part, whole):
    return f"{100 * part / whole:.0f} %" if whole else "–"
