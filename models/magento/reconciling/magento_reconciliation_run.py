import logging
import time
from contextlib import contextmanager

import psycopg2

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools import SQL

from ....tools.magento import MagentoConnectionError, MagentoError, SearchCriteria
from ....tools.magento.order_figures import FIELDS
from ...shared.running.transaction import can_commit, in_transaction
from ..connection.magento_messages import MagentoMessages
from ..connection.magento_operation import LOCK_SPACE, SECONDS_PER_RUN
from .comparing import ReconciliationPage

_logger = logging.getLogger(__name__)

RECONCILE_LOCK_SPACE = LOCK_SPACE + 16
USER = "coopcycle_magento.coopcycle_magento_group_user"


class MagentoReconciliation(models.Model):
    """The run: page by page, on from where it was interrupted."""

    _inherit = "magento.reconciliation"

    @api.model
    def _begin(self, connection, date_from, date_to):
        """Start a reconciliation, and go as far as one request may.

        :return: the `magento.reconciliation`
        :raise AccessError: the user does not work with this shop
        """
        if not self.env.su and not self.env.user.has_group(USER):
            raise AccessError(_("Only users of Magento may compare its orders."))
        connection = connection.with_env(self.env)
        connection.check_access_rule("read")
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
        self.check_access_rule("read")
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
        deadline = time.monotonic() + SECONDS_PER_RUN
        for each in self.search([("state", "=", "running")], order="id"):
            try:
                each._go_on(deadline)
            except Exception:  # the scheduler must go on with the others
                _logger.exception("Reconciliation %s", each.id)
                if can_commit():
                    self.env.cr.rollback()

    def _go_on(self, deadline=None):
        """Compare what is left, as far as the time reaches."""
        self.ensure_one()
        if deadline is None and request:
            deadline = time.monotonic() + SECONDS_PER_RUN
        user = self.user_id
        lang = self.env.context.get("lang") or user.lang
        self = self.with_company(self.company_id).with_context(lang=lang)
        with self._alone() as is_alone:
            if not is_alone:
                return
            in_transaction(self.env, self._open_log, lock=self)
            try:
                is_over = self._compare(deadline)
            except MagentoError as error:
                self._fail(MagentoMessages(self.env).text(error))
            except UserError as error:
                self._fail(str(error))
            except Exception as error:
                if not can_commit():
                    raise
                _logger.exception("Reconciliation of %s", self.connection_id.name)
                self._fail(str(error))
            else:
                if is_over:
                    in_transaction(self.env, self._finish, lock=self)
                else:
                    self._follow_up()

    @contextmanager
    def _alone(self):
        """Say whether nobody else runs this one; it is held over all commits."""
        key = (RECONCILE_LOCK_SPACE, self.id)
        self.env.flush_all()
        self.env.cr.execute(SQL("SELECT pg_try_advisory_lock(%s, %s)", *key))
        is_alone = self.env.cr.fetchone()[0]
        try:
            yield is_alone
        except psycopg2.Error:
            if can_commit():
                self.env.cr.rollback()  # else the lock could not be given back
            raise
        finally:
            if is_alone:
                self.env.cr.execute(SQL("SELECT pg_advisory_unlock(%s, %s)", *key))

    def _open_log(self):
        if self.log_id:
            return
        stores = self._get_left_out_stores()
        log = self.env["integration.process.log"]._start(
            self.connection_id, "reconcile"
        )
        log.user_id = self.user_id
        self.write(
            {
                "log_id": log.id,
                "started_at": fields.Datetime.now(),
                "left_out_stores": ", ".join(stores.mapped("name")),
            }
        )

    def _fail(self, text):
        if can_commit():
            self.env.cr.rollback()

        def write():
            self.write(
                {
                    "state": "failed",
                    "last_error": text,
                    "ended_at": fields.Datetime.now(),
                }
            )
            self.log_id._add_lines([(text, self)], level="error")
            self.log_id._end("failed")

        in_transaction(self.env, write, lock=self)

    def _finish(self):
        self.write({"state": "done", "ended_at": fields.Datetime.now()})
        self.log_id.done_count = self.order_count
        self.log_id._add_lines([(self.conclusion, self)])
        self.log_id._end("done")

    def _follow_up(self):
        self.env.ref("coopcycle_magento.ir_cron_reconcile")._trigger()

    # Reading

    def _compare(self, deadline):
        """Compare page by page.

        :return: whether everything was compared
        :raise MagentoError: the shop could not be read
        """
        is_over = False
        with self.connection_id._get_client() as client:
            while not is_over:
                page = self._read_page(client)
                is_over = len(page.items) >= page.total_count
                others = self._find_others(client, page.items, is_over)
                in_transaction(
                    self.env, self._keep_page, page, others, is_over, lock=self
                )
                self.env.invalidate_all()  # memory must not grow with the orders
                if not is_over and deadline and time.monotonic() > deadline:
                    return False
        return True

    def _read_page(self, client):
        """Read the orders that follow the last one; ids keep the pages apart.

        :raise MagentoConnectionError: it is not the page that was asked for
        """
        first, last = self._get_bounds()
        criteria = (
            SearchCriteria()
            .where("created_at", "gteq", first)
            .where("created_at", "lt", last)
            .where("entity_id", "gt", self.cursor or "0")
            .sorted_by("entity_id")
        )
        stores = self._get_left_out_stores()
        if stores:
            criteria = criteria.where("store_id", "nin", stores.mapped("magento_id"))
        page = next(client.pages("orders", criteria, FIELDS))
        ids = list(map(_id_of, page.items))
        if ids and (min(ids) <= int(self.cursor or 0) or ids != sorted(set(ids))):
            raise MagentoConnectionError("page_missing", method="GET", path="orders")
        return page

    def _get_left_out_stores(self):
        return self.connection_id.store_ids.filtered(lambda s: not s.import_orders)

    def _find_others(self, client, items, is_over):
        """Return Odoo's orders between those of a page that Magento does not have."""
        ids = list(map(_id_of, items))
        page = ReconciliationPage(self.connection_id)
        others = page.odoo.load_others(
            list(map(str, ids)),
            int(self.cursor or 0),
            None if is_over else ids[-1],
            self._get_bounds(),
        )
        missing = sorted(others)
        for start in range(0, len(missing), 100):
            criteria = (
                SearchCriteria()
                .where("entity_id", "in", missing[start : start + 100])
                .sorted_by("entity_id")
            )
            for answer in client.pages("orders", criteria, "items[entity_id]"):
                for raw in answer.items:
                    others.pop(str(raw.get("entity_id")), None)
        return list(others.values())

    def _keep_page(self, page, others, is_over):
        """Write down what a page of orders came to."""
        checker = ReconciliationPage(self.connection_id)
        tally = checker.check(page.items)
        vanished = checker.check_vanished(others)
        lines = self.env["magento.reconciliation.line"].create(
            [
                {"reconciliation_id": self.id, **values}
                for values in [*tally.lines, *vanished.lines]
            ]
        )
        lines._recall()
        self._add_totals(tally.totals)
        done = self.order_count + tally.orders + vanished.orders
        self.write(
            {
                "order_count": done,
                "equal_count": self.equal_count + tally.equal,
                "total_count": done + page.total_count - len(page.items),
                "cursor": str(_id_of(page.items[-1])) if page.items else self.cursor,
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


def _id_of(raw):
    """Return an order's id.

    :raise MagentoConnectionError: it has none, so that it cannot be told from others
    """
    found = raw.get("entity_id") if isinstance(raw, dict) else None
    if isinstance(found, bool) or not str(found).isdigit():
        raise MagentoConnectionError("improper_answer", method="GET", path="orders")
    return int(found)


class IntegrationProcessLog(models.Model):
    """Reconciliations have a log too."""

    _inherit = "integration.process.log"

    operation = fields.Selection(
        selection_add=[("reconcile", "Reconcile")], ondelete={"reconcile": "cascade"}
    )
