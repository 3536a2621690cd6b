"""Deliveries, as shipments in Magento."""

import re
from collections import defaultdict
from datetime import timedelta

from odoo import _, fields
from odoo.tools import SQL

from .courier import Courier, decimal, has_no_document
from .parcel import Item, NotYet, Unsendable

# Between the tracking numbers of a delivery
SEPARATORS = r"[,;\r\n]+"

# Parts of a bundle that Magento refused are tried again so much later
RETRY_PARTS = timedelta(days=1)


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

    @classmethod
    def query_open(cls):
        """Return a query of deliveries without a document; returns are none."""
        return SQL(
            """
            SELECT DISTINCT picking.id AS source_id, sale.id AS order_id,
                   sale.magento_connection_id AS connection_id,
                   sale.magento_payment_method_id AS method_id,
                   picking.date_done AS day,
                   picking.state = 'done' AS is_due,
                   picking.date_done >= shop.export_shipments_from AS is_recent,
                   TRUE AS is_wanted
              FROM sale_order AS sale
              JOIN magento_connection AS shop ON shop.id = sale.magento_connection_id
              JOIN sale_order_line AS sold ON sold.order_id = sale.id
              JOIN stock_move AS move ON move.sale_line_id = sold.id
              JOIN stock_location AS target ON target.id = move.location_dest_id
              JOIN stock_location AS origin ON origin.id = move.location_id
              JOIN stock_picking AS picking ON picking.id = move.picking_id
             WHERE sold.magento_item_id IS NOT NULL
               AND (move.state = 'done' OR picking.state != 'done')
               AND target.usage = 'customer'
               AND origin.usage != 'customer'
               AND %(has_no_document)s
            """,
            has_no_document=has_no_document(cls.kind, cls.source, "picking"),
        )

    def wake_up(self):
        """Let documents that waited for another delivery of their order be sent.

        Nothing tells for sure why Magento refused parts of a bundle, so that they are
        tried again each day.
        """
        waiting = self.env["magento.document"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", self.kind),
                ("direction", "=", "push"),
                ("sync_state", "=", "waiting"),
            ]
        )
        yesterday = fields.Datetime.now() - RETRY_PARTS
        for document in waiting:
            later = self._get_later(document)
            picking, order = document.picking_id, document.sale_order_id
            tried_at = document.last_attempt_at
            if any(get_delivered(picking, order).values()):
                if later or not tried_at or tried_at <= yesterday:
                    document._update_state(("waiting",), "pending")
            elif later:
                self._tie_kits(document, later)

    def check(self, document):
        """Check that the goods have left.

        :raise NotYet: they have not, or complete no kit
        """
        picking, order = document.picking_id, document.sale_order_id
        if picking.state != "done":
            raise NotYet(_("The delivery is not validated."))
        delivered = get_delivered(picking, order)
        if delivered and not any(delivered.values()):
            raise NotYet(
                _(
                    "%s completes no kit; it is shipped with the delivery of the other"
                    " parts.",
                    picking.name,
                )
            )

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
        delivered = get_delivered(document.picking_id, document.sale_order_id)
        items = []
        for sold, quantity in delivered.items():
            left = decimal(quantity) - covered[sold.magento_item_id]
            if left > 0:
                left = sold._magento_in_pieces(left)
                items.append(Item(sold.magento_item_id, left, sold.id))
        if items:
            return items
        raise Unsendable(
            "nothing_to_send",
            _(
                "The delivery holds no item of the order %s, so Magento has nothing to"
                " ship.",
                document.sale_order_id.name,
            ),
        )

    def get_path(self, document):
        return f"order/{document.sale_order_id.magento_order_id}/ship"

    def get_body(self, document, items):
        body = {
            "items": [_in_body(item) for item in items],
            "notify": self.connection.notify_shipment,
            "appendComment": False,
            "comment": {
                "comment": f"{document.picking_id.name} [{document.key}]",
                "is_visible_on_front": 0,
            },
            "tracks": get_tracks(document.picking_id),
        }
        if source := self._get_source(document):
            attributes = {"extension_attributes": {"source_code": source.code}}
            body["arguments"] = attributes
        document.track_numbers = get_numbers(document.picking_id)
        bundled = self._put_bundles(document, items)
        document.fallback = {**body, "items": bundled} if bundled else False
        return body

    def _get_source(self, document):
        """Return the stock source of the warehouse, where the shop has several.

        What a vendor sends leaves no warehouse: it is the order's then.
        """
        sources = self.connection.source_ids
        if len(sources) < 2:
            return sources.browse()
        warehouse = (
            document.picking_id.picking_type_id.warehouse_id
            or document.sale_order_id.warehouse_id
        )
        return sources.filtered(lambda each: each.warehouse_id == warehouse)[:1]

    # Bundles: Magento ships some of them whole, others by their parts

    def _put_bundles(self, document, items):
        """Return what is sent with bundles in place of their parts, [] for nothing.

        An order does not tell whether a bundle ships together; one that does is refused
        by its parts (recording `ship_bundle_together_child`). It is shipped with the
        delivery that completes it.
        """
        by_item = self._get_lines_by_item(document)
        parts = [item for item in items if _is_part(by_item, item)]
        if not parts:
            return []
        left = {item.order_item_id: item.quantity for item in parts}
        bundles = {by_item[item_id].magento_parent_item_id for item_id in left}
        before = self._get_delivered_before(document)
        whole = [
            Item(bundle_id, count, by_item[bundle_id].id)
            for bundle_id in sorted(bundles)
            if (count := self._count_bundles(by_item[bundle_id], left, before))
        ]
        rest = [item for item in items if item not in parts]
        return [_in_body(item) for item in rest + whole]

    @staticmethod
    def _get_lines_by_item(document):
        lines = document.sale_order_id.order_line
        return {line.magento_item_id: line for line in lines if line.magento_item_id}

    @staticmethod
    def _get_delivered_before(document):
        """Return {order line: how many left with earlier deliveries}."""
        order, own = document.sale_order_id, document.picking_id
        earlier = order.picking_ids.filtered(
            lambda picking: picking.state == "done" and _is_before(picking, own)
        )
        before = defaultdict(float)
        for picking in earlier:
            for sold, quantity in get_delivered(picking, order).items():
                before[sold] += quantity
        return before

    @staticmethod
    def _count_bundles(bundle, left, before):
        """Return how many bundles a delivery completes.

        :param left: {item id: how many of a part it takes}
        :param before: {order line: how many of a part left earlier}
        """
        parts = bundle.order_id.order_line.filtered(
            lambda line: (
                line.magento_parent_item_id == bundle.magento_item_id
                and line.product_id.type != "service"
                and line.magento_quantity
            )
        )

        def whole(quantities):
            shares = [
                quantity * bundle.magento_quantity / part.magento_quantity
                for part, quantity in quantities
            ]
            return int(min(shares) + 0.0001)

        gone = [(part, before[part]) for part in parts]
        with_own = [
            (part, quantity + float(left.get(part.magento_item_id, 0)))
            for part, quantity in gone
        ]
        return whole(with_own) - whole(gone)

    def get_reason_to_wait(self, document, text):
        """Let parts of a bundle wait for the others, if Magento ships it whole."""
        by_item = self._get_lines_by_item(document)
        has_parts = any(
            by_item[str(item["order_item_id"])].magento_role == "bundle_part"
            for item in document.payload["items"]
        )
        if document.fallback or not has_parts or self._get_later(document):
            return ""
        return _(
            "%(delivery)s holds some parts of a bundle, and Magento refused them. If it"
            " ships the bundle as one, it does with the delivery of the other parts."
            " %(error)s",
            delivery=document.picking_id.name,
            error=text,
        )

    def _get_later(self, document):
        """Return a later document of the order that is in Magento."""
        return self.env["magento.document"].search(
            [
                ("kind", "=", self.kind),
                ("sale_order_id", "=", document.sale_order_id.id),
                ("sync_state", "=", "done"),
                ("id", ">", document.id),
            ],
            order="id",
            limit=1,
        )

    def _tie_kits(self, document, later):
        """Tie a delivery that completed no kit to a shipment that came later."""
        delivered = get_delivered(document.picking_id, document.sale_order_id)
        self.env["magento.document.line"].create(
            [
                {
                    "document_id": later.id,
                    "order_item_id": sold.magento_item_id,
                    "quantity": 0,
                    "sale_line_id": sold.id,
                    "picking_id": document.picking_id.id,
                }
                for sold in delivered
            ]
        )
        document.unlink()

    def get_remedy(self, document, error):
        if error.status != 400:
            return super().get_remedy(document, error)
        source = self._get_source(document)
        where = source.name or _("the source that Magento takes it from")
        return _(
            "Resolution: look in Magento whether the order is on hold or shipped"
            " already, and whether there is enough of each product in stock at %s;"
            " then export it again.",
            where,
        )

    def get_quantity_cause(self, document, remote):
        """Tell parts of bundles that Magento may ship whole from other differences."""
        cause = super().get_quantity_cause(document, remote)
        if not cause or self._differs_in_whole_bundles(document, remote):
            return ""
        missing = document.line_ids.filtered(
            lambda line: line.order_item_id not in remote.items
        )
        if missing and set(missing.sale_line_id.mapped("magento_role")) == {
            "bundle_part"
        }:
            return _("parts of a bundle, which is shipped when all of it has left")
        return cause

    def _differs_in_whole_bundles(self, document, remote):
        """Say whether what differs are parts of bundles that left earlier.

        Magento counts them with the shipment of the delivery that completes the bundle.
        """
        by_item = self._get_lines_by_item(document)
        before = self._get_delivered_before(document)
        left = {line.order_item_id: line.quantity for line in document.line_ids}

        def is_whole(part):
            bundle = by_item.get(part.magento_parent_item_id)
            count = bundle and remote.items.get(bundle.magento_item_id)
            return bool(count) and count == self._count_bundles(bundle, left, before)

        return all(
            decimal(quantity) == remote.items.get(item_id, 0)
            or is_whole(by_item[item_id])
            for item_id, quantity in left.items()
        )

    def get_user(self, document):
        return document.picking_id.user_id or self.connection.user_id

    # How Magento lists them

    def read_comments(self, _client, remote):
        return remote.comments

    def get_note(self, document):
        return _(
            "Shipped in Magento as %(number)s of order %(order)s.",
            number=document.increment_id or document.magento_id,
            order=document.sale_order_id.magento_increment_id,
        )


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
    numbers = re.split(SEPARATORS, picking.carrier_tracking_ref or "")
    return list(dict.fromkeys(filter(None, map(str.strip, numbers))))


