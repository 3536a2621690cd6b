"""Orders of shops, read again before anybody is reminded of them."""

from odoo.exceptions import UserError
from odoo.tools import SQL

from ...magento.exporting.outbox.record import ON_THE_WAY
from ...magento.ordering.importing import PageResult
from ...magento.ordering.importing.changes import OVER
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
        try:
            read = self._read_shop(connection, orders.mapped("magento_order_id"))
        except BusyError:
            self._busy_ids.update(orders.ids)
        else:
            self._read_ids.update(
                each.id for each in orders if each.magento_order_id in read
            )

    @staticmethod
    def _read_shop(connection, magento_ids):
        """Return the ids in Magento of the orders that are now here as in the shop."""
        result = PageResult()
        if not connection.active:
            return result.followed
        try:
            log = connection._run_operation(
                "import_orders", magento_ids=magento_ids, result=result
            )
        except BusyError:
            raise
        except UserError:  # it cannot be asked: a setting is missing
            return result.followed
        return result.followed if log.sudo().state in ("done", "partial") else set()

    def find_unread(self, order_ids):
        """Return the ids of orders of which nobody knows whether the shop has money.

        What another process is just reading is none: nothing goes meanwhile.
        """
        unread = self._find_marking(order_ids)
        if self.asks:
            unread |= set(order_ids) - self._read_ids - self._busy_ids
        return unread

    def _find_marking(self, order_ids):
        """Return the ids of orders that an export of ours may have marked as paid."""
        documents = self.env["magento.document"].search(
            [
                ("sale_order_id", "in", list(order_ids)),
                ("kind", "=", "invoice"),
                ("direction", "=", "push"),
                ("sync_state", "in", ON_THE_WAY),
            ]
        )
        return set(documents.sale_order_id.ids)

    def find_busy(self, move_ids):
        """Return the ids of the invoices whose orders others are just reading."""
        orders = self.find_orders(move_ids)
        return {id_ for id_, ids in orders.items() if self._busy_ids & set(ids)}

    def find_over(self, order_ids):
        """Return the ids of those of some orders that the shop has ended."""
        domain = [("id", "in", list(order_ids)), ("magento_state", "in", OVER)]
        return set(self.env["sale.order"].search(domain).ids)

    def read_money(self, order_ids):
        """Return what the shop received, and what it refunded: {order's id: amount}.

        Only what Odoo has not, as payments of the order's invoices and as credit notes.
        What an export of ours marked as paid is no money, nor is what pays that invoice
        the shop's; while an export is on its way, nobody knows: see `find_unread`.
        """
        ids = set(order_ids) - self._find_marking(order_ids)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH marked AS (
                    SELECT sale_order_id AS order_id, move_id, magento_total AS amount
                      FROM magento_document
                     WHERE sale_order_id = ANY(%(ids)s) AND kind = 'invoice'
                       AND direction = 'push' AND sync_state = 'done'
                       AND is_adopted IS NOT TRUE
                ), billed AS (
                    SELECT sold.order_id, line.move_id, move.move_type,
                           move.amount_total AS total, SUM(line.price_total) AS part
                      FROM sale_order_line AS sold
                      JOIN sale_order_line_invoice_rel AS rel
                        ON rel.order_line_id = sold.id
                      JOIN account_move_line AS line ON line.id = rel.invoice_line_id
                      JOIN account_move AS move ON move.id = line.move_id
                     WHERE sold.order_id = ANY(%(ids)s)
                       AND move.state = 'posted' AND move.amount_total > 0
                  GROUP BY sold.order_id, line.move_id, move.id
                ), received AS (
                    SELECT billed.order_id,
                           SUM(match.amount * billed.part / billed.total) AS amount
                      FROM billed
                      JOIN account_move_line AS owed ON owed.move_id = billed.move_id
        CROSS JOIN LATERAL (
                    SELECT debit_amount_currency AS amount, credit_move_id AS other_id
                      FROM account_partial_reconcile
                     WHERE debit_move_id = owed.id AND billed.move_type = 'out_invoice'
                     UNION ALL
                    SELECT -credit_amount_currency, debit_move_id
                      FROM account_partial_reconcile
                     WHERE credit_move_id = owed.id AND billed.move_type = 'out_refund'
                   ) AS match
                      JOIN account_move_line AS other ON other.id = match.other_id
                      JOIN account_move AS payment ON payment.id = other.move_id
                     WHERE payment.move_type NOT IN ('out_invoice', 'out_refund')
                       AND (billed.order_id, billed.move_id) NOT IN (
                           SELECT order_id, move_id FROM marked
                            WHERE move_id IS NOT NULL)
                  GROUP BY billed.order_id
                )
                SELECT sale.id,
                       GREATEST(0, sale.magento_total_paid
                                   - COALESCE(sale.magento_total_refunded, 0)
                                   - COALESCE(told.amount, 0)
                                   - COALESCE(received.amount, 0))::float,
                       GREATEST(0, sale.magento_total_refunded
                                   - COALESCE(credited.amount, 0))::float
                  FROM sale_order AS sale
             LEFT JOIN received ON received.order_id = sale.id
             LEFT JOIN (SELECT order_id, SUM(amount) AS amount
                          FROM marked GROUP BY order_id
                       ) AS told ON told.order_id = sale.id
             LEFT JOIN (SELECT order_id, SUM(total) AS amount
                          FROM billed WHERE move_type = 'out_refund' GROUP BY order_id
                       ) AS credited ON credited.order_id = sale.id
                 WHERE sale.id = ANY(%(ids)s) AND sale.magento_total_paid > 0
                """,
                ids=list(ids),
            )
        )
        rows = self.env.cr.fetchall()
        return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}
