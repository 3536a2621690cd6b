"""What of a sold line is still to be billed, however often it was credited."""

from dataclasses import dataclass

from odoo.tools import SQL

from ....compat import QUANTITY_DIGITS, SOLD_UNIT, convert_quantity


@dataclass
class Quantity:
    """The quantities of one sold line, all in its own unit.

    :param delivered: what the customer has, without what came back
    :param ordered: what the customer ordered
    :param invoiced: on invoices that are not cancelled, drafts too
    :param credited: on credit notes that are not cancelled, drafts too
    :param returned: what came back, and counts as not delivered
    :param again: of what is credited, what a person wants to be billed once more
    """

    delivered: float = 0.0
    ordered: float = 0.0
    invoiced: float = 0.0
    credited: float = 0.0
    returned: float = 0.0
    again: float = 0.0

    @property
    def free(self):
        """Return what of the delivered is to be billed, below 0 if too much is.

        A credit note gives nothing back to be billed by itself: neither that of a
        wrong price, nor a draft of one. Where goods came back, it makes good for them.
        """
        return self.delivered - self.invoiced + self._made_good()

    @property
    def free_of_order(self):
        """Return what of the ordered is to be billed, below 0 if too much is."""
        return self.ordered - self.invoiced + self._made_good()

    def _made_good(self):
        return min(self.credited, self.returned + self.again)


class Quantities:
    """The quantities of many lines, read at once: {sale.order.line: Quantity}.

    :param lines: `sale.order.line`
    """

    def __init__(self, lines):
        self.env = lines.env
        self.lines = lines
        self.digits = self.env["decimal.precision"].precision_get(QUANTITY_DIGITS)

    def get_all(self):
        """Return {sale.order.line: Quantity}."""
        self.env.flush_all()
        found = {
            line: Quantity(
                delivered=line.qty_delivered,
                ordered=line.product_uom_qty,
            )
            for line in self.lines
        }
        ids = SQL("SELECT id FROM sale_order_line WHERE id = ANY(%s)", self.lines.ids)
        for line_id, invoiced, credited, again in self._fetch(query_invoiced(ids)):
            quantity = found[self.lines.browse(line_id)]
            quantity.invoiced, quantity.credited = invoiced, credited
            quantity.again = again
        for line_id, returned in self._fetch(query_returned(ids)):
            found[self.lines.browse(line_id)].returned = returned
        for line, returned in self._get_returned_kits().items():
            found[line].returned = returned
        return found

    def _fetch(self, query):
        self.env.cr.execute(query)
        return self.env.cr.fetchall()

    def _get_returned_kits(self):
        """Return {line: how many kits came back}, of kits of which anything did.

        A kit is back when each of its parts is.
        """
        moves = self.env["stock.move"]
        if "bom_line_id" not in moves._fields:  # Odoo's own manufacturing is not there
            return {}
        back = moves.search(
            [
                ("sale_line_id", "in", self.lines.ids),
                ("state", "=", "done"),
                ("to_refund", "=", True),
                ("location_id.usage", "=", "customer"),
                ("bom_line_id", "!=", False),
            ]
        )
        returned = {}
        for line, own in back.grouped("sale_line_id").items():
            kits = own.bom_line_id.bom_id[:1]
            parts = [
                sum(
                    move.product_uom._compute_quantity(
                        move.quantity, part.product_uom_id, round=False
                    )
                    for move in own
                    if move.bom_line_id == part
                )
                / (part.product_qty or 1)
                for part in kits.bom_line_ids
            ]
            returned[line] = kits.product_uom_id._compute_quantity(
                min(parts, default=0) * kits.product_qty, line[SOLD_UNIT], round=False
            )
        return returned


def query_invoiced(ids):
    """Return the SQL of what is invoiced, credited and to be billed again of lines.

    :param SQL ids: a query of the ids of `sale.order.line`
    :return: rows of id, invoiced, credited, again, in the unit of the line
    """
    quantity = convert_quantity(SQL("line.quantity"), "theirs", "own")
    return SQL(
        """
        SELECT sold.id,
               COALESCE(SUM(%(quantity)s)
                 FILTER (WHERE move.move_type = 'out_invoice'), 0)::float AS invoiced,
               COALESCE(SUM(%(quantity)s)
                 FILTER (WHERE move.move_type = 'out_refund'), 0)::float AS credited,
               COALESCE(SUM(%(quantity)s) FILTER (
                 WHERE move.move_type = 'out_refund' AND move.billing_is_again
               ), 0)::float AS again
          FROM sale_order_line AS sold
          JOIN sale_order_line_invoice_rel AS rel ON rel.order_line_id = sold.id
          JOIN account_move_line AS line ON line.id = rel.invoice_line_id
          JOIN account_move AS move ON move.id = line.move_id
     LEFT JOIN uom_uom AS theirs ON theirs.id = line.product_uom_id
     LEFT JOIN uom_uom AS own ON own.id = %(unit)s
         WHERE sold.id IN (%(ids)s) AND move.state != 'cancel'
      GROUP BY sold.id
        """,
        quantity=quantity,
        unit=SQL.identifier("sold", SOLD_UNIT),
        ids=ids,
    )


def query_returned(ids):
    """Return the SQL of what came back of lines that are delivered piece by piece.

    :param SQL ids: a query of the ids of `sale.order.line`
    :return: rows of id, returned, in the unit of the line
    """
    quantity = convert_quantity(SQL("back.quantity"), "theirs", "own")
    return SQL(
        """
        SELECT sold.id, SUM(%(quantity)s)::float AS returned
          FROM sale_order_line AS sold
          JOIN stock_move AS back ON back.sale_line_id = sold.id
          JOIN stock_location AS origin ON origin.id = back.location_id
     LEFT JOIN uom_uom AS theirs ON theirs.id = back.product_uom
     LEFT JOIN uom_uom AS own ON own.id = %(unit)s
         WHERE sold.id IN (%(ids)s) AND back.state = 'done' AND back.to_refund
           AND back.product_id = sold.product_id AND origin.usage = 'customer'
      GROUP BY sold.id
        """,
        quantity=quantity,
        unit=SQL.identifier("sold", SOLD_UNIT),
        ids=ids,
    )


def query_amounts(ids):
    """Return the SQL of what is invoiced and credited of lines, and what made good.

    :param SQL ids: a query of the ids of `sale.order.line`, each once
    :return: rows of id, invoiced, credited, made_good; of those without any, 0
    """
    return SQL(
        """
        SELECT sold.id, COALESCE(bill.invoiced, 0) AS invoiced,
               COALESCE(bill.credited, 0) AS credited,
               LEAST(COALESCE(bill.credited, 0),
                     COALESCE(came.returned, 0) + COALESCE(bill.again, 0)
               ) AS made_good
          FROM (%(ids)s) AS sold
     LEFT JOIN (%(invoiced)s) AS bill ON bill.id = sold.id
     LEFT JOIN (%(returned)s) AS came ON came.id = sold.id
        """,
        ids=ids,
        invoiced=query_invoiced(ids),
        returned=query_returned(ids),
    )
