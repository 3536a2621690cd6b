"""Deliveries, as shipments in Magento."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from odoo import _, fields

from .....tools.magento.urls import path_of
from .bundles import Bundles
from .courier import Courier, decimal
from .parcel import Item, NotYet, Unsendable

# Parts of a bundle that Magento refused are tried again so much later
RETRY_PARTS = timedelta(days=1)


class Shipments(Courier):
    """Validated deliveries of Magento's orders, out to Magento."""

    kind = "shipment"
    source = "picking_id"
    sends_again = True
    day = "date_done"
    list_path = "shipments"
    list_fields = (
        "items[entity_id,increment_id,order_id,created_at,items[order_item_id,qty],"
        "tracks[track_number],comments[comment]]"
    )

    # Which deliveries

    def wake_up(self):
        """Let documents that waited for another delivery of their order be sent.

        Nothing tells for sure why Magento refused parts of a bundle, so that they are
        tried again each day.
        """
        yesterday = fields.Datetime.now() - RETRY_PARTS
        for document in self.find_waiting():
            later = self._get_later(document)
            picking, order = document.picking_id, document.sale_order_id
            tried_at = document.last_attempt_at
            if any(picking._magento_get_quantities(order).values()):
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
        if reason := picking._magento_why_not_due(order):
            raise NotYet(reason)
        if reason := picking._magento_why_no_source(document):
            raise NotYet(reason)
        delivered = picking._magento_get_quantities(order)
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
        delivered = document.picking_id._magento_get_quantities(document.sale_order_id)
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
        return path_of("order", document.sale_order_id.magento_order_id, "ship")

    def get_body(self, document, items):
        picking = document.picking_id
        body = super().get_body(document, items)
        document.track_numbers = picking._magento_get_tracking_numbers()
        document.fallbacks = [
            {**body, "items": picking._magento_prepare_items(document, bundled)}
            for bundled in Bundles(document).put_in_place(items)
        ]
        return body

    def get_reason_to_wait(self, document, text):
        """Let parts of a bundle wait for the others, if Magento ships it whole."""
        bundles = Bundles(document)
        has_parts = any(
            bundles.is_part(str(item["order_item_id"]))
            for item in document.payload["items"]
        )
        if document.fallbacks or not has_parts or self._get_later(document):
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
        delivered = document.picking_id._magento_get_quantities(document.sale_order_id)
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

    def get_quantity_cause(self, document, remote):
        """Tell parts of bundles that Magento may ship whole from other differences."""
        if not super().get_quantity_cause(document, remote):
            return ""
        items = self.get_all_items(remote, document.sale_order_id)
        remote = replace(remote, items=items)
        cause = super().get_quantity_cause(document, remote)
        if not cause or Bundles(document).explain(remote):
            return ""
        missing = document.line_ids.filtered(
            lambda line: line.order_item_id not in remote.items
        )
        if missing and set(missing.sale_line_id.mapped("magento_role")) == {
            "bundle_part"
        }:
            return _("parts of a bundle, which is shipped when all of it has left")
        return cause

    # How Magento lists them

    def get_all_items(self, remote, order):
        """Count the parts of a bundle that is shipped whole as well."""
        items = defaultdict(Decimal, remote.items)
        shipped = [Item(*each, False) for each in remote.items.items()]
        for item in shipped:
            goods = order._magento_get_goods(item, SimpleNamespace(items=shipped))
            for sold, quantity in goods:
                if sold.magento_item_id != item.order_item_id:
                    items[sold.magento_item_id] += decimal(quantity)
        return items

    def read_comments(self, _client, remote):
        return remote.comments

    def get_note(self, document):
        return _(
            "Shipped in Magento as %(number)s of order %(order)s.",
            number=document.increment_id or document.magento_id,
            order=document.sale_order_id.magento_increment_id,
        )
