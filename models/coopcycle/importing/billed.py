from collections import defaultdict
from dataclasses import dataclass

from odoo.tools import SQL

from ....compat import REVERSALS

# Odoo's own import of the file names its records so: `__import__.<External ID>`
IMPORT_MODULE = "__import__"

# The last word of the last parenthesis: a first sieve for
# the connection's `_get_order_number`, which decides
LAST_WORD = r"([^[:space:]\u00a0\u202f()]+)[[:space:]\u00a0\u202f]*\)[^(]*$"


@dataclass(frozen=True)
class BilledOrder:
    """An order that is on a live invoice: one not cancelled nor fully reversed."""

    order: str
    move_id: int
    external_id: str | None


class BilledOrders:
    """What was invoiced before: by our imports, and by Odoo's own import of the file.

    Everything is read with raw SQL in a fixed number of queries, for all companies'
    rules are in its conditions and 20,000 order numbers are no burden.
    """

    def __init__(self, connection, ignored_import=None):
        """Look at one instance.

        :param connection: a `coopcycle.connection`
        :param ignored_import: the `coopcycle.import` that is being resumed; what it
            made itself does not count
        """
        self.env = connection.env
        self.connection = connection
        # Zero stands for the copies of invoices, which belong to no import
        self.ignored_import_id = ignored_import.id if ignored_import else -1
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model()

    def moves_by_external_id(self, external_ids):
        """Return {External ID: account.move} of the live invoices that we made."""
        move = self.env["account.move"]
        moves = move.search(
            [
                ("company_id", "=", self.connection.company_id.id),
                ("coopcycle_connection_id", "=", self.connection.id),
                ("coopcycle_external_id", "in", list(external_ids)),
                ("state", "!=", "cancel"),
            ],
            order="id",
        )
        return {
            move.coopcycle_external_id: move
            for move in moves._coopcycle_filter_billing(self.connection)
            if move.coopcycle_import_id.id != self.ignored_import_id
        }

    def orders(self, order_numbers):
        """Return the `BilledOrder`s of the instance among the order numbers."""
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT line.coopcycle_order_number, move.id,
                       move.coopcycle_external_id
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                 WHERE line.coopcycle_order_number = ANY(%s)
                   AND move.coopcycle_connection_id = %s
                   AND move.company_id = %s
                   AND move.state != 'cancel'
                   AND move.reversed_entry_id IS NULL
                   AND COALESCE(move.coopcycle_import_id, 0) != %s
                """,
                list(order_numbers),
                self.connection.id,
                self.connection.company_id.id,
                self.ignored_import_id,
            )
        )
        return self._filter_billing(self.env.cr.fetchall())

    def orders_without_instance(self, order_numbers, external_ids):
        """Return what other invoices bill of the same export, as `BilledOrder`s.

        The order number stands in the line's label. Odoo's own import keeps an
        invoice's External ID as the external identifier `__import__.<External ID>`.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT line.name, move.id, data.name
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
             LEFT JOIN ir_model_data data
                    ON data.res_id = move.id
                   AND data.model = 'account.move'
                   AND data.module = %s
                   AND data.name = ANY(%s)
                 WHERE move.company_id = %s
                   AND move.move_type IN ('out_invoice', 'out_refund')
                   AND move.state != 'cancel'
                   AND move.coopcycle_connection_id IS NULL
                   AND move.reversed_entry_id IS NULL
                   AND line.display_type = 'product'
                   AND (data.name IS NOT NULL
                        OR strpos(line.name, '(') > 0
                       AND ltrim(substring(line.name FROM %s), '#')
                           IN (SELECT unnest(%s::varchar[])))
                """,
                IMPORT_MODULE,
                list(external_ids),
                self.connection.company_id.id,
                LAST_WORD,
                list(order_numbers),
            )
        )
        order_number = self.connection._get_order_number
        return self._filter_billing(
            (order_number(label or ""), move_id, external_id)
            for label, move_id, external_id in self.env.cr.fetchall()
        )

    def amounts(self, billed_orders):
        """Return {order number: amount} of what was billed, less what was credited.

        :param billed_orders: `BilledOrder`s
        """
        orders = {each.order for each in billed_orders if each.order}
        moves = self.env["account.move"].browse({e.move_id for e in billed_orders})
        notes = moves[REVERSALS].filtered(lambda move: move.state != "cancel")
        lines = (moves | notes).invoice_line_ids
        amounts = dict.fromkeys(orders, 0.0)
        for line in lines.filtered(lambda line: line.display_type == "product"):
            order = line.coopcycle_order_number
            order = order or self.connection._get_order_number(line.name or "")
            if order in orders:
                sign = -1 if line.move_id.move_type == "out_refund" else 1
                amounts[order] += sign * line.price_subtotal
        return amounts

    def _filter_billing(self, rows):
        """Return the `BilledOrder`s of (order, move id, External ID) that are live."""
        billed_orders = [BilledOrder(*row) for row in rows]
        moves = self.env["account.move"].browse(
            {billed.move_id for billed in billed_orders}
        )
        live_ids = set(moves._coopcycle_filter_billing(self.connection).ids)
        return [billed for billed in billed_orders if billed.move_id in live_ids]


def group_by_order(billed_orders):
    """Return {order number: {move id, …}}."""
    moves = defaultdict(set)
    for billed in billed_orders:
        moves[billed.order].add(billed.move_id)
    return moves
