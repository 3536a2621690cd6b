from odoo import _, api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..billing_policy import PHASES
from ..deciding.work import WORK


class BillingPolicy(models.Model):
    """A policy as a sentence, and what pressing its buttons would do."""

    _inherit = "billing.policy"

    sentence = fields.Text(compute="_compute_sentence")
    next_phase = fields.Selection(selection=lambda self: self._get_phases(),
                                  compute="_compute_next_phases")  # fmt: skip
    previous_phase = fields.Selection(selection=lambda self: self._get_phases(),
                                      compute="_compute_next_phases")  # fmt: skip
    figures_text = fields.Text("Figures", compute="_compute_figures_text")
    reviewed_text = fields.Char("Of the First", compute="_compute_reviewed_text")
    knows_hours = fields.Boolean(
        compute="_compute_known_work", help="Odoo's timesheets are installed, and sold."
    )
    knows_milestones = fields.Boolean(
        compute="_compute_known_work", help="Odoo's milestones are installed, and sold."
    )

    @api.depends("event_hours", "event_milestone")
    def _compute_known_work(self):
        """Say which work Odoo's modules count; what was chosen before is shown."""
        field = self.env["sale.order.line"]._fields["qty_delivered_method"]
        methods = field.get_values(self.env)
        for policy in self:
            policy.knows_hours = policy.event_hours or WORK["hours"] in methods
            policy.knows_milestones = (
                policy.event_milestone or WORK["milestone"] in methods
            )

    @api.model
    def _get_phases(self):
        return self._fields["phase"]._description_selection(self.env)

    @api.depends("phase")
    def _compute_next_phases(self):
        for policy in self:
            place = PHASES.index(policy.phase)
            policy.next_phase = PHASES[place + 1] if place + 1 < len(PHASES) else False
            policy.previous_phase = PHASES[place - 1] if place else False

    def _compute_figures_text(self):
        for policy in self:
            policy.figures_text = policy._get_figures_text()

    @api.depends("reviewed_count", "review_first")
    def _compute_reviewed_text(self):
        for policy in self:
            count, first = policy.reviewed_count, policy.review_first
            policy.reviewed_text = (
                _("%(count)s of the first %(first)s", count=count, first=first)
                if first
                else str(count)
            )

    # The sentence

    @api.depends(
        "phase", "start_date", "event_delivery", "event_order", "event_import",
        "event_hours", "event_milestone", "event_cost", "period", "period_weekday",
        "period_day",
        "warehouse_ids", "category_ids", "partner_tag_ids", "team_ids",
        "magento_connection_ids", "magento_store_ids", "coopcycle_connection_ids",
        "review_above", "review_new_customer", "review_first", "review_sample",
        "review_bad_payer", "review_on_warning", "approver_kind", "approver_id",
        "grouping",
    )  # fmt: skip
    def _compute_sentence(self):
        for policy in self:
            policy.sentence = policy._get_sentence()

    def _get_sentence(self):
        """Return what the policy does, as people would say it."""
        self.ensure_one()
        scope = " ".join(self._get_scope_words())
        what = _(
            "For %(events)s%(scope)s since %(start)s%(when)s: %(does)s",
            events=self._enumerate(self._get_event_words()) or "…",
            scope=f" {scope}" if scope else "",
            start=format_date(self.env, self.start_date) or "…",
            when=f", {when}" if (when := self._get_period_words()) else "",
            does=self._get_phase_words(),
        )
        return " ".join(filter(None, (what, self._get_review_words())))

    def _get_event_words(self):
        """Return what it bills, one after the other."""
        words = self._get_events()
        return [words[event] for event in words if self[f"event_{event}"]]

    @api.model
    def _enumerate(self, words):
        parts = (", ".join(words[:-1]), *words[-1:])
        return _(" and ").join(filter(None, parts))

    def _get_scope_words(self):
        """Return what restricts it, one after the other."""
        sudo = self.sudo()
        words = (
            (sudo.warehouse_ids, _("from %s")),
            (sudo.category_ids, _("with %s")),
            (sudo.partner_tag_ids, _("to customers of %s")),
            (sudo.team_ids, _("sold by %s")),
            (sudo.magento_connection_ids, _("of the shop %s")),
            (sudo.magento_store_ids, _("of the store %s")),
            (sudo.coopcycle_connection_ids, _("of %s")),
        )
        return [
            text % ", ".join(records.mapped("display_name"))
            for records, text in words
            if records
        ]

    def _get_period_words(self):
        """Return when it bills what it collects, "" if it collects nothing."""
        if not self._has_period():
            return ""
        weekdays = dict(self._fields["period_weekday"]._description_selection(self.env))
        if self.period == "month" and self.period_day < 31:
            return _("after day %s of each month", self.period_day)
        return {
            "day": _("at the end of each day"),
            "week": _(
                "at the end of each week (%s)", weekdays.get(self.period_weekday, "")
            ),
            "month": _("at the end of each month"),
        }[self.period]

    def _get_phase_words(self):
        """Return what is done in its phase."""
        each = self._get_grouping_words()
        words = {
            "dry_run": _("write down what would be billed, and make nothing."),
            "draft": _("make a draft for each %s, which a person posts.", each),
            "post": _("make an invoice for each %s and post it.", each),
            "post_send": _("make an invoice for each %s, post it and send it.", each),
        }
        return words.get(self.phase, "")

    def _get_waiting_text(self, moment):
        """Return until when something waits.

        :param moment: when it is decided (UTC)
        """
        if not self._has_period():
            return _("It is billed together with the rest of the day.")
        day = format_date(self.env, self._to_company_day(moment))
        return _("It is billed with the rest of the period, on %s.", day)

    def _get_grouping_words(self):
        """Return what it makes an invoice for."""
        if not self._has_period() and self.grouping == "customer":
            return _("customer and day")
        grouped = dict(self._fields["grouping"]._description_selection(self.env))
        grouping = self._get_grouping()
        others = self._get_events().keys() - {"order", *WORK}
        if grouping == "delivery" and not any(self[f"event_{each}"] for each in others):
            grouping = "order"
        return (grouped.get(grouping) or "").lower()

    def _get_review_words(self):
        """Return who looks first, and at what."""
        if self.phase == "dry_run":
            return ""
        who = {
            "salesperson": _("the order's salesperson"),
            "project": _("the project's manager"),
        }.get(self.approver_kind, self.approver_id.name or "…")
        if self.phase == "draft":
            return _("Ask %(who)s each time.", who=who)
        when = self._get_review_cases()
        if not when:
            return _("Ask nobody.")
        return _("Ask %(who)s first: %(when)s.", who=who, when="; ".join(when))

    def _get_review_cases(self):
        currency = self.company_currency_id
        cases = []
        if self.review_first:
            cases.append(_("for the first %s", self.review_first))
        if self.review_sample:
            cases.append(_("for one in %s afterwards", self.review_sample))
        if self.review_above:
            amount = formatLang(self.env, self.review_above, currency_obj=currency)
            cases.append(_("above %s", amount))
        if self.review_new_customer:
            cases.append(_("for new customers"))
        if self.review_bad_payer:
            cases.append(_("for bad payers"))
        if self.review_on_warning:
            cases.append(_("on any warning of the checks"))
        return cases

    # Buttons

    def action_try(self):
        """Show what it would have done with what happened in the last 30 days."""
        self.ensure_one()
        trial = self.env["billing.policy.trial"].create({"policy_id": self.id})
        return trial.action_try()
