import time
from contextlib import suppress
from datetime import timedelta

import babel.dates

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import get_lang

from ....compat import Constraint, check_access
from ....tools.magento import MagentoError
from ...shared.days import begin_of
from ...shared.integration_runner_mixin import BusyError
from ...shared.opening import open_form
from ...shared.running import Transaction
from ..connection.magento_messages import MagentoMessages
from .comparing import ReconciliationPage
from .comparing.conclusion import Conclusion
from .comparing.reading import Reading, ids_of

USER = "coopcycle_magento.coopcycle_magento_group_user"


class MagentoReconciliation(models.Model):
    """Whether Odoo and Magento say the same of a shop's orders of some days.

    Orders that are equal are counted and added up; each that differs has a line. It is
    kept as it was found, to be shown later.
    """

    _name = "magento.reconciliation"
    _description = "Magento Reconciliation"
    _inherit = ["integration.runner.mixin", "integration.guard.mixin"]
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
        default=lambda self: self.env.context.get("tz") or self.env.user.tz or "UTC",
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

    _dates_in_order = Constraint(
        "CHECK(date_from <= date_to)", "The last day cannot be before the first one."
    )

    # Computed

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
            each.conclusion = Conclusion(each).text()

    def _get_days(self):
        """Return the period as people write it: “1–30 November 2026”."""
        locale = get_lang(self.env).code
        if self.date_from == self.date_to:
            return babel.dates.format_date(self.date_from, "long", locale=locale)
        return babel.dates.format_interval(
            self.date_from, self.date_to, "yMMMMd", locale=locale
        )

    def _get_bounds(self):
        """Return the moments (UTC) at which the days begin, and the next ones after."""
        days = (self.date_from, self.date_to + timedelta(days=1))
        return [begin_of(day, self.time_zone) for day in days]

    # The run: page by page, on from where it was interrupted

    @api.model
    def _begin(self, connection, date_from, date_to):
        """Start a reconciliation, and go as far as one request may.

        :return: the `magento.reconciliation`
        :raise AccessError: the user does not work with this shop
        """
        if not self.env.su and not self.env.user.has_group(USER):
            raise AccessError(_("Only users of Magento may compare its orders."))
        connection = connection.with_env(self.env)
        check_access(connection, "read")
        started = self.sudo().create(
            {
                "connection_id": connection.id,
                "date_from": date_from,
                "date_to": date_to,
                "user_id": self.env.uid,
            }
        )
        started._go_on()
        return self.browse(started.id)

    def action_start_anew(self):
        """Check once more: a failed one from the start, another one beside this."""
        self.ensure_one()
        check_access(self, "read")
        again = self.sudo()
        if self.state != "failed":
            if self.state == "running":
                raise UserError(_("It is running already."))
            return self._begin(
                self.connection_id, self.date_from, self.date_to
            ).action_show()
        if not self.env.user.has_group(USER):
            raise AccessError(_("Only users of Magento may compare its orders."))
        again.line_ids.unlink()
        again.total_ids.unlink()
        again.write(
            {
                "state": "running",
                "user_id": self.env.uid,
                "cursor": False,
                "log_id": False,
                "order_count": 0,
                "equal_count": 0,
                "last_error": False,
                "started_at": False,
                "ended_at": False,
            }
        )
        again._go_on()
        return self.action_show()

    @api.model
    def _cron_go_on(self):
        """Go on with those that take longer, or were interrupted. Never raises."""
        deadline = self._get_deadline()
        unfinished = self.search([("state", "=", "running")], order="id")
        self._run_each(unfinished, lambda each: each._go_on(deadline))

    def _go_on(self, deadline=None):
        """Compare what is left, as far as the time reaches; nothing if it runs."""
        self.ensure_one()
        lang = self.env.context.get("lang") or self.user_id.lang
        own = self.with_company(self.company_id).with_context(lang=lang)
        with suppress(BusyError), own._alone():
            own._run_logged("user", deadline)

    def _do_work(self, log, deadline):
        """Compare page by page.

        :return: whether everything was compared
        :raise MagentoError: the shop could not be read
        """
        is_over = False
        with self.connection_id._get_client() as client:
            reading = Reading(self, client)
            while not is_over:
                page = reading.read_page()
                is_over = len(page.items) >= page.total_count
                vanished = reading.find_vanished(page.items, is_over)
                Transaction(self.env).do(self._keep_page, page, vanished, lock=self)
                self.env.invalidate_all()  # memory must not grow with the orders
                if not is_over and deadline and time.monotonic() > deadline:
                    self.env.ref("coopcycle_magento.ir_cron_reconcile")._trigger()
                    return False
        return True

    def _get_log_operation(self):
        return "reconcile"

    def _get_log_record(self):
        return self.connection_id

    def _get_failure_text(self, error):
        if isinstance(error, MagentoError):
            return MagentoMessages(self.env).text(error)
        return super()._get_failure_text(error)

    def _open_log(self, trigger):
        """Go on with the log of the first run, in the name of who asked for it."""
        if self.log_id:
            return self.log_id
        log = self.env["integration.process.log"]._start(
            self.connection_id, self._get_log_operation(), trigger=trigger
        )
        log.user_id = self.user_id
        stores = self._get_left_out_stores()
        self.write(
            {
                "log_id": log.id,
                "started_at": fields.Datetime.now(),
                "left_out_stores": ", ".join(stores.mapped("name")),
            }
        )
        return log

    def _write_success(self, log):
        self.write({"state": "done", "ended_at": fields.Datetime.now()})
        log.done_count = self.order_count
        log._add_lines([(self.conclusion, self)])
        return super()._write_success(log)

    def _write_failure(self, log, text):
        self.write(
            {
                "state": "failed",
                "last_error": text,
                "ended_at": fields.Datetime.now(),
            }
        )
        log._add_lines([(text, self)], level="error")
        log._end("failed")

    def _get_left_out_stores(self):
        return self.connection_id.store_ids.filtered(lambda s: not s.import_orders)

    def _keep_page(self, page, vanished):
        """Write down what a page of orders came to."""
        checker = ReconciliationPage(self.connection_id)
        tally = checker.check(page.items)
        gone = checker.check_vanished(vanished)
        lines = self.env["magento.reconciliation.line"].create(
            [
                {"reconciliation_id": self.id, **values}
                for values in [*tally.lines, *gone.lines]
            ]
        )
        lines._ignore_as_before()
        self._add_totals(tally.totals)
        done = self.order_count + tally.orders + gone.orders
        ids = ids_of(page.items)
        self.write(
            {
                "order_count": done,
                "equal_count": self.equal_count + tally.equal,
                "total_count": done + page.total_count - len(page.items),
                "cursor": str(ids[-1]) if ids else self.cursor,
            }
        )

    def _add_totals(self, totals):
        known = {total.currency_id: total for total in self.total_ids}
        for currency, figures in totals.items():
            total = known.get(currency) or self.total_ids.create(
                {"reconciliation_id": self.id, "currency_id": currency.id}
            )
            total.write(
                {name: total[name] + figure for name, figure in figures.items()}
            )

    # Screens

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
        return {**open_form(self.log_id), "name": _("Process Log")}

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
