"""How far the invoice of a service order is, as SQL."""

from odoo.tools import SQL


def query_states(orders, wanted=None):
    """Return the SQL of the states of invoices: rows of id, state.

    Invoices that are credited wholly do not count, as long as there is another one.

    :param SQL orders: a condition on `service`, the alias of `billing_service_order`
    :param wanted: a tuple of states, None for all
    """
    condition = SQL("state IN %s", wanted) if wanted else SQL("TRUE")
    return SQL(
        """
        WITH bill AS (
            SELECT decision.service_order_id AS id, decision.move_id
              FROM billing_decision AS decision
              JOIN billing_service_order AS service
                ON service.id = decision.service_order_id AND (%(orders)s)
             WHERE EXISTS (
                   SELECT FROM billing_decision_line AS claim
                    WHERE claim.decision_id = decision.id AND claim.is_live
             )
             UNION
            SELECT sold.billing_service_order_id, item.move_id
              FROM sale_order_line AS sold
              JOIN billing_service_order AS service
                ON service.id = sold.billing_service_order_id AND (%(orders)s)
              JOIN sale_order_line_invoice_rel AS rel ON rel.order_line_id = sold.id
              JOIN account_move_line AS item ON item.id = rel.invoice_line_id
        ), invoice AS (
            SELECT bill.id, move.state = 'draft' AS is_draft,
                   move.amount_total AS total, move.amount_residual AS rest,
                   COALESCE(note.total, 0) >= move.amount_total
                     AND COALESCE(note.total, 0) > 0 AS is_credited
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
                   BOOL_AND(is_credited) AS is_credited,
                   SUM(total) FILTER (WHERE NOT is_credited) AS total,
                   SUM(rest) FILTER (WHERE NOT is_credited) AS rest
              FROM invoice GROUP BY id
        ), found AS (
            SELECT service.id,
                   CASE
                     WHEN sum.has_draft THEN 'draft'
                     WHEN sum.is_credited THEN 'credited'
                     WHEN sum.rest = 0 THEN 'paid'
                     WHEN sum.rest < sum.total THEN 'partial'
                     WHEN sum.id IS NOT NULL THEN 'posted'
                     WHEN service.state = 'done' AND service.is_billable
                       THEN 'to_invoice'
                     ELSE 'no'
                   END AS state
              FROM billing_service_order AS service
         LEFT JOIN sum ON sum.id = service.id
             WHERE (%(orders)s)
        )
        SELECT id, state FROM found WHERE %(condition)s
        """,
        orders=orders,
        condition=condition,
    )
