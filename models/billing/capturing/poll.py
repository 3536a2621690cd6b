"""Finding work: hours, milestones and costs, of which no hook tells."""

import hashlib
from collections import defaultdict
from datetime import date, datetime
from typing import NamedTuple

from odoo.exceptions import ValidationError
from odoo.tools import SQL, split_every

from ..deciding.quantities import query_amounts
from ..deciding.scope import Subject
from ..deciding.work import WORK, query_entries, query_events
from .capture import Capture, Event

# So many of a statement
BATCH = 1000


class Row(NamedTuple):
    """An entry that no decision is about.

    :param at: when it came to be known, but not before its day begins (UTC)
    """

    order_id: int
    event: str
    line_id: int
    product_id: int
    entry: str
    amount: float
    day: date
    at: datetime


class Poll:
    """Finds work of which something is to be billed and that no decision is about.

    An order's work is taken up once: more of it is found when that is decided. What is
    in no policy's scope is written down once for each order, so that people see it.

    :param company: `res.company`
    :param orders: `sale.order`s that are looked at alone, None if all of the company
    """

    def __init__(self, company, orders=None):
        self.env = company.env
        self.company = company
        self.orders = orders
        policies = self.env["billing.policy"].sudo()
        self.policies = policies.search([("company_id", "=", company.id)])
        self.today = policies._get_day(company, self.env.cr.now())

    def run(self):
        """Write down what is found.

        :return: how many were found
        """
        events = self.find()
        for some in split_every(BATCH, events):
            Capture(self.env, "schedule").record(some)
        return len(events)

    def find(self):
        """Return a list of `Event`: one for each order and kind of work."""
        wanted = [event for event in WORK if self._get_wanting(event)]
        if not wanted:
            return []
        first = min(self._get_wanting(event).start_date for event in wanted)
        return self._get_events(self._read(self._query(wanted, first)))

    def find_since(self, policy, first):
        """Return the events of all work of a policy's kinds, billed or not.

        :param policy: `billing.policy`
        :param first: the first day of which it is
        """
        wanted = [event for event in WORK if policy[f"event_{event}"]]
        if not wanted:
            return []
        found = self._group(self._read(self._query_all(wanted, first)))
        return [self._get_event(*key, rows) for key, rows in found.items()]

    def _get_wanting(self, event):
        """Return the policy for an event that begins first, or an empty record."""
        wanting = self.policies.filtered(f"event_{event}")
        return wanting.sorted("start_date")[:1]

    # What there is

    def _read(self, query):
        self.env.flush_all()
        self.env.cr.execute(query)
        return [Row(*row) for row in self.env.cr.fetchall()]

    def _query(self, events, first):
        """Return the SQL of new entries, of lines that are not billed wholly."""
        return SQL(
            """
            WITH line AS (%(lines)s AND sold.qty_delivered > sold.qty_invoiced
            ), amount AS (%(amounts)s)
            SELECT sold.order_id, sold.event, sold.id, sold.product_id, entry.entry,
                   entry.amount, entry.day, %(moment)s
              FROM line AS sold
              JOIN amount ON amount.id = sold.id
              JOIN LATERAL (%(entries)s) AS entry ON TRUE
         LEFT JOIN LATERAL (
                   SELECT claim.moved_quantity AS amount
                     FROM billing_decision_line AS claim
                    WHERE claim.entry = entry.entry
                 ORDER BY claim.id DESC LIMIT 1
              ) AS known ON TRUE
             WHERE sold.event = ANY(%(events)s)
               AND entry.day BETWEEN %(first)s AND %(today)s
               AND entry.amount > COALESCE(known.amount, 0) + 0.000001
               AND sold.qty_delivered - amount.invoiced + amount.made_good > 0.000001
               AND NOT EXISTS (
                   SELECT FROM billing_decision AS open
                LEFT JOIN billing_decision AS origin ON origin.id = open.origin_id
                    WHERE open.sale_order_id = sold.order_id
                      AND open.state IN ('pending', 'held')
                      AND open.was_made IS NOT TRUE
                      AND COALESCE(origin.event, open.event) = sold.event
               )
          ORDER BY sold.order_id, entry.day, entry.entry
            """,
            lines=self._query_lines(),
            amounts=query_amounts(SQL("SELECT id FROM line")),
            entries=query_entries(self.env),
            events=events,
            first=first,
            today=self.today,
            moment=self._query_moment(),
        )

    def _query_all(self, events, first):
        """Return the SQL of all entries since a day."""
        return SQL(
            """
            WITH line AS (%(lines)s)
            SELECT sold.order_id, sold.event, sold.id, sold.product_id, entry.entry,
                   entry.amount, entry.day, %(moment)s
              FROM line AS sold
              JOIN LATERAL (%(entries)s) AS entry ON TRUE
             WHERE sold.event = ANY(%(events)s)
               AND entry.day BETWEEN %(first)s AND %(today)s
          ORDER BY sold.order_id, entry.day, entry.entry
            """,
            lines=self._query_lines(),
            entries=query_entries(self.env),
            events=events,
            first=first,
            today=self.today,
            moment=self._query_moment(),
        )

    def _query_lines(self):
        """Return the SQL of the sold lines of the company, with the event of each."""
        return SQL(
            """
            SELECT sold.id, sold.order_id, sold.product_id, sold.qty_delivered,
                   sold.qty_delivered_method, sold.product_uom_qty, sold.write_date,
                   %s AS event
              FROM sale_order_line AS sold
              JOIN sale_order AS sale ON sale.id = sold.order_id
              JOIN product_product AS product ON product.id = sold.product_id
              JOIN product_template AS template ON template.id = product.product_tmpl_id
             WHERE sale.company_id = %s AND sale.state = 'sale'
               AND sale.billing_is_apart IS NOT TRUE
               AND sold.qty_delivered_method = ANY(%s) %s
            """,
            query_events(),
            self.company.id,
            [*WORK.values()],
            self._query_chosen(),
        )

    def _query_chosen(self):
        """Return the SQL that leaves out what nobody asked for."""
        if self.orders is None:
            return SQL()
        return SQL("AND sale.id = ANY(%s)", self.orders.ids)

    def _query_moment(self):
        """Return the SQL of when an entry became known, on its day or later (UTC)."""
        zone = self.env["billing.policy"]._get_zone(self.company)
        return SQL(
            """
            date_trunc('second', GREATEST(
                entry.written_at,
                entry.day::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC'))
            """,
            zone,
        )

    # What is written down

    def _group(self, rows):
        """Return {(order id, event): rows}."""
        found = defaultdict(list)
        for row in rows:
            found[row.order_id, row.event].append(row)
        return found

    def _get_events(self, rows):
        """Return an event for each order and kind of work that a policy covers."""
        found = self._group(rows)
        orders = self.env["sale.order"].sudo().browse({key[0] for key in found})
        products = self.env["product.product"].browse({row.product_id for row in rows})
        events = []
        for (order_id, event), own in found.items():
            order = self.env["sale.order"].sudo().browse(order_id)
            order = order.with_prefetch(orders.ids)
            covered = self._filter_covered(order, event, own, products)
            if covered is None:
                events.append(self._get_event(order_id, event, own, "nobody"))
            elif covered:
                events.append(self._get_event(order_id, event, covered))
        return self._leave_out_known(events)

    def _leave_out_known(self, events):
        keys = [event.key for event in events]
        found = self.env["billing.decision"].sudo()
        found = found.search_fetch([("event_key", "in", keys)], ["event_key"])
        known = set(found.mapped("event_key"))
        return [event for event in events if event.key not in known]

    def _filter_covered(self, order, event, rows, products):
        """Return the rows that are billed, None if no policy is for any.

        What is not clear is billed: whoever drafts it holds it, and says why.
        """
        subject = Subject(
            partner=order.partner_id,
            products=products.browse({row.product_id for row in rows}).with_prefetch(
                products.ids
            ),
            warehouse=order.warehouse_id,
            order=order,
            instance=self.env["coopcycle.connection"],
            team=order.team_id,
        )
        policies = self.policies.filtered(f"event_{event}")
        day = policies._get_day(self.company, min(row.at for row in rows))
        try:
            policy, partly = policies._choose(subject, day)
        except ValidationError:  # of a policy's own filter
            return rows
        if not policy:
            return rows if partly else None
        return [row for row in rows if row.day >= policy.start_date]

    def _get_event(self, order_id, event, rows, key=""):
        """Return the event of new entries; the same ones are taken up once.

        Those that somebody corrected since, be it their day alone, are not the same.

        :param str key: by which it is taken up once instead
        """
        what = "\n".join(f"{row.entry} {row.amount!r} {row.at}" for row in rows)
        digest = key or hashlib.sha256(what.encode()).hexdigest()[:32]
        return Event(
            key=f"{event}:{order_id}:{digest}",
            event=event,
            company=self.company,
            at=min(row.at for row in rows),
            order=self.env["sale.order"].sudo().browse(order_id),
        )
