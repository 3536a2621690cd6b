"""Comments on orders: that an invoice was paid, and the status that goes with it."""

from odoo.tools import SQL

from .....tools.magento import SearchCriteria
from .....tools.magento.amounts import text
from .....tools.magento.remarks import read_moment, read_remarks
from .....tools.magento.urls import path_of
from ..states import OpenParts
from .courier import Courier
from .parcel import NotYet, Remote


class OrderComments(Courier):
    """Tells Magento that an invoice which it shows as paid has been paid indeed."""

    kind = "order_comment"
    source = "move_id"
    list_path = "orders"
    list_fields = "items[entity_id,status_histories[entity_id,comment,created_at]]"
    answer = "true"
    has_items = False
    reads_back = False

    def find_due(self, sources=None):
        """Return pairs (invoice id, sale order id) of those paid after their export."""
        if not self.connection.update_status_when_paid:
            return []
        parts = OpenParts(self.get_model(), self.connection, (self.kind,))
        return self.query(
            SQL(
                """
                WITH open AS MATERIALIZED (%s)
                SELECT source_id, order_id FROM (%s) AS due ORDER BY source_id
                """,
                self._query_untold(),
                parts.query_due("open"),
            )
        )

    def _query_untold(self):
        """Return a query of invoices in Magento, as `OpenParts.query_open` does."""
        return SQL(
            """
            SELECT DISTINCT line.move_id AS source_id,
                   exported.sale_order_id AS order_id
              FROM magento_document AS exported
              JOIN magento_document_line AS line ON line.document_id = exported.id
             WHERE exported.connection_id = %s
               AND exported.kind = 'invoice'
               AND exported.direction = 'push'
               AND exported.sync_state = 'done'
               AND line.move_id IS NOT NULL
               AND NOT EXISTS (
                    SELECT FROM magento_document AS told
                     WHERE told.kind = 'order_comment'
                       AND told.move_id = line.move_id
                       AND told.sale_order_id = exported.sale_order_id
               )
            """,
            self.connection.id,
        )

    def check(self, document):
        """Check that the invoice is still paid.

        :raise NotYet: it is not
        """
        method = document.sale_order_id.magento_payment_method_id
        if reason := document.move_id._magento_why_not(self.kind, method):
            raise NotYet(reason)

    def load(self, documents):
        """There is nothing to look up: it covers no items."""

    def get_items(self, _document):
        """Return no items: a comment is about a whole order."""
        return []

    # What they say

    def get_path(self, document):
        return path_of("orders", document.sale_order_id.magento_order_id, "comments")

    def get_fallbacks(self, document):
        """Return the same without the status, which the order's state may not have."""
        history = dict(document.payload["statusHistory"])
        if not history.pop("status", None):
            return []
        return [{"statusHistory": history}]

    # How Magento lists them

    def list_of_orders(self, client, order_ids):
        """Return the comments of some orders as `Remote`s."""
        criteria = SearchCriteria().where("entity_id", "in", sorted(order_ids))
        return [remote for order in self._read(client, criteria) for remote in order]

    @staticmethod
    def _to_remote(raw):
        return [
            Remote(
                magento_id=text(comment, "entity_id"),
                increment_id="",
                order_id=text(raw, "entity_id"),
                created_at=read_moment(comment, "created_at"),
                items={},
                comments=(text(comment, "comment"),),
            )
            for comment in read_remarks(raw, "status_histories")
        ]

    def read_comments(self, _client, remote):
        return remote.comments