def get_delivered(picking, order):
    """Return {order line: how many of its item this delivery took to the customer}.

    Of a kit of Odoo's own (Manufacturing) so many as it completes, which may be none.
    """
    moves = defaultdict(picking.move_ids.browse)
    for move in picking.move_ids:
        sold = move.sale_line_id
        if sold.order_id == order and sold.magento_item_id and _has_left(move):
            moves[sold] |= move
    return {sold: _count(sold, each) for sold, each in moves.items()}


def _has_left(move):
    return (
        move.state == "done"
        and move.location_dest_id.usage == "customer"
        and move.location_id.usage != "customer"
    )


def _count(sold, moves):
    """Return how many of what was sold left with some moves of one delivery."""
    bom = None if moves.product_id == sold.product_id else _find_kit(sold)
    if not bom:
        unit = sold.product_id.uom_id
        return sum(
            move.product_uom._compute_quantity(move.quantity, unit, round=False)
            for move in moves
        )
    own = moves.picking_id
    earlier = sold.move_ids.filtered(
        lambda move: _has_left(move) and _is_before(move.picking_id, own)
    )
    parts = sold._get_bom_component_qty(bom)
    return _count_kits(parts, moves | earlier) - _count_kits(parts, earlier)


def _find_kit(sold):
    """Return the bill of materials of a kit, where Manufacturing is installed."""
    if "mrp.bom" not in sold.env or not hasattr(sold, "_get_bom_component_qty"):
        return None
    product, company = sold.product_id, sold.company_id
    boms = sold.env["mrp.bom"]._bom_find(
        product, company_id=company.id, bom_type="phantom"
    )
    return boms[product]


def _count_kits(parts, moves):
    """Return how many kits some parts are.

    :param parts: {product id: {"qty": how many are in one kit}}
    """
    shares = [
        sum(
            move.product_uom._compute_quantity(
                move.quantity, move.product_id.uom_id, round=False
            )
            for move in moves
            if move.product_id.id == product_id
        )
        / part["qty"]
        for product_id, part in parts.items()
        if part["qty"]
        and moves.env["product.product"].browse(product_id).type != "service"
    ]
    return int(min(shares, default=0) + 0.0001)


def _is_before(picking, other):
    return (picking.date_done, picking.id) < (other.date_done, other.id)


def _is_part(by_item, item):
    return by_item[item.order_item_id].magento_role == "bundle_part"


def _in_body(item):
    return {"order_item_id": int(item.order_item_id), "qty": float(item.quantity)}
