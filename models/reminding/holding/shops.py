"""Orders of shops, read again before anybody is reminded of them."""

from odoo.exceptions import UserError
from odoo.tools import SQL

from ...shared.integration_runner_mixin import BusyError


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
        self._busy_ids = set()

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
        """Read the orders of invoices again; this commits what was done before.

        :return: whether there was anything to read
        """
        ids = {id_ for each in self.find_orders(move_ids).values() for id_ in each}
        orders = self.env["sale.order"].browse(ids - self._read_ids)
        for connection, those in orders.grouped("magento_connection_id").items():
            self._read_orders(connection, those)
        return bool(orders)

    def _read_orders(self, connection, orders):
        magento_ids = orders.mapped("magento_order_id")
        try:
            is_read = self._read_shop(connection, magento_ids)
        except BusyError:
            self._busy_ids.update(orders.ids)
            return
        if is_read:
            waiting = self._find_waiting(connection, magento_ids)
            self._read_ids.update(
                each.id for each in orders if each.magento_order_id not in waiting
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
        except BusyError:
            raise
        except UserError:  # it cannot be asked: a setting is missing
            return False
        return log.sudo().state in ("done", "partial")

    def was_read(self, order_id):
        """Say whether a shop's order was read, so that what is known of it holds.

        What another process is just reading counts as well: nothing goes meanwhile.
        """
        return not self.asks or order_id in self._read_ids | self._busy_ids

    def find_busy(self, move_ids):
        """Return the ids of the invoices whose orders others are just reading."""
        orders = self.find_orders(move_ids)
        return {id_ for id_, ids in orders.items() if self._busy_ids & set(ids)}

    def find_paid(self, order_ids):
        """Return {order's id: the money that the shop received and Odoo has not}.

        What an export of ours marked as paid is no money. What the invoices of the
        others were paid in Odoo is the shop's money, taken over by hand or by us.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH document AS (
                    SELECT sale_order_id, move_id, kind, odoo_total, magento_total
                      FROM magento_document
                     WHERE sale_order_id = ANY(%(ids)s) AND sync_state = 'done'
                       AND (kind = 'payment' OR (
                                kind = 'invoice' AND direction = 'push'
                            AND is_adopted IS NOT TRUE))
                ), told AS (
                    SELECT sale_order_id,
                           SUM(odoo_total) FILTER (WHERE kind = 'payment') AS taken,
                           SUM(magento_total) FILTER (WHERE kind = 'invoice') AS marked
                      FROM document GROUP BY sale_order_id
                ), billed AS (
                    SELECT line.move_id, sold.order_id, SUM(line.price_total) AS part,
                           SUM(SUM(line.price_total)) OVER (PARTITION BY line.move_id)
                               AS whole
                      FROM sale_order_line_invoice_rel AS rel
                      JOIN sale_order_line AS sold ON sold.id = rel.order_line_id
                      JOIN account_move_line AS line ON line.id = rel.invoice_line_id
                     WHERE line.move_id IN (
                           SELECT line.move_id
                             FROM sale_order_line_invoice_rel AS rel
                             JOIN sale_order_line AS sold
                               ON sold.id = rel.order_line_id
                             JOIN account_move_line AS line
                               ON line.id = rel.invoice_line_id
                            WHERE sold.order_id = ANY(%(ids)s))
                  GROUP BY line.move_id, sold.order_id
                ), received AS (
                    SELECT billed.order_id,
                           SUM(partial.debit_amount_currency
                               * billed.part / NULLIF(billed.whole, 0)) AS amount
                      FROM billed
                      JOIN account_move AS move ON move.id = billed.move_id
                      JOIN account_move_line AS owed ON owed.move_id = move.id
                      JOIN account_partial_reconcile AS partial
                        ON partial.debit_move_id = owed.id
                      JOIN account_move_line AS paying
                        ON paying.id = partial.credit_move_id
                      JOIN account_move AS other ON other.id = paying.move_id
                     WHERE move.move_type = 'out_invoice' AND move.state = 'posted'
                       AND other.move_type <> 'out_refund'
                       AND NOT EXISTS (
                           SELECT FROM document
                            WHERE document.move_id = move.id
                              AND document.kind = 'invoice')
                  GROUP BY billed.order_id
                )
                SELECT sale.id, (sale.magento_total_paid - COALESCE(told.marked, 0)
                       - GREATEST(told.taken, received.amount, 0))::float
                  FROM sale_order AS sale
             LEFT JOIN told ON told.sale_order_id = sale.id
             LEFT JOIN received ON received.order_id = sale.id
                 WHERE sale.id = ANY(%(ids)s) AND sale.magento_total_paid > 0
                """,
                ids=list(order_ids),
            )
        )
        return dict(self.env.cr.fetchall())
