"""Finding what happened without having been written down."""

from odoo.tools import SQL

from .capture import Capture, Event

# So many at a time, each in a transaction of its own
BATCH = 1000


class Sweep:
    """Finds deliveries that no decision is about, and those that grew afterwards.

    Whatever validated them: code that goes past the transfer, an import, a time in
    which the addon was not installed.

    :param company: `res.company`
    :param start: the first day that any policy of the company wants
    """

    def __init__(self, company, start):
        self.env = company.env
        self.company = company
        self.start = start

    def run(self):
        """Write down what is found, at most one batch of it.

        :return: how many were found
        """
        self.env.flush_all()
        pickings = self.env["stock.picking"].browse(self._fetch(self._query_missed()))
        returns = self.env["stock.picking"].browse(self._fetch(self._query_returns()))
        events = pickings._billing_get_delivery_events()
        events += returns._billing_get_return_events()
        events += self._get_grown()
        events = self._leave_out_known(events)
        Capture(self.env, "schedule").record(events)
        return len(events)

    def _leave_out_known(self, events):
        keys = [event.key for event in events]
        found = self.env["billing.decision"].search([("event_key", "in", keys)])
        known = set(found.mapped("event_key"))
        return [event for event in events if event.key not in known]

    def _fetch(self, query):
        self.env.cr.execute(query)
        return [row[0] for row in self.env.cr.fetchall()]

    def _query_missed(self):
        return SQL(
            """
            SELECT move.picking_id
              FROM stock_move AS move
              JOIN stock_picking AS picking ON picking.id = move.picking_id
              JOIN stock_location AS place ON place.id = move.location_dest_id
             WHERE move.company_id = %s AND move.state = 'done'
               AND move.sale_line_id IS NOT NULL AND place.usage = 'customer'
               AND picking.date_done >= %s
               AND NOT EXISTS (
                   SELECT FROM billing_decision AS decision
                    WHERE decision.picking_id = move.picking_id
                      AND decision.event IN ('delivery', 'again')
               )
          GROUP BY move.picking_id ORDER BY move.picking_id LIMIT %s
            """,
            self.company.id,
            self.start,
            BATCH,
        )

    def _query_returns(self):
        return SQL(
            """
            SELECT move.picking_id
              FROM stock_move AS move
              JOIN stock_picking AS picking ON picking.id = move.picking_id
              JOIN stock_location AS place ON place.id = move.location_id
             WHERE move.company_id = %s AND move.state = 'done' AND move.to_refund
               AND move.sale_line_id IS NOT NULL AND place.usage = 'customer'
               AND picking.date_done >= %s
               AND NOT EXISTS (
                   SELECT FROM billing_decision AS decision
                    WHERE decision.picking_id = move.picking_id
                      AND decision.event = 'return'
               )
          GROUP BY move.picking_id ORDER BY move.picking_id LIMIT %s
            """,
            self.company.id,
            self.start,
            BATCH,
        )

    def _get_grown(self):
        """Return events of transfers to which something was added once they were done.

        Each is taken up once for each quantity that it came to.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT decision.picking_id, decision.sale_order_id, move.id,
                       move.quantity
                  FROM stock_move AS move
                  JOIN billing_decision_line AS line ON line.stock_move_id = move.id
                  JOIN billing_decision AS decision ON decision.id = line.decision_id
                 WHERE move.company_id = %s AND line.is_live AND move.state = 'done'
              GROUP BY decision.picking_id, decision.sale_order_id, move.id
                HAVING move.quantity > MAX(line.moved_quantity) + 0.000001
                 LIMIT %s
                """,
                self.company.id,
                BATCH,
            )
        )
        events = []
        for picking_id, order_id, move_id, quantity in self.env.cr.fetchall():
            picking = self.env["stock.picking"].browse(picking_id)
            events.append(
                Event(
                    key=f"picking:{picking_id}:{move_id}:{quantity:g}",
                    event="delivery",
                    company=self.company,
                    at=picking.write_date,
                    picking=picking,
                    order=self.env["sale.order"].browse(order_id),
                )
            )
        return events
