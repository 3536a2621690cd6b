"""Deliveries, as shipments in Magento."""

import re
from collections import defaultdict

from odoo import _
from odoo.tools import SQL

from .courier import Courier, decimal
from .parcel import Item, NotYet, Unsendable

# Goods that leave for a customer; returns come from one
TO_CUSTOMER = """
    SELECT move.picking_id, sold.order_id
      FROM stock_move AS move
      JOIN stock_location AS target ON target.id = move.location_dest_id
      JOIN stock_location AS origin ON origin.id = move.location_id
      JOIN sale_order_line AS sold ON sold.id = move.sale_line_id
     WHERE move.state = 'done'
       AND target.usage = 'customer'
       AND origin.usage != 'customer'
"""


class Shipments(Courier):
    """Validated deliveries of Magento's orders, out to Magento."""

    kind = "shipment"
    source = "picking_id"
    list_path = "shipments"
    list_fields = (
        "items[entity_id,increment_id,order_id,created_at,items[order_item_id,qty],"
        "tracks[track_number],comments[comment]]"
    )

    # Which deliveries

    def find_due(self, sources=None):
        """Return pairs (transfer id, sale order id) that are due.

        :param sources: these transfers alone, however old they are
        """
        if sources is None:
            since = self.connection.export_shipments_from
            which = SQL("picking.date_done >= %s", since)
        else:
            which = SQL("picking.id = ANY(%s)", sources.ids)
        return self.query(
            SQL(
                """
                SELECT picking.id, sale.id
                  FROM (%(to_customer)s) AS delivered
                  JOIN stock_picking AS picking ON picking.id = delivered.picking_id
                  JOIN sale_order AS sale ON sale.id = delivered.order_id
                 WHERE sale.magento_connection_id = %(connection)s
                   AND picking.state = 'done'
                   AND %(which)s
                   AND NOT EXISTS (
                        SELECT FROM magento_document AS document
                          LEFT JOIN magento_document_line AS covered
                            ON covered.document_id = document.id
                         WHERE document.kind = 'shipment'
                           AND document.sale_order_id = sale.id
                           AND (
                                document.picking_id = picking.id
                                OR covered.picking_id = picking.id
                           )
                   )
                 GROUP BY picking.id, sale.id
                 ORDER BY picking.date_done, picking.id
                """,
                to_customer=SQL(TO_CUSTOMER),
                connection=self.connection.id,
                which=which,
            )
        )

    def check(self, document):
        """Check that the goods have left.

        :raise NotYet: they have not
        """
        if document.picking_id.state != "done":
            raise NotYet(_("The delivery is not validated."))

    # What they say

    def warm_up(self, documents):
        moves = documents.picking_id.move_ids
        moves.mapped("quantity")
        moves.sale_line_id.mapped("magento_role")
        documents.picking_id.mapped("carrier_tracking_ref")

    def get_items(self, document):
        """Return what a delivery takes to the customer, item by item.

        :raise Unsendable: there is nothing, or a part of a piece
        """
        covered = self.covered[document.picking_id, document.sale_order_id]
        items = []
        for sold, quantity in self._get_delivered(document).items():
            left = decimal(quantity) - covered[sold.magento_item_id]
            if left > 0:
                left = sold._magento_in_pieces(left)
                items.append(Item(sold.magento_item_id, left, sold.id))
        if not items:
            raise Unsendable(
                "nothing_to_send",
                _(
                    "The delivery holds no item of the order %s, so Magento has nothing"
                    " to ship.",
                    document.sale_order_id.name,
                ),
            )
        return items

    def _get_delivered(self, document):
        """Return {order line: how many of its item this delivery took}."""
        moves = defaultdict(lambda: self.env["stock.move"])
        for move in document.picking_id.move_ids:
            sold = move.sale_line_id
            if (
                move.state == "done"
                and sold.order_id == document.sale_order_id
                and sold.magento_item_id
                and move.location_dest_id.usage == "customer"
                and move.location_id.usage != "customer"
            ):
                moves[sold] |= move
        return {sold: _count(sold, each) for sold, each in moves.items()}

    def get_path(self, document):
        return f"order/{document.sale_order_id.magento_order_id}/ship"

    def get_body(self, document, items):
        body = {
            "items": [
                {"order_item_id": int(item.order_item_id), "qty": float(item.quantity)}
                for item in items
            ],
            "notify": self.connection.notify_shipment,
            "appendComment": False,
            "comment": {
                "comment": f"{document.picking_id.name} [{document.key}]",
                "is_visible_on_front": 0,
            },
            "tracks": get_tracks(document.picking_id),
        }
        if source := self._get_source_code(document.picking_id):
            attributes = {"extension_attributes": {"source_code": source}}
            body["arguments"] = attributes
        document.track_numbers = get_numbers(document.picking_id)
        document.fallback = self._get_body_with_bundles(document, items, body)
        return body

    def _get_source_code(self, picking):
        """Return the stock source of the warehouse, where the shop has several."""
        sources = self.connection.source_ids
        if len(sources) < 2:
            return ""
        warehouse = picking.picking_type_id.warehouse_id
        return sources.filtered(lambda each: each.warehouse_id == warehouse)[:1].code

    def _get_body_with_bundles(self, document, items, body):
        """Return the body with bundles in place of their parts, False if there is none.

        An order does not tell whether a bundle ships together; one that does is refused
        by its parts (recording `ship_bundle_together_child`).
        """
        lines = document.sale_order_id.order_line
        by_item = {line.magento_item_id: line for line in lines if line.magento_item_id}
        parts = [
            item
            for item in items
            if by_item[item.order_item_id].magento_role == "bundle_part"
        ]
        if not parts:
            return False
        bundles = {}
        for item in parts:
            part = by_item[item.order_item_id]
            bundle = by_item[part.magento_parent_item_id]
            count = self._count_whole(bundle, part, item.quantity)
            known = bundles.get(bundle.magento_item_id, count)
            bundles[bundle.magento_item_id] = min(known, count)
        rest = [
            {"order_item_id": int(item.order_item_id), "qty": float(item.quantity)}
            for item in items
            if item not in parts
        ]
        whole = [
            {"order_item_id": int(item_id), "qty": count}
            for item_id, count in bundles.items()
            if count
        ]
        return {**body, "items": rest + whole} if rest or whole else False

    @staticmethod
    def _count_whole(bundle, part, quantity):
        """Return for how many bundles so many of a part are enough."""
        each = part.magento_quantity / bundle.magento_quantity
        return int(float(quantity) / each + 0.0001)

    def get_user(self, document):
        return document.picking_id.user_id or self.connection.user_id

    # How Magento lists them

    def read_comments(self, _client, remote):
        return remote.comments

    def tell(self, documents):
        """Write a note on the deliveries that are in Magento now."""
        bodies = {}
        for document in documents.filtered("picking_id"):
            bodies[document.picking_id.id] = _(
                "Shipped in Magento as %(number)s of order %(order)s.",
                number=document.increment_id or document.magento_id,
                order=document.sale_order_id.magento_increment_id,
            )
        self.env["stock.picking"].browse(bodies)._message_log_batch(bodies=bodies)


def get_tracks(picking, known=()):
    """Return the tracks of a delivery that Magento does not know.

    :param known: the tracking numbers that it knows
    """
    carrier = picking.carrier_id
    return [
        {
            "track_number": number,
            "title": carrier.name or _("Delivery"),
            "carrier_code": carrier.magento_carrier_code or "custom",
        }
        for number in get_numbers(picking)
        if number not in known
    ]


def get_numbers(picking):
    """Return the tracking numbers of a delivery, which may be several with commas."""
    numbers = re.split(r"[,;\s]+", picking.carrier_tracking_ref or "")
    return list(dict.fromkeys(filter(None, numbers)))


def _count(sold, moves):
    """Return how many of what was sold some moves are: of a kit they are the parts."""
    unit = sold.product_id.uom_id
    if moves.product_id == sold.product_id:
        return sum(
            move.product_uom._compute_quantity(move.quantity, unit, round=False)
            for move in moves
        )
    # Odoo's own kits, where Manufacturing is installed
    bom = moves.bom_line_id.bom_id[:1]
    filters = {
        "incoming_moves": lambda move: True,
        "outgoing_moves": lambda move: False,
    }
    return moves._compute_kit_quantities(
        sold.product_id, sold.product_uom_qty, bom, filters
    )
