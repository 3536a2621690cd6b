from datetime import datetime, time, timedelta

import babel.dates
import pytz

from odoo import _, api, fields, models
from odoo.tools import format_datetime, get_lang
from odoo.tools.misc import formatLang


class MagentoReconciliation(models.Model):
    """Whether Odoo and Magento say the same of a shop's orders of some days.

    Orders that are equal are counted and added up; each that differs has a line. It is
    kept as it was found, to be shown later.
    """

    _name = "magento.reconciliation"
    _description = "Magento Reconciliation"
    _order = "id desc"

    connection_id = fields.Many2one(
        "magento.connection",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    time_zone = fields.Char(
        required=True,
        readonly=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="In which the days begin and end.",
    )
    user_id = fields.Many2one(
        "res.users", "Checked By", readonly=True, default=lambda self: self.env.user
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="running",
        index=True,
    )
    started_at = fields.Datetime("Started", readonly=True)
    ended_at = fields.Datetime("Checked On", readonly=True)
    last_error = fields.Text(readonly=True)
    log_id = fields.Many2one(
        "integration.process.log", "Process Log", readonly=True, ondelete="set null"
    )
    cursor = fields.Char(readonly=True, help="The last order that was compared.")
    total_count = fields.Integer("Orders in Magento", readonly=True)
    order_count = fields.Integer("Orders", readonly=True)
    equal_count = fields.Integer("Equal", readonly=True)
    left_out_stores = fields.Char(
        readonly=True, help="Store views whose orders are not imported."
    )
    total_ids = fields.One2many(
        "magento.reconciliation.total", "reconciliation_id", "Totals"
    )
    line_ids = fields.One2many(
        "magento.reconciliation.line", "reconciliation_id", "Differences"
    )
    different_count = fields.Integer("Orders That Differ", compute="_compute_counts")
    open_count = fields.Integer("Open Differences", compute="_compute_counts")
    ignored_count = fields.Integer("Ignored", compute="_compute_counts")
    settled_count = fields.Integer("Settled", compute="_compute_counts")
    result = fields.Selection(
        [
            ("running", "Running"),
            ("failed", "Failed"),
            ("equal", "All Equal"),
            ("accepted", "Differences Settled"),
            ("different", "Differences"),
        ],
        compute="_compute_counts",
    )
    progress = fields.Integer(compute="_compute_progress")
    conclusion = fields.Text(compute="_compute_conclusion")

    _sql_constraints = [
        (
            "dates_in_order",
            "CHECK(date_from <= date_to)",
            "The last day cannot be before the first one.",
        )
    ]

    @api.depends("line_ids.state", "state")
    def _compute_counts(self):
        groups = self.env["magento.reconciliation.line"]._read_group(
            [("reconciliation_id", "in", self.ids)],
            ["reconciliation_id", "state"],
            ["__count"],
        )
        counts = {(each, state): count for each, state, count in groups}
        for each in self:
            each.open_count = counts.get((each, "open"), 0)
            each.ignored_count = counts.get((each, "ignored"), 0)
            each.settled_count = counts.get((each, "settled"), 0)
            each.different_count = (
                each.open_count + each.ignored_count + each.settled_count
            )
            each.result = each._get_result()

    def _get_result(self):
        if self.state != "done":
            return self.state
        if self.open_count:
            return "different"
        return "accepted" if self.different_count else "equal"

    @api.depends("order_count", "total_count", "state")
    def _compute_progress(self):
        for each in self:
            share = each.order_count / each.total_count if each.total_count else 0
            each.progress = 100 if each.state == "done" else min(99, int(100 * share))

    @api.depends("connection_id.name", "date_from", "date_to")
    def _compute_display_name(self):
        for each in self:
            if each.date_from and each.date_to:
                each.display_name = f"{each.connection_id.name}, {each._get_days()}"
            else:
                each.display_name = each.connection_id.name or ""

    @api.depends("state", "order_count", "equal_count", "open_count", "ended_at")
    @api.depends_context("uid", "lang")
    def _compute_conclusion(self):
        for each in self:
            each.conclusion = each._get_conclusion()

    def _get_days(self):
        """Return the period as people write it: “1–30 November 2026”."""
        locale = get_lang(self.env).code
        if self.date_from == self.date_to:
            return babel.dates.format_date(self.date_from, "long", locale=locale)
        return babel.dates.format_interval(
            self.date_from, self.date_to, "yMMMMd", locale=locale
        )

    def _get_conclusion(self):
        """Return the result in words that can be shown to an auditor."""
        self.ensure_one()
        if self.state == "failed":
            return _("%s: not checked to the end.", self.display_name)
        numbers = {
            "what": self.display_name,
            "count": self._count(self.order_count),
            "equal": self._count(self.equal_count),
            "total": self._count(self.total_count),
        }
        if self.state == "running":
            return _("%(what)s: %(count)s of %(total)s orders are compared.", **numbers)
        if not self.order_count:
            text = _("%(what)s: no order was placed.", **numbers)
        elif not self.different_count and self.order_count == 1:
            text = _(
                "%(what)s: the only order is equal in ordered, invoiced, shipped and"
                " refunded quantities and amounts.",
                **numbers,
            )
        elif not self.different_count:
            text = _(
                "%(what)s: all %(count)s orders are equal in ordered, invoiced, shipped"
                " and refunded quantities and amounts.",
                **numbers,
            )
        else:
            text = _(
                "%(what)s: %(equal)s of %(count)s orders are equal in ordered,"
                " invoiced, shipped and refunded quantities and amounts.",
                **numbers,
            )
        return " ".join([text, *self._get_fates(), self._get_checked_text()])

    def _get_fates(self):
        """Return what became of the orders that differ, a sentence for each fate."""
        if self.open_count:
            yield _("Different: %s.", self._count(self.open_count))
        if self.ignored_count:
            yield _(
                "Different and accepted with a reason: %s.",
                self._count(self.ignored_count),
            )
        if self.settled_count:
            yield _("Different and settled since: %s.", self._count(self.settled_count))
        if self.left_out_stores:
            yield _(
                "Orders of %s are not imported and not compared.", self.left_out_stores
            )

    def _get_checked_text(self):
        return _(
            "Checked on %(date)s by %(user)s.",
            date=format_datetime(self.env, self.ended_at, dt_format="medium"),
            user=self.user_id.sudo().name,
        )

    def _count(self, number):
        return formatLang(self.env, number, digits=0)

    def _get_bounds(self):
        """Return the moments (UTC) at which the days begin, and the next ones after."""
        zone = pytz.timezone(self.time_zone)
        days = (self.date_from, self.date_to + timedelta(days=1))
        return [
            zone.localize(datetime.combine(day, time.min))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day in days
        ]

    def action_open_lines(self):
        """Open the orders that differ, as a list that can be exported."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.magento_reconciliation_line_action"
        )
        return {
            **action,
            "display_name": self.display_name,
            "domain": [("reconciliation_id", "=", self.id)],
        }

    def action_open_log(self):
        """Open the process log of the run."""
        return {
            "type": "ir.actions.act_window",
            "name": _("Process Log"),
            "res_model": "integration.process.log",
            "res_id": self.log_id.id,
            "view_mode": "form",
        }

    def action_show(self):
        """Open this reconciliation."""
        return {
            "type": "ir.actions.act_window",
            "name": _("Reconciliation"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
