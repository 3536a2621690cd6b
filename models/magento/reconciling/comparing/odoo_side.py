"""What Odoo has of a page of orders, read in a few queries."""

import math
from collections import defaultdict
from dataclasses import dataclass, field

from odoo.tools import SQL

from .....compat import SOLD_UNIT, convert_quantity
from .compare import Side

# Lines of a sale order that are no item of Magento's
NO_ITEMS = ("shipping", "product_tax", "discount", "extra", "rounding")


@dataclass
class Move:
    """An invoice or a credit note, as far as it bills an order."""

    id: int
    name: str
    state: str
    is_refund: bool
    is_reversed: bool
    reverses: int
    amount: float
    quantities: dict = field(default_factory=lambda: defaultdict(float))

    @property
    def kind(self):
        return "refunded" if self.is_refund else "invoiced"


@dataclass
class Line:
    """A line of a sale order."""

    id: int
    item_id: str
    role: str
    quantity: float
    has_transfers: bool
    delivered: float
    returned: float
    is_part_of_bundle: bool


@dataclass
class Sale:
    """A sale order of Magento, with what was done for it."""

    id: int
    name: str
    state: str
    currency: int
    amount: float
    magento_id: str
    date: object
    lines: list = field(default_factory=list)
    moves: list = field(default_factory=list)

    def side(self, figures=None, without=()):
        """Return Odoo's `Side`.

        :param figures: the `OrderFigures` in Magento, None where it is not there
        :param without: ids of invoices and credit notes that are left out
        """
        side = Side()
        if self._counts(figures):
            side.amounts["ordered"] = self.amount
            for line in self.lines:
                if self._is_billed(line):
                    side.quantities["ordered"][line.item_id] += line.quantity
        items = {line.id: line for line in self.lines if self._is_billed(line)}
        for move in self.moves:
            if move.state != "posted" or move.id in without:
                continue
            side.amounts[move.kind] += move.amount
            for line_id, quantity in move.quantities.items():
                if line_id in items:
                    item = items[line_id].item_id
                    side.quantities[move.kind][item] += quantity
        self._add_shipped(side, figures)
        if self.state == "cancel":
            self._keep_what_was_done(side)
        return side

    def _keep_what_was_done(self, side):
        """Count as ordered what was invoiced or shipped before it was cancelled.

        That is what Magento leaves of an order that it cancels.
        """
        side.amounts["ordered"] = side.amounts["invoiced"]
        for line in self.lines:
            if self._is_billed(line):
                side.quantities["ordered"][line.item_id] = max(
                    side.quantities[kind].get(line.item_id, 0.0)
                    for kind in ("invoiced", "shipped")
                )

    def _counts(self, figures):
        """Say whether it is ordered: a quotation is not, unless Magento holds it."""
        if self.state in ("sale", "done"):
            return True
        is_held = figures is not None and figures.state == "holded"
        return is_held and self.state != "cancel"

    def _is_billed(self, line):
        """Say whether it is what Magento's invoices name, or nothing of Magento's."""
        if line.role in NO_ITEMS:
            return False
        return not line.is_part_of_bundle

    def _add_shipped(self, side, figures):
        by_item = defaultdict(list)
        for line in self.lines:
            by_item[line.item_id].append(line)
        shipped, seen = side.quantities["shipped"], set()
        for item in figures.shipped if figures else ():
            refunded = max(
                float(item.refunded), side.quantities["refunded"].get(item.item_id, 0)
            )
            if item.parts:
                seen.update(part_id for part_id, _quantity in item.parts)
                sent, returned = self._whole_bundles(item, by_item)
            else:
                lines = by_item[item.item_id]
                sent = sum(line.delivered for line in lines)
                returned = sum(line.returned for line in lines)
            seen.add(item.item_id)
            if not self._has_transfers(item, by_item):
                shipped[item.item_id] = float(item.shipped)  # nothing to compare with
            else:
                shipped[item.item_id] = sent - max(0.0, returned - refunded)
        for line in self.lines:
            # Items that Magento never ships are virtual there
            is_virtual = figures and line.item_id
            if line.item_id not in seen and line.has_transfers and not is_virtual:
                refunded = side.quantities["refunded"].get(line.item_id, 0)
                back = max(0.0, line.returned - refunded)
                shipped[line.item_id] += line.delivered - back

    @staticmethod
    def _has_transfers(item, by_item):
        """Say whether stock keeps what Magento ships; services are never delivered."""
        ids = [part_id for part_id, _quantity in item.parts] or [item.item_id]
        lines = [line for each in ids for line in by_item.get(each, ())]
        return not lines or any(line.has_transfers for line in lines)

    @staticmethod
    def _whole_bundles(item, by_item):
        """Return how many bundles went out and came back with all their parts."""
        found = []
        for name in ("delivered", "returned"):
            shares = [
                sum(getattr(line, name) for line in by_item[part_id]) / float(quantity)
                for part_id, quantity in item.parts
                if quantity and any(line.has_transfers for line in by_item[part_id])
            ]
            number = min(shares, default=0.0) * float(item.ordered)
            found.append(float(math.floor(number + 1e-6)))
        return found


