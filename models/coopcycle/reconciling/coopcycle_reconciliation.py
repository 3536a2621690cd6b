import base64

from odoo import Command, _, api, fields, models
from odoo.exceptions import UserError

from ....compat import check_access
from ....tools.coopcycle.api import CANCELLED, OPEN, CoopcycleError, invoicing
from ....tools.coopcycle.export_file import rows_of_items, write_file
from ....tools.coopcycle.label import hash_of_store
from ...shared.opening import open_form
from ..fetching.coopcycle_messages import CoopcycleMessages
from .comparison import Comparison, OutOfTimeError


class CoopcycleReconciliation(models.Model):
    """Whether CoopCycle and Odoo say the same of the orders of some days.

    Orders that are equal are counted and added up; each that differs has a line, with
    its cause and what to do about it.
    """

    _name = "coopcycle.reconciliation"
    _inherit = ["coopcycle.period.mixin"]
    _description = "CoopCycle Reconciliation"
    _order = "id desc"
    _rec_name = "date_from"

    connection_id = fields.Many2one(ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", "Checked By", readonly=True, default=lambda self: self.env.user
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="running",
    )
    line_ids = fields.One2many(
        "coopcycle.reconciliation.line", "reconciliation_id", readonly=True
    )
    total_ids = fields.One2many(
        "coopcycle.reconciliation.total", "reconciliation_id", readonly=True
    )
    order_count = fields.Integer("Orders", readonly=True)
    different_count = fields.Integer("Orders That Differ", readonly=True)
    has_not_exported = fields.Boolean(compute="_compute_has_causes")
    has_exported = fields.Boolean(compute="_compute_has_causes")
    conclusion = fields.Char(compute="_compute_conclusion")

    @api.depends("line_ids.cause_code")
    def _compute_has_causes(self):
        for each in self:
            causes = set(each.line_ids.mapped("cause_code"))
            each.has_not_exported = "not_exported" in causes
            each.has_exported = "exported" in causes

    @api.depends("state", "order_count", "different_count", "error")
    @api.depends_context("lang")
    def _compute_conclusion(self):
        for each in self:
            each.conclusion = each._get_conclusion()

    def _get_conclusion(self):
        if self.state != "done":
            return self.error or _("Not compared yet.")
        if self.different_count:
            return _(
                "%(different)s of %(orders)s orders differ.",
                different=self.different_count,
                orders=self.order_count,
            )
        return _("All equal: %s orders.", self.order_count)

    # Comparing

    @api.model
    def _begin(self, connection, first, last):
        """Compare the orders of some days.

        It commits: call it last in a transaction.

        :param connection: a `coopcycle.connection`
        :return: the reconciliation
        """
        check_access(self.env["coopcycle.reconciliation.wizard"], "create")
        check_access(connection, "read")
        own = self.sudo().create(
            {"connection_id": connection.id, "date_from": first, "date_to": last}
        )
        own._run_logged("user")
        return own.with_env(self.env)

    def _do_work(self, log, deadline, **options):
        """Read all orders, and write down what differs."""
        self.write({**self._compare(deadline), "state": "done", "error": False})
        log.done_count = self.order_count
        self._commit()

    def _compare(self, deadline):
        """Compare the orders that CoopCycle invoices with those on invoices.

        :param float deadline: see `_do_work`
        :return: the values of what was found
        """
        found = Comparison(self)
        with self.connection_id._get_client() as client:
            found.run(client, deadline)
        names = self._get_store_names(found.sums)
        lines = [
            *(self._prepare_line_vals(each, names) for each in found.differences),
            *(
                {"order_number": number, "cause_code": "unreadable"}
                for number in found.unreadable
            ),
        ]
        totals = (
            {"name": names[store_id], **vars(each)}
            for store_id, each in found.sums.items()
        )
        return {
            "order_count": sum(each.order_count for each in found.sums.values())
            + len(found.unreadable),
            "different_count": len(lines),
            "total_ids": [Command.clear(), *map(Command.create, totals)],
            "line_ids": [Command.clear(), *map(Command.create, lines)],
        }

    def _is_due(self, item, states):
        """Say whether an order that is on no invoice should be on one.

        :param item: its `LineItem`
        :param states: `OPEN`, `DELIVERED` or `CANCELLED`, among which is its own
        """
        is_over = item.day < fields.Date.context_today(self)
        return states != OPEN or is_over or bool(item.exports)

    def _find_cause(self, item, states, billed_amount):
        """Return why the two sides differ, None if they do not.

        :param item: the order's `LineItem`
        :param states: see `_is_due`
        :param billed_amount: in Odoo, without tax; None if it is on no invoice
        :return: a value of the line's field `cause_code`
        """
        if states == CANCELLED:
            is_billed = not self.currency_id.is_zero(billed_amount or 0.0)
            return "cancelled" if is_billed else None
        if billed_amount is None:
            if item.exports:
                return "exported"
            return "undelivered" if states == OPEN else "not_exported"
        if self.currency_id.compare_amounts(billed_amount, item.subtotal / 100):
            return "amount"
        return None

    def _prepare_line_vals(self, difference, names):
        """Return the values of an order that differs.

        :param difference: a `Difference`
        :param names: of the stores, by their ids
        """
        item = difference.item
        return {
            "order_number": item.order_number,
            "store": names[item.store_id],
            "day": item.day,
            "cause_code": difference.cause,
            "amount": item.subtotal / 100,
            "billed_amount": difference.amount,
            "move_ids": [Command.set(difference.move_ids)],
        }

    def _get_failure_text(self, error):
        if isinstance(error, OutOfTimeError):
            return _(
                "These days have too many orders: there was time for %s. Resolution:"
                " compare fewer days at once.",
                error.count,
            )
        return super()._get_failure_text(error)

    def _get_store_names(self, store_ids):
        """Return the legal names of stores, as they were fetched or imported last.

        :param store_ids: in CoopCycle
        :return: {store id: name}
        """
        hashes = {hash_of_store(store_id): store_id for store_id in store_ids}
        unknown = _("Store %s")
        names = {store_id: unknown % store_id for store_id in store_ids}
        remembered = self.env["coopcycle.store"].search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("store_hash", "in", list(hashes)),
            ]
        )
        names.update({hashes[store.store_hash]: store.name for store in remembered})
        fetched = self.env["coopcycle.fetch.store"].search(
            [
                ("fetch_id.connection_id", "=", self.connection_id.id),
                ("store_number", "in", list(names)),
                ("state", "!=", "failed"),
            ],
            order="id",
        )
        names.update({store.store_number: store.name for store in fetched})
        return names

    def _get_log_operation(self):
        return "reconcile_coopcycle"

    def _write_failure(self, log, text):
        self.write({"state": "failed", "error": text})
        return super()._write_failure(log, text)

    # What is done about it

    def action_again(self):
        """Compare the same days once more."""
        self.ensure_one()
        again = self._begin(self.connection_id, self.date_from, self.date_to)
        return {**open_form(again), "name": _("Reconciliation")}

    def action_fetch(self):
        """Open *Fetch Invoices* for these days."""
        self.ensure_one()
        check_access(self, "read")
        return {
            "type": "ir.actions.act_window",
            "name": _("Fetch Invoices"),
            "res_model": "coopcycle.fetch.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_connection_id": self.connection_id.id,
                "default_date_from": self.date_from,
                "default_date_to": self.date_to,
            },
        }

    def action_bring_in(self):
        """Open the import of what was exported and is on no invoice.

        :raise UserError: CoopCycle cannot be read, or has nothing of it any more
        """
        self.ensure_one()
        check_access(self.env["coopcycle.import.wizard"], "create")
        wanted = self.line_ids.filtered(lambda line: line.cause_code == "exported")
        rows = self._make_rows(set(wanted.mapped("order_number")))
        if not rows:
            raise UserError(_("There is nothing left to bring in. Compare once more."))
        wizard = self.env["coopcycle.import.wizard"].create(
            {
                "connection_id": self.connection_id.id,
                "file": base64.b64encode(write_file(rows)),
                "file_name": f"coopcycle_{self.date_from}_{self.date_to}.csv",
            }
        )
        wizard.action_test()
        return {**open_form(wizard), "name": _("Import Invoices")}

    def _make_rows(self, numbers):
        """Return the rows of exported orders, with the ids of their last exports.

        :param set numbers: of the orders
        """
        query = [("exists[exports]", "true")]
        try:
            with self.connection_id._get_client() as client:
                read = invoicing.read_line_items(
                    client, self._get_period(), query, unreadable=[]
                )
                # A list that grows while it is read has an order twice
                items = {
                    item.order_number: item
                    for item in read
                    if item.order_number in numbers and item.store_id is not None
                }.values()
        except CoopcycleError as error:
            raise UserError(CoopcycleMessages(self.env).text(error)) from error
        names = self.sudo()._get_store_names({item.store_id for item in items})
        account = self.connection_id._get_export_account()
        return [
            row
            for item in items
            for row in rows_of_items(
                [item],
                max(item.exports, key=item.exports.get),
                names[item.store_id],
                account,
            )
        ]
