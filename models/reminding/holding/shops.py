"""Orders of shops, read again before anybody is reminded of them."""

from odoo.exceptions import UserError
from odoo.tools import SQL


class Shops:
    """What was read of the shops in this run.

    :param env: elevated
    :param asks: whether they are read; else what is known of them is taken, as they
        are read in any case before anything goes
    """

    def __init__(self, env, asks=True):
        self.env = env
        self.asks = asks
        self._read_ids = set()

    def find_orders(self, move_ids):
        """Return {invoice's id: ids of the shop's orders that it bills}."""
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT line.move_id, sale.id
                  FROM account_move_line AS line
                  JOIN sale_order_line_invoice_rel AS rel
                    ON rel.invoice_line_id = line.id
                  JOIN sale_order_line AS sold ON sold.id = rel.order_line_id
                  JOIN sale_order AS sale ON sale.id = sold.order_id
                 WHERE line.move_id = ANY(%s) AND sale.magento_order_id IS NOT NULL
                """,
                list(move_ids),
            )
        )
        found = {}
        for move_id, order_id in self.env.cr.fetchall():
            found.setdefault(move_id, []).append(order_id)
        return found

    def read_again(self, move_ids):
        """Read the orders of invoices again; this commits what was done before."""
        ids = {id_ for each in self.find_orders(move_ids).values() for id_ in each}
        orders = self.env["sale.order"].browse(ids - self._read_ids)
        for connection, those in orders.grouped("magento_connection_id").items():
            magento_ids = those.mapped("magento_order_id")
            if self._read_shop(connection, magento_ids):
                waiting = self._find_waiting(connection, magento_ids)
                self._read_ids.update(
                    each.id for each in those if each.magento_order_id not in waiting
                )

    def _find_waiting(self, connection, magento_ids):
        """Return the ids in Magento of the orders that could not be taken over."""
        documents = self.env["magento.document"].search(
            [
                ("connection_id", "=", connection.id),
                ("kind", "=", "order"),
                ("direction", "=", "pull"),
                ("sync_state", "=", "pending"),
                ("magento_id", "in", magento_ids),
            ]
        )
        return set(documents.mapped("magento_id"))

    @staticmethod
    def _read_shop(connection, magento_ids):
        """Say whether a shop was read."""
        if not connection.active:
            return False
        try:
            log = connection._run_operation("import_orders", magento_ids=magento_ids)
        except UserError:  # the same is running: the next run asks again
            return False
        return log.sudo().state in ("done", "partial")

    def was_read(self, order_id):
        """Say whether a shop's order was read in this run."""
        return not self.asks or order_id in self._read_ids

    def find_paid(self, order_ids):
        """Return {order's id: the money that the shop received and Odoo has not}.

        What an export of ours marked as paid is no money.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT sale.id, (sale.magento_total_paid - COALESCE(SUM(
                           CASE WHEN document.kind = 'payment' THEN document.odoo_total
                                ELSE document.magento_total END
                       ), 0))::float
                  FROM sale_order AS sale
             LEFT JOIN magento_document AS document
                    ON document.sale_order_id = sale.id
                   AND document.sync_state = 'done'
                   AND (document.kind = 'payment' OR (
                            document.kind = 'invoice' AND document.direction = 'push'
                        AND document.is_adopted IS NOT TRUE))
                 WHERE sale.id = ANY(%s) AND sale.magento_total_paid > 0
              GROUP BY sale.id
                """,
                list(order_ids),
            )
        )
        return dict(self.env.cr.fetchall())
