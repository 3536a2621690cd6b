from odoo.tools import SQL

from .....compat import SOLD_UNIT, convert_quantity


def read_order_differences(orders):
    """Return what orders are billed too much, of what they are billed at all.

    That is the amount of their invoices without tax, drafts too, minus what the same
    quantities come to on the order. With the rest of the order, it is how much all
    invoices will differ from the order.

    :param orders: `sale.order`
    :return: {id of an order: (difference in its currency, number of its invoice lines)}
    """
    orders.env.flush_all()
    orders.env.cr.execute(_query(orders))
    return {
        order_id: (difference, count)
        for order_id, difference, count in orders.env.cr.fetchall()
    }


def _query(orders):
    quantity = convert_quantity(SQL("line.quantity"), "theirs", "own")
    return SQL(
        """
        SELECT sold.order_id,
               SUM(
                   CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END
                   * (line.price_subtotal
                      - sold.price_subtotal * %(quantity)s / sold.product_uom_qty)
               )::float,
               COUNT(*)
          FROM sale_order AS sale
          JOIN sale_order_line AS sold ON sold.order_id = sale.id
          JOIN sale_order_line_invoice_rel AS rel ON rel.order_line_id = sold.id
          JOIN account_move_line AS line ON line.id = rel.invoice_line_id
          JOIN account_move AS move ON move.id = line.move_id
     LEFT JOIN uom_uom AS theirs ON theirs.id = line.product_uom_id
     LEFT JOIN uom_uom AS own ON own.id = %(unit)s
         WHERE sale.id = ANY(%(ids)s) AND sold.is_downpayment IS NOT TRUE
           AND sold.product_uom_qty != 0 AND move.state != 'cancel'
           AND move.currency_id = sale.currency_id
      GROUP BY sold.order_id
        """,
        quantity=quantity,
        unit=SQL.identifier("sold", SOLD_UNIT),
        ids=orders.ids,
    )
