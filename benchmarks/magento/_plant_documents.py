"""What a planted order has besides: its deliveries, and its documents in Magento."""

from odoo.tools import SQL

from ._plant import Planter, new_id

NUMBER = SQL("planted.n")
# An id of another system that nobody else has
OWN_ID = SQL("row.magento_id || lpad(%s::text, 7, '0')", NUMBER)


class DocumentPlanter(Planter):
    """Copies the deliveries and the documents of sale orders as well."""

    def _number_all(self, count):
        super()._number_all(count)
        self._number_deliveries()
        self._number("magento_document", "sale_order", SQL("child.sale_order_id"))
        self._number(
            "magento_document_line", "magento_document", SQL("child.document_id")
        )

    def _number_deliveries(self):
        self._run(
            SQL(
                """
                INSERT INTO planted
                SELECT 'stock_picking', n, old, nextval('stock_picking_id_seq')
                  FROM (
                    SELECT DISTINCT moved.n, move.picking_id AS old
                      FROM planted AS moved
                      JOIN stock_move AS move ON move.id = moved.old
                     WHERE moved.source = 'stock_move' AND move.picking_id IS NOT NULL
                  ) AS delivered
                """
            )
        )

    def _tie_invoices(self):
        super()._tie_invoices()
        for model, table in (
            ("account.move", "account_move"),
            ("stock.picking", "stock_picking"),
        ):
            self._tie_orders(self.env[model]._fields["magento_order_ids"], table)

    def _tie_orders(self, field, table):
        names = {
            "relation": SQL.identifier(field.relation),
            "record": SQL.identifier(field.column1),
            "order": SQL.identifier(field.column2),
        }
        self._run(
            SQL(
                """
                INSERT INTO %(relation)s (%(record)s, %(order)s)
                SELECT record.new, sale.new
                  FROM %(relation)s AS rel
                  JOIN planted AS record
                    ON record.source = %(table)s AND record.old = rel.%(record)s
                  JOIN planted AS sale
                    ON sale.source = 'sale_order' AND sale.old = rel.%(order)s
                   AND sale.n = record.n
                """,
                table=table,
                **names,
            )
        )

    def _get_copies(self, first_order, first_item, items):
        copies = super()._get_copies(first_order, first_item, items)
        moves = copies.pop("stock_move")
        return {
            **copies,
            "stock_picking": {
                "name": SQL("row.name || '-' || %s", NUMBER),
                "sale_id": new_id("sale_order", "sale_id"),
            },
            "stock_move": {
                **moves,
                "picking_id": new_id("stock_picking", "picking_id"),
            },
            "magento_document": {
                "key": SQL("gen_random_uuid()::text"),
                "magento_id": OWN_ID,
                "increment_id": SQL("row.increment_id || '-' || %s", NUMBER),
                "sale_order_id": new_id("sale_order", "sale_order_id"),
                **_SOURCES,
            },
            "magento_document_line": {
                "document_id": new_id("magento_document", "document_id"),
                "sale_line_id": new_id("sale_order_line", "sale_line_id"),
                **_SOURCES,
            },
        }


_SOURCES = {
    "move_id": new_id("account_move", "move_id"),
    "picking_id": new_id("stock_picking", "picking_id"),
}
