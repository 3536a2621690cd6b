"""Writing down that something happened, inside whatever made it happen."""

import logging
from dataclasses import dataclass

import psycopg2

from odoo import fields
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

SAVEPOINT = SQL("billing_capture")
MISSED = "What happened was not written down for billing"
CRON = "coopcycle_magento.ir_cron_billing_draft"


@dataclass(frozen=True)
class Event:
    """Something that may have to be billed.

    :param key: what is taken up once only, such as ``picking:12``
    :param event: a value of the field `event` of decisions
    :param company: `res.company`
    :param at: when it happened (UTC)
    :param picking: `stock.picking`, or None
    :param order: `sale.order`, or None
    :param move: `account.move` that exists already, or None
    :param origin: `billing.decision` that is billed again, or None
    """

    key: str
    event: str
    company: object
    at: object
    picking: object = None
    order: object = None
    move: object = None
    origin: object = None


class Capture:
    """Writes events down as decisions that wait, and wakes who decides.

    All of it is one statement: the transaction belongs to somebody in the warehouse,
    who must not notice anything.

    :param env: of the transaction in which it happened
    :param str trigger: "user", "schedule" or "api"
    """

    def __init__(self, env, trigger="user"):
        self.env = env
        self.trigger = trigger

    def try_record(self, event, get_events):
        """Write events down; if that fails, say so in the server's log.

        What is missed like this, the nightly sweep finds.

        :param str event: a value of the field `event`; if no policy wants any of these,
            the database is not asked
        :param get_events: a function that returns a list of `Event`
        """
        if not self._is_any_wanting(event):
            return
        self.env.flush_all()  # nothing but what is done here can be taken back
        self._try_at_once(get_events)

    def _try_at_once(self, get_events):
        """Write events down, or nothing of them.

        :param get_events: a function that returns a list of `Event`
        """
        self.env.cr.execute(SQL("SAVEPOINT %s", SAVEPOINT))
        events = []
        try:
            events = get_events()
            self.record(events, SQL("; RELEASE SAVEPOINT %s", SAVEPOINT))
        except psycopg2.errors.SerializationFailure:
            # Another process has just written one of these down, unseen by this one
            self.env.cr.execute(SQL("ROLLBACK TO SAVEPOINT %s", SAVEPOINT))
            for event in events if len(events) > 1 else ():
                self._try_at_once(lambda event=event: [event])
        except Exception:
            self.env.cr.execute(SQL("ROLLBACK TO SAVEPOINT %s", SAVEPOINT))
            _logger.exception(MISSED)

    def _is_any_wanting(self, event):
        try:
            return self.env["billing.policy"]._is_any_wanting(event)
        except Exception:
            _logger.exception(MISSED)
            return False

    def record(self, events, after=None):
        """Write events down; those that are known already are left as they are.

        :param events: list of `Event`
        :param SQL after: what else is done with the same query
        """
        if not events:
            if after:
                self.env.cr.execute(SQL("SELECT%s", after))
            return
        id_ = self.env["ir.model.data"]._xmlid_to_res_id(CRON, raise_if_not_found=True)
        cron = self.env["ir.cron"].sudo().browse(id_)
        self.env.cr.execute(SQL("%s%s", self._query(events, cron), after or SQL()))
        self.env.cr.postcommit.add(cron._notifydb)

    def _query(self, events, cron):
        now = fields.Datetime.now()
        return SQL(
            """
            WITH made AS (
                INSERT INTO billing_decision (
                    create_date, write_date, event_key, event, event_at, company_id,
                    picking_id, sale_order_id, move_id, origin_id, partner_id, trigger,
                    trigger_user_id, state, attempt_count
                ) VALUES %s ON CONFLICT (event_key) DO NOTHING RETURNING id
            )
            INSERT INTO ir_cron_trigger (create_uid, create_date, cron_id, call_at)
            SELECT %s, %s, %s, %s WHERE EXISTS (SELECT FROM made)
            """,
            SQL(", ").join(SQL("%s", self._row(event, now)) for event in events),
            self.env.uid,
            now,
            cron.id,
            now,
        )

    def _row(self, event, now):
        partner = event.order.partner_id if event.order else None
        if event.move:
            partner = event.move.partner_id
        # Each name of a user that PostgreSQL has to look up costs: one is enough
        return (
            now,
            now,
            event.key,
            event.event,
            event.at,
            event.company.id,
            _id(event.picking),
            _id(event.order),
            _id(event.move),
            _id(event.origin),
            _id(partner),
            self.trigger,
            self.env.uid,
            "pending",
            0,
        )


def _id(record):
    return record.id if record else None
