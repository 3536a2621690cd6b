"""Finding what happened without having been written down."""

from odoo import fields
from odoo.tools import SQL

from .capture import Capture, Event

# So many of each kind at a time, all in a transaction of their own
BATCH = 1000


class Sweep:
    """Finds what no decision is about, and deliveries that were changed afterwards.

    Whatever made it: code that goes past the transfer, a hook that failed, a time in
    which the addon was not installed. Only what some policy wants is looked for.

    :param company: `res.company`
    """

    def __init__(self, company):
        self.env = company.env
        self.company = company

    def run(self):
        """Write down what is found, at most one batch of it.

        :return: how many were found
        """
        self.env.flush_all()
        events = self._leave_out_known(
            [
                *self._find_deliveries(),
                *self._find_returns(),
                *self._find_changed(),
                *self._find_orders(),
                *self._find_drafts(),
            ]
        )
        Capture(self.env, "schedule").record(events)
        return len(events)

    def _leave_out_known(self, events):
        keys = [event.key for event in events]
        found = self.env["billing.decision"].search([("event_key", "in", keys)])
        known = set(found.mapped("event_key"))
        return [event for event in events if event.key not in known]

    def _fetch(self, model, query):
        self.env.cr.execute(query)
        return self.env[model].browse(row[0] for row in self.env.cr.fetchall())

    def _is_wanted(self, event, moment, warehouse=None):
        """Return the SQL of: some policy wants an event.

        :param SQL moment: when it happened
        :param SQL warehouse: the id of where, NULL if that is not known
        """
        policies = self.env["billing.policy"]
        wanting = policies._get_wanting(self.company.id, event)
        conditions = [SQL("FALSE")]
        for start, warehouse_ids in wanting:
            condition = SQL("%s >= %s", moment, start)
            if warehouse_ids and warehouse:
                ids = list(warehouse_ids)
                condition = SQL(
                    "%s AND COALESCE(%s = ANY(%s), TRUE)", condition, warehouse, ids
                )
            conditions.append(SQL("(%s)", condition))
        return SQL(" OR ").join(conditions)

    # Goods

    def _find_deliveries(self):
        pickings = self._find_pickings(
            SQL("place.id = move.location_dest_id"), ["delivery", "again"]
        )
        return pickings._billing_get_delivery_events()

    def _find_returns(self):
        pickings = self._find_pickings(
            SQL("place.id = move.location_id AND move.to_refund"), ["return", "again"]
        )
        return pickings._billing_get_return_events()

    def _find_pickings(self, joined, events):
        """Return done transfers between a customer and the company.

        :param SQL joined: on which side of the moves the customer is
        :param list events: of decisions that know them
        """
        return self._fetch(
            "stock.picking",
            SQL(
                """
                SELECT move.picking_id
                  FROM stock_move AS move
                  JOIN stock_picking AS picking ON picking.id = move.picking_id
                  JOIN stock_picking_type AS kind ON kind.id = picking.picking_type_id
                  JOIN stock_location AS place ON %s AND place.usage = 'customer'
                 WHERE move.company_id = %s AND move.state = 'done'
                   AND move.sale_line_id IS NOT NULL AND (%s)
                   AND picking.billing_is_apart IS NOT TRUE
                   AND NOT EXISTS (
                       SELECT FROM billing_decision AS decision
                        WHERE decision.picking_id = move.picking_id
                          AND decision.event = ANY(%s)
                   )
              GROUP BY move.picking_id ORDER BY move.picking_id LIMIT %s
                """,
                joined,
                self.company.id,
                self._is_wanted(
                    "delivery",
                    SQL("COALESCE(picking.date_done, move.date)"),
                    SQL("kind.warehouse_id"),
                ),
                events,
                BATCH,
            ),
        )

    def _find_changed(self):
        """Return events of transfers that were changed once they were done and billed.

        Something was added, or less left than was billed. Each quantity that it came to
        is taken up once.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT picking_id, sale_order_id, move_id, part, quantity, is_delivery,
                       quantity > moved_quantity
                  FROM (
                    SELECT DISTINCT ON (move.id)
                           decision.picking_id, decision.sale_order_id,
                           move.id AS move_id, line.part, move.quantity::float,
                           line.moved_quantity, place.usage = 'customer' AS is_delivery
                      FROM stock_move AS move
                      JOIN billing_decision_line AS line ON line.stock_move_id = move.id
                      JOIN billing_decision AS decision
                        ON decision.id = line.decision_id
                      JOIN stock_location AS place ON place.id = move.location_dest_id
                     WHERE move.company_id = %s AND line.is_live
                       AND move.state = 'done'
                  ORDER BY move.id, line.part DESC
                  ) AS latest
                 WHERE ABS(quantity - moved_quantity) > 0.000001
                   AND (is_delivery OR quantity > moved_quantity)
              ORDER BY move_id LIMIT %s
                """,
                self.company.id,
                BATCH,
            )
        )
        return [self._get_changed_event(*row) for row in self.env.cr.fetchall()]

    def _get_changed_event(
        self, picking_id, order_id, move_id, part, quantity, is_delivery, has_grown
    ):
        kind = "delivery" if is_delivery else "return"
        return Event(
            key=f"changed:{picking_id}:{move_id}:{part}:{quantity!r}",
            event=kind if has_grown else "lowered",
            company=self.company,
            at=fields.Datetime.now(),
            picking=self.env["stock.picking"].browse(picking_id),
            order=self.env["sale.order"].browse(order_id),
        )

    # Orders and imports

    def _find_orders(self):
        orders = self._fetch(
            "sale.order",
            SQL(
                """
                SELECT sale.id FROM sale_order AS sale
                 WHERE sale.company_id = %s AND sale.state = 'sale' AND (%s)
                   AND sale.billing_is_apart IS NOT TRUE
                   AND NOT EXISTS (
                       SELECT FROM billing_decision AS decision
                        WHERE decision.sale_order_id = sale.id
                          AND decision.event = 'order'
                   )
              ORDER BY sale.id LIMIT %s
                """,
                self.company.id,
                self._is_wanted(
                    "order", SQL("sale.date_order"), SQL("sale.warehouse_id")
                ),
                BATCH,
            ),
        )
        return [order._billing_get_event(order.date_order) for order in orders]

    def _find_drafts(self):
        moves = self._fetch(
            "account.move",
            SQL(
                """
                SELECT move.id FROM account_move AS move
                  JOIN coopcycle_import AS file ON file.id = move.coopcycle_import_id
                 WHERE move.company_id = %s AND move.state = 'draft'
                   AND file.state = 'done' AND (%s)
                   AND NOT EXISTS (
                       SELECT FROM billing_decision AS decision
                        WHERE decision.move_id = move.id
                   )
              ORDER BY move.id LIMIT %s
                """,
                self.company.id,
                self._is_wanted("import", SQL("move.create_date")),
                BATCH,
            ),
        )
        return [move._billing_get_import_event(move.create_date) for move in moves]