class OdooSide:
    """Reads sale orders with their lines, invoices, credit notes and transfers.

    :param connection: the `magento.connection`, elevated
    """

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env

    def load(self, magento_ids):
        """Return {Magento's order id: `Sale`} of those that Odoo has."""
        sales = self._read_sales(
            SQL("sale.magento_order_id = ANY(%s)", list(magento_ids))
        )
        return self._complete(sales)

    def load_others(self, magento_ids, after, upto, dates):
        """Return orders that Magento should have listed between two ids, and did not.

        :param magento_ids: those that it listed
        :param int after: the id before them
        :param upto: the last id, None for no end
        :param dates: when they were placed: not before the first, before the second
        """
        number = SQL("sale.magento_order_id::bigint")
        condition = SQL(
            """
            sale.magento_order_id ~ '^[0-9]{1,18}$'
            AND sale.date_order >= %(first)s AND sale.date_order < %(last)s
            AND %(number)s > %(after)s
            AND (%(upto)s::bigint IS NULL OR %(number)s <= %(upto)s)
            AND NOT sale.magento_order_id = ANY(%(ids)s)
            """,
            first=dates[0],
            last=dates[1],
            number=number,
            after=after,
            upto=upto,
            ids=list(magento_ids),
        )
        return self._complete(self._read_sales(condition))

    def _read_sales(self, condition):
        rows = self._query(
            SQL(
                """
                SELECT sale.id, sale.name, sale.state, sale.currency_id,
                       sale.amount_total, sale.magento_order_id, sale.date_order
                  FROM sale_order AS sale
                 WHERE sale.magento_connection_id = %s AND %s
                """,
                self.connection.id,
                condition,
            )
        )
        return {row[0]: Sale(*row[:4], float(row[4] or 0), *row[5:]) for row in rows}

    def _complete(self, sales):
        if sales:
            ids = list(sales)
            self._read_lines(sales, ids)
            self._read_moves(sales, ids)
        return {sale.magento_id: sale for sale in sales.values()}

    def _read_lines(self, sales, ids):
        """Read the lines with what went out to customers and came back from them.

        What is made of parts (another product is delivered than sold) counts as Odoo
        counts it.
        """
        rows = self._query(
            SQL(
                """
                SELECT line.order_id, line.id, COALESCE(line.magento_item_id, ''),
                       CASE WHEN line.is_downpayment OR line.is_delivery THEN 'extra'
                            ELSE line.magento_role END,
                       line.product_uom_qty,
                       COALESCE(template.type, 'service') != 'service',
                       CASE WHEN moved.is_kit THEN line.qty_delivered
                            ELSE COALESCE(moved.delivered, 0) END,
                       CASE WHEN moved.is_kit THEN 0
                            ELSE COALESCE(moved.returned, 0) END,
                       COALESCE(parent.magento_role, '') = 'bundle'
                  FROM sale_order_line AS line
                  LEFT JOIN product_product AS product ON product.id = line.product_id
                  LEFT JOIN product_template AS template
                    ON template.id = product.product_tmpl_id
                  LEFT JOIN uom_uom AS uom ON uom.id = line.%(unit)s
                  LEFT JOIN sale_order_line AS parent
                    ON parent.order_id = line.order_id
                   AND parent.magento_item_id = line.magento_parent_item_id
                  LEFT JOIN LATERAL (
                    SELECT SUM(%(quantity)s)
                               FILTER (WHERE target.usage = 'customer'
                                         AND source.usage != 'customer') AS delivered,
                           SUM(%(quantity)s)
                               FILTER (WHERE source.usage = 'customer'
                                         AND target.usage != 'customer') AS returned,
                           bool_or(move.product_id != line.product_id) AS is_kit
                      FROM stock_move AS move
                      JOIN stock_location AS source ON source.id = move.location_id
                      JOIN stock_location AS target
                        ON target.id = move.location_dest_id
                      JOIN uom_uom AS moved_uom ON moved_uom.id = move.product_uom
                     WHERE move.sale_line_id = line.id AND move.state = 'done'
                  ) AS moved ON TRUE
                 WHERE line.order_id = ANY(%(ids)s) AND line.display_type IS NULL
                """,
                ids=ids,
                unit=SQL.identifier(SOLD_UNIT),
                quantity=convert_quantity(SQL("move.quantity"), "moved_uom", "uom"),
            )
        )
        for order_id, *names, quantity, has_transfers, out, back, is_part in rows:
            numbers = float(quantity or 0), has_transfers, float(out), float(back)
            sales[order_id].lines.append(Line(*names, *numbers, is_part))

    def _read_moves(self, sales, ids):
        """Read invoices and credit notes; of those over several orders their share.

        What is of one order alone counts whole, also lines that name no line of it.
        """
        rows = self._query(
            SQL(
                """
                WITH billed AS (
                    SELECT DISTINCT sold.order_id, line.id, line.move_id,
                           line.price_total
                      FROM sale_order_line AS sold
                      JOIN sale_order_line_invoice_rel AS rel
                        ON rel.order_line_id = sold.id
                      JOIN account_move_line AS line ON line.id = rel.invoice_line_id
                     WHERE sold.order_id = ANY(%(ids)s)
                ), shares AS (
                    SELECT order_id, move_id, SUM(price_total) AS total
                      FROM (
                        SELECT order_id, move_id, price_total FROM billed
                         UNION ALL
                        SELECT pair.order_id, pair.move_id, 0 FROM (%(pairs)s) AS pair
                      ) AS part
                     GROUP BY order_id, move_id
                )
                SELECT shares.order_id, move.id, move.name, move.state,
                       move.move_type = 'out_refund',
                       move.payment_state = 'reversed', move.reversed_entry_id,
                       CASE WHEN EXISTS (
                           SELECT FROM account_move_line AS line
                             JOIN sale_order_line_invoice_rel AS rel
                               ON rel.invoice_line_id = line.id
                             JOIN sale_order_line AS sold
                               ON sold.id = rel.order_line_id
                            WHERE line.move_id = move.id
                              AND sold.order_id != shares.order_id
                       ) THEN shares.total ELSE move.amount_total END,
                       move.currency_id, COALESCE(move.invoice_date, move.date)
                  FROM shares
                  JOIN account_move AS move ON move.id = shares.move_id
                 WHERE move.move_type IN ('out_invoice', 'out_refund')
                   AND move.state != 'cancel'
                """,
                ids=ids,
                pairs=self._query_pairs(ids),
            )
        )
        found = {}
        for order_id, *values, amount, currency, date in rows:
            sale = sales[order_id]
            amount = self._convert(float(amount or 0), currency, sale, date)
            move = Move(*values, amount)
            found[order_id, move.id] = move
            sale.moves.append(move)
        if found:
            self._read_quantities(found, ids)

    @staticmethod
    def _query_pairs(ids):
        """Return a query of credit notes that name no line of their order.

        They reverse an invoice of it, or are what a credit memo of it became.
        """
        return SQL(
            """
            SELECT refund.id AS move_id, pair.order_id
              FROM account_move_magento_order_rel AS pair
              JOIN account_move AS refund ON refund.reversed_entry_id = pair.move_id
             WHERE pair.order_id = ANY(%(ids)s)
               AND refund.move_type = 'out_refund'
               AND NOT EXISTS (
                    SELECT FROM account_move_magento_order_rel AS other
                     WHERE other.move_id = refund.id
                        OR other.move_id = pair.move_id
                           AND other.order_id != pair.order_id
               )
             UNION
            SELECT document.move_id, document.sale_order_id
              FROM magento_document AS document
             WHERE document.sale_order_id = ANY(%(ids)s)
               AND document.kind = 'creditmemo'
               AND document.move_id IS NOT NULL
            """,
            ids=ids,
        )

    def _read_quantities(self, found, ids):
        """Read how many of each line they bill.

        What a credit note has of another product is an amount, and takes nothing back.
        """
        rows = self._query(
            SQL(
                """
                SELECT sold.order_id, line.move_id, sold.id,
                       SUM(%(quantity)s)
                  FROM sale_order_line AS sold
                  JOIN sale_order_line_invoice_rel AS rel
                    ON rel.order_line_id = sold.id
                  JOIN account_move_line AS line ON line.id = rel.invoice_line_id
                  JOIN account_move AS move ON move.id = line.move_id
                  LEFT JOIN uom_uom AS uom ON uom.id = sold.%(unit)s
                  LEFT JOIN uom_uom AS line_uom ON line_uom.id = line.product_uom_id
                 WHERE sold.order_id = ANY(%(ids)s)
                   AND (move.move_type != 'out_refund'
                        OR line.product_id = sold.product_id)
                 GROUP BY sold.order_id, line.move_id, sold.id
                """,
                ids=ids,
                unit=SQL.identifier(SOLD_UNIT),
                quantity=convert_quantity(SQL("line.quantity"), "line_uom", "uom"),
            )
        )
        for order_id, move_id, line_id, quantity in rows:
            if (order_id, move_id) in found:
                found[order_id, move_id].quantities[line_id] += float(quantity or 0)

    def _convert(self, amount, currency_id, sale, date):
        if not currency_id or currency_id == sale.currency:
            return amount
        currencies = self.env["res.currency"]
        return currencies.browse(currency_id)._convert(
            amount,
            currencies.browse(sale.currency),
            self.connection.company_id,
            date,
        )

    def _query(self, query):
        self.env.cr.execute(query)
        return self.env.cr.fetchall()
