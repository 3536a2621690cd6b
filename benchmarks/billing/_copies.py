"""Copies of rows, made by the database itself: much data in little time."""

from odoo.tools import SQL

# Beyond all ids that a fresh database has
STEP = 1_000_000


def copy_rows(env, table, times, domain, ids=(), texts=()):
    """Copy rows so many times.

    :param SQL domain: a condition on `row`
    :param ids: columns of ids that are copied with the same step
    :param texts: columns that say the number of the copy, too, as they are unique
    """
    env.cr.execute(
        """
        SELECT column_name FROM information_schema.columns
         WHERE table_name = %s AND is_generated = 'NEVER'
        """,
        [table],
    )
    names = [name for (name,) in env.cr.fetchall()]
    env.cr.execute(
        SQL(
            """
            INSERT INTO %s (%s)
            SELECT %s FROM %s AS row, generate_series(1, %s) AS n WHERE %s
            """,
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(_value(name, ids, texts) for name in names),
            SQL.identifier(table),
            times,
            domain,
        )
    )


def _value(name, ids, texts):
    column = SQL.identifier("row", name)
    if name in ("id", *ids):
        return SQL("%s + n * %s", column, STEP)
    if name in texts:
        return SQL("%s || '/' || n", column)
    return column
