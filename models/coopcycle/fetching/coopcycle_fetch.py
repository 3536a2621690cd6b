import base64
import logging
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, _, api, fields, models
from odoo.exceptions import UserError

from ....compat import Constraint, check_access, has_access
from ....tools.coopcycle.api import Period
from ....tools.coopcycle.export_file import write_file
from ...shared.days import begin_of
from ...shared.opening import open_form
from .coopcycle_connection import MANAGER
from .pull import Pull

_logger = logging.getLogger(__name__)

CRON = "coopcycle_magento.ir_cron_fetch_invoices"
STATES = [
    ("running", "Fetching"),
    ("ready", "To Import"),
    ("imported", "Imported"),
    ("empty", "Nothing to Invoice"),
]


class CoopcycleFetch(models.Model):
    """The invoices of some days, asked of CoopCycle itself.

    What comes is kept as the file that CoopCycle would have exported, and is checked
    and imported as such. All requests have the same id, so that what CoopCycle marks is
    found again, and what is asked twice has the same External IDs.
    """

    _name = "coopcycle.fetch"
    _inherit = ["mail.thread", "mail.activity.mixin", "coopcycle.period.mixin"]
    _description = "CoopCycle Fetch"
    _order = "id desc"
    _rec_name = "date_from"

    user_id = fields.Many2one(
        "res.users",
        "Fetched By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    batch = fields.Integer(
        required=True,
        readonly=True,
        default=1,
        help="Counts what was fetched for the same days later on.",
    )
    request_id = fields.Char(
        "Request ID",
        readonly=True,
        help="Stands at the beginning of the External IDs, and in CoopCycle at each"
        " order that was exported for it.",
    )
    is_listed = fields.Boolean(readonly=True, help="CoopCycle's totals are known.")
    is_fetched = fields.Boolean(readonly=True, help="All stores were asked for.")
    fetched_at = fields.Datetime("Last Fetched", readonly=True)
    is_settled = fields.Boolean(
        readonly=True, help="What came was invoiced by other ways, and wants no import."
    )
    is_id_overwritten = fields.Boolean(
        "Request ID Overwritten",
        readonly=True,
        help="CoopCycle knows what came by other ids than ours.",
    )
    store_ids = fields.One2many("coopcycle.fetch.store", "fetch_id", readonly=True)
    order_count = fields.Integer("Orders", compute="_compute_totals", store=True)
    amount_untaxed = fields.Monetary(
        "Total without Tax", compute="_compute_totals", store=True
    )
    received_count = fields.Integer(
        "Orders Received", compute="_compute_totals", store=True
    )
    failed_count = fields.Integer(
        "Failed Stores", compute="_compute_totals", store=True
    )
    import_ids = fields.One2many("coopcycle.import", "fetch_id", "Imports")
    missing_count = fields.Integer(
        "Orders Left Out",
        compute="_compute_state",
        store=True,
        help="Orders that came and were left out of the import.",
    )
    state = fields.Selection(STATES, compute="_compute_state", store=True)

    _batch_unique = Constraint(
        "unique(connection_id, date_from, date_to, batch)",
        "This was fetched already.",
    )

    @api.depends(
        "store_ids.order_count",
        "store_ids.amount_untaxed",
        "store_ids.received_count",
        "store_ids.error",
    )
    def _compute_totals(self):
        for fetch in self:
            stores = fetch.store_ids
            fetch.order_count = sum(stores.mapped("order_count"))
            fetch.amount_untaxed = sum(stores.mapped("amount_untaxed"))
            fetch.received_count = sum(stores.mapped("received_count"))
            fetch.failed_count = len(stores.filtered("error"))

    @api.depends(
        "is_fetched",
        "is_settled",
        "received_count",
        "import_ids.state",
        "import_ids.line_count",
    )
    def _compute_state(self):
        for fetch in self:
            imported = fetch.import_ids.filtered(
                lambda import_: import_.state not in ("failed", "undone")
            )
            count = fetch.received_count - sum(imported.mapped("line_count"))
            is_counted = imported and not fetch.is_settled
            fetch.missing_count = max(0, count) if is_counted else 0
            if imported or fetch.is_settled:
                fetch.state = "imported"
            elif not fetch.is_fetched:
                fetch.state = "running"
            else:
                fetch.state = "ready" if fetch.received_count else "empty"

    def _get_batches(self):
        """Return all fetches of the same days, the newest first."""
        return self.search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("date_from", "=", self.date_from),
                ("date_to", "=", self.date_to),
            ],
            order="batch desc",
        )

    # Fetching

    @api.model
    def _begin(self, connection, first, last):
        """Return the fetch of these days that goes on, else a new one.

        :param connection: a `coopcycle.connection`
        :return: elevated, with the user as who fetches
        """
        check_access(self.env["coopcycle.fetch.wizard"], "create")
        check_access(connection, "read")
        fetches_sudo = self.sudo()
        known = fetches_sudo.search(
            [
                ("connection_id", "=", connection.id),
                ("date_from", "=", first),
                ("date_to", "=", last),
            ],
            order="batch desc",
            limit=1,
        )
        if known.state == "ready" or known.is_settled:
            known._settle()
        if known.state in ("running", "ready"):
            return known
        if known.state == "empty":
            known.write({"is_listed": False, "is_fetched": False})
            return known
        batch = known.batch + 1
        return fetches_sudo.create(
            {
                "connection_id": connection.id,
                "user_id": self.env.user.id,
                "date_from": first,
                "date_to": last,
                "batch": batch,
                "request_id": connection._get_request_id(Period(first, last), batch),
            }
        )

    def _fetch(self, trigger, deadline=None):
        """Ask CoopCycle for what has not come yet.

        It commits step by step: call it last in a transaction.

        :param str trigger: "user" or "schedule"
        :raise BusyError: it is being asked already
        """
        if not self.is_fetched:
            with self._alone():
                self._run_logged(trigger, deadline)

    def _do_work(self, log, deadline, **options):
        """Ask store by store; see `Pull`."""
        with self.connection_id._get_client() as client:
            pull = Pull(self, client)
            if not self.is_listed:
                pull.list_stores()
                self._commit()
            if not pull.ask(deadline):
                self.env.ref(CRON).sudo()._trigger()
                return False
        now = fields.Datetime.now()
        self.write({"is_fetched": True, "fetched_at": now, "error": False})
        self.store_ids._tell_missing()
        if pull.unreadable:
            text = self._get_unreadable_text(pull.unreadable)
            log._add_lines([(text, self)], "warning")
        incomplete = self.store_ids.filtered("error")
        for level, stores in (
            ("info", self.store_ids - incomplete),
            ("warning", incomplete),
        ):
            log._add_lines([(store._get_summary(), store) for store in stores], level)
        log.write(
            {"done_count": self.received_count, "failed_count": self.failed_count}
        )
        return True

    def _get_unreadable_text(self, numbers):
        """Return what the log says of orders in CoopCycle's list that are none."""
        return _(
            "CoopCycle's list has orders that cannot be read: %s. Resolution: compare"
            " these days at CoopCycle ▸ Reconciliation.",
            ", ".join(numbers),
        )

    def _open_log(self, trigger):
        """Go on with the log of a run that had no time left."""
        logs = self.env["integration.process.log"]
        running = logs._find_running(self, self._get_log_operation())
        return running[:1] or super()._open_log(trigger)

    def _get_log_operation(self):
        return "fetch_invoices"

    def _is_repeatable(self):
        return True

    def _write_failure(self, log, text):
        self.error = text
        return super()._write_failure(log, text)

    def _prepare_store_vals(self, total):
        """Return the values of a store with something to invoice.

        One without a name is not asked for: CoopCycle would mark its orders, and fail.

        :param total: a `StoreTotal`
        """
        vals = {
            "fetch_id": self.id,
            "store_number": total.store_id,
            "name": total.legal_name or _("Store %s", total.store_id),
            **self.store_ids._prepare_total_vals(total),
        }
        if not total.legal_name:
            vals["state"] = "failed"
            vals["error"] = _(
                "The store has no name in CoopCycle. Resolution: give it a legal name"
                " there, then fetch the same days again."
            )
        return vals

    # Importing

    def action_import(self):
        """Import what came, or show what speaks against it.

        :return: the action that shows the drafts, or the findings
        """
        self.ensure_one()
        check_access(self.env["coopcycle.import.wizard"], "create")
        if self.state == "ready" or self.missing_count or self.is_settled:
            self.sudo()._settle()
        if self.is_settled:
            return {**open_form(self), "name": _("Fetched from CoopCycle")}
        if self.state != "ready" and not self.missing_count:
            raise UserError(
                _(
                    "There is nothing to import: it is imported already, has not come"
                    " yet, or there was nothing."
                )
            )
        wizard = self._make_wizard()
        wizard.action_test()
        if wizard.has_errors:
            return {**open_form(wizard), "name": _("Import Invoices")}
        return wizard.action_import()

    def _settle(self):
        """Remember whether all that came is on invoices.

        Somebody may have brought it in by a file or by the reconciliation, and may have
        taken that back.
        """
        connection = self.connection_id
        numbers = {
            connection._get_order_number(row["label"])
            for row in self.store_ids._get_rows()
        }
        billed = connection._find_billed_orders(numbers)
        billed += connection._find_orders_of_odoo_import(numbers, [])
        self.is_settled = numbers <= {each.order for each in billed}

    def _make_wizard(self):
        """Return the screen of an import, with what came as its file."""
        return self.env["coopcycle.import.wizard"].create(
            {
                "connection_id": self.connection_id.id,
                "fetch_id": self.id,
                "file": base64.b64encode(self._get_content()),
                "file_name": f"coopcycle_{self.date_from}_{self.date_to}.csv",
            }
        )

    def _get_content(self):
        """Return what came, as the file that CoopCycle would have exported."""
        return write_file(self.store_ids._get_rows())

    def action_fetch(self):
        """Go on where it stopped, and import what came."""
        self.ensure_one()
        fetch = self._begin(self.connection_id, self.date_from, self.date_to)
        return fetch._fetch_and_import(self.env)

    def _fetch_and_import(self, env):
        """Fetch elevated, then import with the rights of who asks.

        :param env: of who asks
        :return: the action that shows what came of it
        """
        self._fetch("user")
        own = self.with_env(env)
        own.invalidate_recordset()
        if own.state == "ready" and not own.failed_count:
            return own.action_import()
        return {**open_form(own), "name": _("Fetched from CoopCycle")}

    # By schedule

    @api.model
    def _cron_fetch(self):
        """Go on with what was begun, and begin what is due. Never raises."""
        deadline = self._get_deadline()
        running = self.search(
            [("state", "=", "running"), ("connection_id.active", "=", True)], order="id"
        )
        self.env["integration.runner.mixin"]._run_each(
            running, lambda fetch: fetch._run_as_its_user(deadline)
        )
        due = self.env["coopcycle.connection"].search([("fetch_interval", "!=", False)])
        self.env["integration.runner.mixin"]._run_each(
            due, lambda connection: self._run_due(connection, deadline)
        )

    @api.model
    def _run_due(self, connection, deadline):
        """Fetch the last month or week of an instance, once."""
        user = connection.user_id
        own = self.with_user(user).with_company(connection.company_id)
        own = own.with_context(lang=user.lang, tz=user.tz)
        first, last = own._get_last_period(connection.fetch_interval)
        over_at = begin_of(last + timedelta(days=1), user.tz or "UTC")
        # What somebody fetched before the last day was over is not all of it
        if not self.search_count(
            [
                ("connection_id", "=", connection.id),
                ("date_from", "=", first),
                ("date_to", "=", last),
                "|",
                ("state", "in", ("running", "ready")),
                ("fetched_at", ">=", over_at),
            ],
            limit=1,
        ):
            own = own.sudo()
            begun = own._begin(connection.with_env(own.env), first, last)
            begun._run_as_its_user(deadline)

    @api.model
    def _get_last_period(self, interval):
        """Return the first and the last day of the last month or week that is over.

        :param str interval: a value of the connection's `fetch_interval`
        """
        today = fields.Date.context_today(self)
        if interval == "weekly":
            last = today - timedelta(days=today.weekday() + 1)
            return last - timedelta(days=6), last
        last = today.replace(day=1) - timedelta(days=1)
        return last - relativedelta(day=1), last

    def _run_as_its_user(self, deadline):
        """Fetch, and import with the rights of who began; say if a person must look."""
        if not self._find_user():
            self._tell_unless_done("")
            self._commit()
            return
        self._fetch("schedule", deadline)
        if self.state not in ("ready", "running") and not self.failed_count:
            return
        self.sudo()._tell_unless_done(self._import_as_its_user())
        self._commit()

    def _find_user(self):
        """Let who is responsible take over what another may not go on with.

        :return: whether there is somebody
        """
        responsible = self.connection_id.user_id
        if self._may_be_fetched_by(self.user_id):
            return True
        if self._may_be_fetched_by(responsible):
            self.sudo().user_id = responsible
            return True
        self.sudo().error = _(
            "%s is archived, or makes no invoices any more. Resolution: choose who is"
            " responsible on the CoopCycle instance.",
            (responsible or self.user_id).name,
        )
        return False

    def _may_be_fetched_by(self, user):
        wizards = self.env["coopcycle.fetch.wizard"].with_user(user)
        return user.id == SUPERUSER_ID or (
            self._integration_is_seen_by(user) and has_access(wizards, "create")
        )

    def _import_as_its_user(self):
        """Import with the rights of who began.

        :return: why that is refused, "" if it is not
        """
        user = self.user_id
        own = self.with_user(user).with_company(self.company_id)
        own = own.with_context(lang=user.lang, tz=user.tz)
        if self.state == "ready":
            try:
                with self.env.cr.savepoint():
                    own.action_import()
            except UserError as error:
                return str(error)
        return ""

    def _tell_unless_done(self, refusal):
        """Ask who fetches to look at what did not come, or did not become invoices.

        :param str refusal: why it could not be imported, if somebody said so
        """
        if self.activity_ids or (self.state == "running" and not self.error):
            return
        if self.state == "imported" and not self.failed_count:
            return
        text = (
            self.error
            or refusal
            or "\n".join(
                f"{store.name}: {store.error}"
                for store in self.store_ids.filtered("error")
            )
        )
        text = text or _("See the findings, resolve them, and press Import.")
        self._integration_ask_first(
            [self.user_id, *self._get_managers()],
            _("Not all of CoopCycle's invoices came in"),
            text,
        )

    def _get_managers(self):
        """Return who may be told in place of somebody who is archived."""
        users = self.env["res.users"].search(
            [("company_ids", "in", self.company_id.ids)], order="id"
        )
        return users.filtered(lambda user: user.has_group(MANAGER))
