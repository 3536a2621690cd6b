"""Rows that PostgreSQL itself makes, where Odoo would need long."""

from odoo.tools import SQL


def copy_rows(cr, table, which, many, **instead):
    """Copy rows of a table, with other values in some columns.

    :param SQL which: the condition of the rows, which are called `row`
    :param SQL many: what each is copied for, as it stands in `FROM`
    :param SQL instead: the values of columns; the others stay as they are, but for the
        id, which is the next one
    """
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    columns = [name for (name,) in cr.fetchall() if name != "id" or name in instead]
    values = [instead.get(name, SQL.identifier("row", name)) for name in columns]
    cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS row CROSS JOIN %s WHERE %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(values),
            SQL.identifier(table),
            many,
            which,
        )
    )
