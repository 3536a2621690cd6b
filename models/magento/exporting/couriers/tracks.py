"""Tracking numbers that were entered after their shipment got into Magento."""

from datetime import timedelta

from odoo import _
from odoo.tools import SQL

from .....tools.magento.amounts import text
from .....tools.magento.remarks import read_moment, read_remarks
from .courier import Courier
from .parcel import NotYet, Remote

# Between the tracking numbers of a delivery
SEPARATORS = r"[,;\r\n]+"
# So long after a delivery was last changed its numbers are looked at
RECENT = timedelta(days=90)


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
        if sources is None:
            # It was written when its number was entered; spare the old ones
            which = SQL("picking.write_date >= now() AT TIME ZONE 'UTC' - %s", RECENT)
        else:
            which = SQL("picking.id = ANY(%s)", sources.ids)
        return self.query(
            SQL(
                """
                WITH shipped AS (
                    SELECT document.id, document.sale_order_id, document.track_numbers,
                           document.picking_id
                      FROM magento_document AS document
                     WHERE document.connection_id = %(connection)s
                       AND document.kind = 'shipment'
                       AND document.sync_state = 'done'
                       AND document.magento_id IS NOT NULL
                    UNION
                    SELECT document.id, document.sale_order_id, document.track_numbers,
                           covered.picking_id
                      FROM magento_document AS document
                      JOIN magento_document_line AS covered
                        ON covered.document_id = document.id
                     WHERE document.connection_id = %(connection)s
                       AND document.kind = 'shipment'
                       AND document.sync_state = 'done'
                       AND document.magento_id IS NOT NULL
                )
                SELECT DISTINCT picking.id, shipped.sale_order_id, number
                  FROM shipped
                  JOIN stock_picking AS picking ON picking.id = shipped.picking_id
                  CROSS JOIN LATERAL regexp_split_to_table(
                        picking.carrier_tracking_ref, %(separators)s
                  ) AS piece
                  CROSS JOIN LATERAL btrim(piece) AS number
                 WHERE number != ''
                   AND %(which)s
                   AND NOT EXISTS (
                        SELECT FROM shipped AS same
                         WHERE same.picking_id = picking.id
                           AND same.sale_order_id = shipped.sale_order_id
                           AND same.track_numbers ? number
                   )
                   AND NOT EXISTS (
                        SELECT FROM magento_document AS track
                         WHERE track.kind = 'track'
                           AND track.picking_id = picking.id
                           AND track.sale_order_id = shipped.sale_order_id
                           AND track.track_number = number
                   )
                 ORDER BY picking.id, number
                """,
                connection=self.connection.id,
                separators=SEPARATORS,
                which=which,
            )
        )

    def create_documents(self, sources=None):
        documents = self.env["magento.document"]
        return documents.create(
            [
                documents._prepare_export(
                    self.connection,
                    self.kind,
                    self.env["sale.order"].browse(sale_id),
                    picking_id=picking_id,
                    track_number=number,
                    increment_id=number,
                )
                for picking_id, sale_id, number in self.find_due(sources)
            ]
        )

    def check(self, document):
        """Check that the number is still there.

        :raise NotYet: it is not
        """
        numbers = document.picking_id._magento_get_tracking_numbers()
        if document.track_number not in numbers:
            raise NotYet(_("The tracking number was taken away again."))

    def load(self, documents):
        """There is nothing to look up: it covers no items."""

    def get_items(self, _document):
        return []

    def get_path(self, _document):
        return "shipment/track"

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
                created_at=read_moment(track, "created_at"),
                items={},
                comments=(
                    text(track, "description"),
                    _number_of(text(raw, "entity_id"), text(track, "track_number")),
                ),
            )
            for track in read_remarks(raw, "tracks")
        ]

    def read_comments(self, _client, remote):
        return remote.comments

    def is_same(self, document, remote, comments):
        """Say whether a track has the document's key, or its number already."""
        number = _number_of(document._get_shipment().magento_id, document.track_number)
        return number in comments or super().is_same(document, remote, comments)


def _number_of(shipment_id, number):
    return f"{number} of {shipment_id}"
