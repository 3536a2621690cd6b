"""Work: what Odoo counts as delivered entry by entry.

It is in a stored field that Odoo computes, which no hook hears of. So it is looked for.
"""

from odoo.tools import SQL

# {event: how Odoo counts what is delivered of such lines}
WORK = {"hours": "timesheet", "milestone": "milestones", "cost": "analytic"}
TIMESHEETS, MILESTONES = "account.analytic.line", "project.milestone"


def has_timesheets(env):
    """Say whether Odoo's own timesheets are installed."""
    return "project_id" in env[TIMESHEETS]._fields


def has_milestones(env):
    """Say whether Odoo's own milestones are installed, and sold."""
    return MILESTONES in env and "sale_line_id" in env[MILESTONES]._fields


def query_events():
    """Return the SQL of the event that a sold line's work is, NULL if it is none.

    What is sold at a fixed price is invoiced as it is ordered: no entries bill it.
    The aliases are `sold`, and `template` of the product.
    """
    return SQL(
        """
        CASE WHEN template.invoice_policy = 'delivery' OR sold.is_expense THEN
             CASE %s END END
        """,
        SQL(" ").join(
            SQL("WHEN sold.qty_delivered_method = %s THEN %s", method, event)
            for event, method in WORK.items()
        ),
    )


def query_entries(env):
    """Return the SQL of all entries of a sold line that has the alias `sold`.

    A milestone is a share of what is ordered, and is another amount when that changes.

    :return: rows of entry (its model and id), day, amount (in its own unit, of a
        milestone in that of the line), written_at (UTC)
    """
    project = SQL("NULL::int4")
    if has_timesheets(env):
        project = SQL("entry.project_id")
    queries = [
        SQL(
            """
            SELECT %s || entry.id AS entry, entry.date AS day,
                   entry.unit_amount::float AS amount, entry.write_date AS written_at
              FROM account_analytic_line AS entry
             WHERE entry.so_line = sold.id AND entry.product_uom_id IS NOT NULL
               AND CASE sold.qty_delivered_method
                     WHEN 'timesheet' THEN %s IS NOT NULL
                     WHEN 'analytic' THEN %s IS NULL AND entry.amount <= 0
                   END
            """,
            f"{TIMESHEETS},",
            project,
            project,
        )
    ]
    if has_milestones(env):
        queries.append(
            SQL(
                """
                SELECT %s || stone.id, stone.reached_date,
                       (stone.quantity_percentage * sold.product_uom_qty)::float,
                       GREATEST(stone.write_date, sold.write_date)
                  FROM project_milestone AS stone
                 WHERE stone.sale_line_id = sold.id AND stone.is_reached
                   AND sold.qty_delivered_method = 'milestones'
                """,
                f"{MILESTONES},",
            )
        )
    return SQL(" UNION ALL ").join(queries)
