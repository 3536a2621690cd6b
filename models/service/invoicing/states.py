"""How far the invoice of a service order is, as SQL."""

from odoo.tools import SQL

from ...billing.deciding.quantities import query_amounts


def query_states(orders, wanted=None):
    """Return the SQL of the states of invoices: rows of id, state.

    Invoices that are credited wholly do not count, as long as there is another one.
    What somebody billed from the sale order counts, unless it is another job's.

    :param SQL orders: a condition on `service`, the alias of `billing_service_order`
    :param wanted: a tuple of states, None for all
    """
    condition = SQL("state IN %s", wanted) if wanted else SQL("TRUE")
    return SQL(
        """
        WITH sold AS (
            %(hours)s UNION ALL %(parts)s
        ), amount AS (
            %(amounts)s
        ), open AS (
            SELECT DISTINCT sold.id
              FROM sold
              JOIN amount ON amount.id = sold.sale_line_id
              JOIN sale_order_line AS line ON line.id = sold.sale_line_id
             WHERE sold.is_open
               AND line.qty_delivered - amount.invoiced + amount.made_good > 0.000001
        ), bill AS (
            SELECT decision.service_order_id AS id, decision.move_id, TRUE AS is_own
              FROM billing_decision AS decision
              JOIN billing_service_order AS service
                ON service.id = decision.service_order_id AND (%(orders)s)
             WHERE EXISTS (
                   SELECT FROM billing_decision_line AS claim
                    WHERE claim.decision_id = decision.id AND claim.is_live
             )
             UNION
            SELECT sold.id, item.move_id, FALSE
              FROM sold
              JOIN sale_order_line_invoice_rel AS rel
                ON rel.order_line_id = sold.sale_line_id
              JOIN account_move_line AS item ON item.id = rel.invoice_line_id
             WHERE NOT EXISTS (
                   SELECT FROM billing_decision AS other
                    WHERE other.move_id = item.move_id
                      AND other.service_order_id IS NOT NULL
             )
        ), invoice AS (
            SELECT bill.id, bill.is_own, move.state = 'draft' AS is_draft,
                   move.amount_total AS total, move.amount_residual AS rest,
                   COALESCE(note.total, 0) >= move.amount_total
                     AND note.total IS NOT NULL AS is_credited
              FROM bill
              JOIN account_move AS move ON move.id = bill.move_id
         LEFT JOIN LATERAL (
                   SELECT SUM(credit.amount_total) AS total FROM account_move AS credit
                    WHERE credit.reversed_entry_id = move.id
                      AND credit.move_type = 'out_refund' AND credit.state = 'posted'
              ) AS note ON TRUE
             WHERE move.move_type = 'out_invoice' AND move.state != 'cancel'
        ), sum AS (
            SELECT id, BOOL_OR(is_draft) AS has_draft,
                   BOOL_OR(is_draft AND is_own) AS has_own_draft,
                   BOOL_AND(is_credited) AS is_credited,
                   SUM(total) FILTER (WHERE NOT is_credited) AS total,
                   SUM(rest) FILTER (WHERE NOT is_credited) AS rest
              FROM invoice GROUP BY id
        ), found AS (
            SELECT service.id,
                   CASE
                     WHEN sum.has_own_draft THEN 'draft'
                     WHEN open.id IS NOT NULL AND service.state = 'done'
                       THEN 'to_invoice'
                     WHEN sum.has_draft THEN 'draft'
                     WHEN sum.is_credited THEN 'credited'
                     WHEN sum.rest = 0 THEN 'paid'
                     WHEN sum.rest < sum.total THEN 'partial'
                     WHEN sum.id IS NOT NULL THEN 'posted'
                     ELSE 'no'
                   END AS state
              FROM billing_service_order AS service
         LEFT JOIN sum ON sum.id = service.id
         LEFT JOIN open ON open.id = service.id
             WHERE (%(orders)s)
        )
        SELECT id, state FROM found WHERE %(condition)s
        """,
        hours=_query_rows("hours", orders),
        parts=_query_rows("part", orders),
        amounts=query_amounts(
            SQL("SELECT DISTINCT sale_line_id AS id FROM sold WHERE is_open")
        ),
        orders=orders,
        condition=condition,
    )


def query_open_amounts(orders):
    """Return the SQL of what jobs have to be invoiced, without tax.

    A sold line counts once, however many jobs are sold on it.

    :param SQL orders: a condition on `service`, the alias of `billing_service_order`
    :return: rows of the ids of company and currency, and the amount
    """
    return SQL(
        """
        WITH sold AS (
            %(hours)s UNION ALL %(parts)s
        ), amount AS (
            %(amounts)s
        )
        SELECT ordered.company_id, ordered.currency_id, SUM(
                   GREATEST(line.qty_delivered - amount.invoiced + amount.made_good, 0)
                   * COALESCE(line.price_subtotal / NULLIF(line.product_uom_qty, 0),
                              line.price_unit)
               )::float
          FROM amount
          JOIN sale_order_line AS line ON line.id = amount.id
          JOIN sale_order AS ordered ON ordered.id = line.order_id
      GROUP BY ordered.company_id, ordered.currency_id
        """,
        hours=_query_rows("hours", orders),
        parts=_query_rows("part", orders),
        amounts=query_amounts(
            SQL("SELECT DISTINCT sale_line_id AS id FROM sold WHERE is_open")
        ),
    )


def _query_rows(kind, orders):
    """Return the SQL of the sold rows of jobs: id, sale_line_id, is_open.

    :param str kind: "hours" or "part"
    :param SQL orders: a condition on `service`
    """
    return SQL(
        """
        SELECT own.order_id AS id, own.sale_line_id, NOT EXISTS (
               SELECT FROM billing_decision_line AS claim
                WHERE claim.%(key)s = own.id AND claim.is_live
                  AND claim.invoice_line_id IS NOT NULL
               ) AS is_open
          FROM %(table)s AS own
          JOIN billing_service_order AS service
            ON service.id = own.order_id AND (%(orders)s)
         WHERE own.sale_line_id IS NOT NULL
        """,
        table=SQL.identifier(f"billing_service_{kind}"),
        key=SQL.identifier(f"{kind}_id"),
        orders=orders,
    )
