from odoo.tools import SQL
from odoo.tools.sql import column_exists, table_exists


def fill_orders(model, query):
    """Create the table of `magento_order_ids` with its rows, faster than records could.

    Where there are no orders of Magento yet, it is empty.

    :param str query: of (record id, order id)
    """
    cr, field = model.env.cr, model._fields["magento_order_ids"]
    if table_exists(cr, field.relation):
        return
    names = {
        "relation": SQL.identifier(field.relation),
        "record": SQL.identifier(field.column1),
        "order": SQL.identifier(field.column2),
    }
    cr.execute(
        SQL(
            """
            CREATE TABLE %(relation)s (
                %(record)s INTEGER NOT NULL,
                %(order)s INTEGER NOT NULL,
                PRIMARY KEY (%(record)s, %(order)s)
            );
            CREATE INDEX ON %(relation)s (%(order)s, %(record)s)
            """,
            **names,
        )
    )
    if column_exists(cr, "sale_order_line", "magento_item_id"):
        cr.execute(SQL("INSERT INTO %(relation)s %(query)s", query=SQL(query), **names))
