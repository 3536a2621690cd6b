"""Thousands of orders in Odoo: rows copied from those of a few that came in."""

from odoo.tools import SQL

# A new id for each row that is copied: for the n-th order, from `old`
PLANTED = SQL(
    """
    CREATE TEMPORARY TABLE planted (source text, n int, old int, new int)
        ON COMMIT DROP;
    CREATE INDEX ON planted (source, old, n);
    """
)
# Which item of its order a line is
RANK = SQL(
    """(SELECT COUNT(*) FROM sale_order_line AS other
         WHERE other.order_id = row.order_id
           AND other.magento_item_id::int < row.magento_item_id::int)"""
)


class Planter:
    """Copies sale orders with their lines, invoices and what was delivered.

    :param orders: the `sale.order` records that are copied in turn, each with one
        invoice
    """

    def __init__(self, orders):
        self.env = orders.env
        self.orders = orders

    def plant(self, count, first_order, first_item, items):
        """Plant orders whose ids in Magento follow each other.

        :param int first_order: the id of the first one in Magento
        :param int first_item: the id of its first item
        :param int items: how many items each of them has
        """
        self.env.flush_all()
        self._run(PLANTED)
        self._trust()
        self._number_all(count)
        copies = self._get_copies(first_order, first_item, items)
        for table, instead in copies.items():
            self._copy(table, **instead)
        self._tie_invoices()
        self.env.cr.commit()
        self.env.invalidate_all()
        for table in copies:
            self._run(SQL("ANALYZE %s", SQL.identifier(table)))
        self._run(SQL("ANALYZE sale_order_line_invoice_rel"))
        self.env.cr.commit()

    def _trust(self):
        """Spare the server looking up what each copied row refers to, if we may."""
        self._run(SQL("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
        if self.env.cr.fetchone()[0]:
            self._run(SQL("SET LOCAL session_replication_role = replica"))

    def _number_all(self, count):
        self._number_orders(count)
        self._number("sale_order_line", "sale_order", SQL("child.order_id"))
        self._number("stock_move", "sale_order_line", SQL("child.sale_line_id"))
        self._number_invoices()
        self._number("account_move_line", "account_move", SQL("child.move_id"))

    def _get_copies(self, first_order, first_item, items):
        """Return {table: what its copies have of their own}, in the order of copying.

        Parameters are those of `plant`.
        """
        number = SQL("planted.n")
        item = SQL("(%s + %s * %s + %s)::text", first_item, number, items, RANK)
        journal = self.orders.invoice_ids.journal_id.copy()  # numbers of its own
        return {
            "sale_order": {
                "name": SQL("'PLANTED-' || %s", number),
                "magento_order_id": SQL("(%s + %s)::text", first_order, number),
                "magento_increment_id": SQL("'P' || %s", number),
            },
            "sale_order_line": {
                "order_id": new_id("sale_order", "order_id"),
                "magento_item_id": SQL(
                    "CASE WHEN row.magento_item_id IS NOT NULL THEN %s END", item
                ),
            },
            "stock_move": {"sale_line_id": new_id("sale_order_line", "sale_line_id")},
            "account_move": {
                "name": SQL("row.name || '-' || %s", number),
                "journal_id": SQL("%s", journal.id),
            },
            "account_move_line": {"move_id": new_id("account_move", "move_id")},
        }

    def _number_orders(self, count):
        self._run(
            SQL(
                """
                INSERT INTO planted
                SELECT 'sale_order', n, (%s)[mod(n, %s) + 1],
                       nextval('sale_order_id_seq')
                  FROM generate_series(0, %s) AS n
                """,
                self.orders.ids,
                len(self.orders),
                count - 1,
            )
        )

    def _number_invoices(self):
        self._run(
            SQL(
                """
                INSERT INTO planted
                SELECT 'account_move', n, old, nextval('account_move_id_seq')
                  FROM (
                    SELECT DISTINCT sold.n, line.move_id AS old
                      FROM planted AS sold
                      JOIN sale_order_line_invoice_rel AS rel
                        ON rel.order_line_id = sold.old
                      JOIN account_move_line AS line ON line.id = rel.invoice_line_id
                     WHERE sold.source = 'sale_order_line'
                  ) AS billed
                """
            )
        )

    def _number(self, table, parent, reference):
        """Give ids to copies of the rows that belong to what is copied."""
        self._run(
            SQL(
                """
                INSERT INTO planted
                SELECT %s, parent.n, child.id, nextval(%s)
                  FROM planted AS parent
                  JOIN %s AS child ON %s = parent.old
                 WHERE parent.source = %s
                """,
                table,
                f"{table}_id_seq",
                SQL.identifier(table),
                reference,
                parent,
            )
        )

    def _copy(self, table, **instead):
        """Copy rows, with some columns of their own."""
        self._run(
            SQL(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s",
                table,
            )
        )
        names = [name for (name,) in self.env.cr.fetchall()]
        instead["id"] = SQL("planted.new")
        values = [instead.get(name, SQL.identifier("row", name)) for name in names]
        self._run(
            SQL(
                """
                INSERT INTO %(table)s (%(names)s)
                SELECT %(values)s
                  FROM planted
                  JOIN %(table)s AS row ON row.id = planted.old
                 WHERE planted.source = %(source)s
                """,
                table=SQL.identifier(table),
                names=SQL(", ").join(map(SQL.identifier, names)),
                values=SQL(", ").join(values),
                source=table,
            )
        )

    def _tie_invoices(self):
        self._run(
            SQL(
                """
                INSERT INTO sale_order_line_invoice_rel (invoice_line_id, order_line_id)
                SELECT line.new, sold.new
                  FROM sale_order_line_invoice_rel AS rel
                  JOIN planted AS line ON line.old = rel.invoice_line_id
                   AND line.source = 'account_move_line'
                  JOIN planted AS sold ON sold.old = rel.order_line_id
                   AND sold.source = 'sale_order_line' AND sold.n = line.n
                """
            )
        )

    def _run(self, query):
        self.env.cr.execute(query)


def new_id(table, column):
    """Return the new id of what a row belongs to."""
    return SQL(
        """(SELECT parent.new FROM planted AS parent
             WHERE parent.source = %s AND parent.old = %s AND parent.n = planted.n)""",
        table,
        SQL.identifier("row", column),
    )
