"""Tracking numbers that were entered after their shipment got into Magento."""

from odoo import _
from odoo.tools import SQL

from ...tools.magento import parse_datetime
from ...tools.magento.amounts import text
from .courier import Courier
from .parcel import Remote, Unsendable
from .shipments import get_tracks


class Tracks(Courier):
    """Later tracking numbers of deliveries, each set of them one document.

    Magento keeps a description with each track: the document's key.
    """

    kind = "track"
    source = "picking_id"
    list_path = "shipments"
    list_fields = (
        "items[entity_id,order_id,"
        "tracks[entity_id,track_number,description,created_at]]"
    )
    answer = "entity"
    has_items = False
    reads_back = False

    def find_due(self, sources=None):
        """Return (transfer id, order id, number) of numbers that Magento lacks."""
        which = SQL("TRUE")
        if sources is not None:
            which = SQL("picking.id = ANY(%s)", sources.ids)
        return self.query(
            SQL(
                """
                SELECT DISTINCT picking.id, shipped.sale_order_id, number
                  FROM magento_document AS shipped
                  JOIN stock_picking AS picking ON picking.id = shipped.picking_id
                  CROSS JOIN LATERAL regexp_split_to_table(
                        picking.carrier_tracking_ref, '[,;[:space:]]+'
                  ) AS number
                 WHERE shipped.connection_id = %(connection)s
                   AND shipped.kind = 'shipment'
                   AND shipped.direction = 'push'
                   AND shipped.sync_state = 'done'
                   AND shipped.magento_id IS NOT NULL
                   AND picking.write_date >= shipped.last_attempt_at
                   AND number != ''
                   AND %(which)s
                   AND NOT COALESCE(shipped.track_numbers ? number, FALSE)
                   AND NOT EXISTS (
                        SELECT FROM magento_document AS track
                         WHERE track.kind = 'track'
                           AND track.picking_id = picking.id
                           AND track.track_number = number
                   )
                 ORDER BY picking.id, number
                """,
                connection=self.connection.id,
                which=which,
            )
        )

    def create_documents(self, sources=None):
        return self.env["magento.document"].create(
            [
                {
                    "connection_id": self.connection.id,
                    "kind": self.kind,
                    "direction": "push",
                    "picking_id": picking_id,
                    "sale_order_id": sale_id,
                    "track_number": number,
                }
                for picking_id, sale_id, number in self.find_due(sources)
            ]
        )

    def load(self, documents):
        """There is nothing to look up: it covers no items."""

    def get_items(self, document):
        """Return no items.

        :raise Unsendable: the number was taken away again
        """
        if not self._get_track(document):
            raise Unsendable(
                "nothing_to_send", _("The tracking number was taken away again.")
            )
        return []

    @staticmethod
    def _get_track(document):
        tracks = get_tracks(document.picking_id)
        return next(
            (t for t in tracks if t["track_number"] == document.track_number), None
        )

    def get_path(self, _document):
        return "shipment/track"

    def get_body(self, document, _items):
        shipment = self.env["magento.document"].search(
            [
                ("kind", "=", "shipment"),
                ("picking_id", "=", document.picking_id.id),
                ("sale_order_id", "=", document.sale_order_id.id),
                ("magento_id", "!=", False),
            ],
            limit=1,
        )
        return {
            "entity": {
                "order_id": int(document.sale_order_id.magento_order_id),
                "parent_id": int(shipment.magento_id),
                "description": document.key,
                **self._get_track(document),
            }
        }

    def list_of_orders(self, client, order_ids):
        """Return the tracks of some orders as `Remote`s, their keys as comments."""
        return [
            remote
            for shipment in super().list_of_orders(client, order_ids)
            for remote in shipment
        ]

    @staticmethod
    def _to_remote(raw):
        return [
            Remote(
                magento_id=text(track, "entity_id"),
                increment_id=text(track, "track_number"),
                order_id=text(raw, "order_id"),
                created_at=parse_datetime(track["created_at"]),
                items={},
                comments=(text(track, "description"),),
            )
            for track in raw.get("tracks") or ()
        ]

    def read_comments(self, _client, remote):
        return remote.comments
