"""Orders that were cancelled in Odoo."""

from odoo import _
from odoo.tools import SQL

from .....tools.magento import SearchCriteria, parse_datetime
from .....tools.magento.amounts import text
from .courier import Courier
from .parcel import NotYet, Remote

# States of an order in Magento that cannot be cancelled any more
OVER = ("canceled", "closed", "complete")


class Cancellations(Courier):
    """Cancels in Magento what was cancelled in Odoo, as far as Magento lets it."""

    kind = "order_cancel"
    source = "sale_order_id"
    list_path = "orders"
    list_fields = "items[entity_id,increment_id,state,updated_at]"
    answer = "true"
    has_items = False
    reads_back = False

    def find_due(self, sources=None):
        """Return (order id, order id) of orders that are cancelled here alone."""
        which = SQL("TRUE")
        if sources is not None:
            which = SQL("sale.id = ANY(%s)", sources.ids)
        return self.query(
            SQL(
                """
                SELECT sale.id, sale.id
                  FROM sale_order AS sale
                 WHERE sale.magento_connection_id = %(connection)s
                   AND sale.state = 'cancel'
                   AND sale.magento_state NOT IN %(over)s
                   AND %(which)s
                   AND NOT EXISTS (
                        SELECT FROM magento_document AS document
                         WHERE document.kind = 'order_cancel'
                           AND document.sale_order_id = sale.id
                   )
                 ORDER BY sale.id
                """,
                connection=self.connection.id,
                over=OVER,
                which=which,
            )
        )

    def check(self, document):
        """Check that the order is still cancelled here.

        :raise NotYet: it is not
        """
        if document.sale_order_id.state != "cancel":
            raise NotYet(_("The order is no longer cancelled."))

    def get_remedy(self, document, error):
        if error.code != "declined":
            return super().get_remedy(document, error)
        return _(
            "Magento does not cancel an order that is invoiced, on hold or cancelled"
            " already. Resolution: look at the order in Magento; refund what was"
            " invoiced by a credit note, or release the order from hold."
        )

    def load(self, documents):
        """There is nothing to look up: it covers no items."""

    def get_items(self, _document):
        return []

    def get_path(self, document):
        return f"orders/{document.sale_order_id.magento_order_id}/cancel"

    def get_body(self, _document, _items):
        return {}

    def list_of_orders(self, client, order_ids):
        """Return those of some orders that are cancelled, as `Remote`s."""
        criteria = SearchCriteria().where("entity_id", "in", sorted(order_ids))
        criteria = criteria.where("state", "eq", "canceled")
        return self._read(client, criteria)

    @staticmethod
    def _to_remote(raw):
        return Remote(
            magento_id=text(raw, "entity_id"),
            increment_id=text(raw, "increment_id"),
            order_id=text(raw, "entity_id"),
            created_at=parse_datetime(raw["updated_at"]),
            items={},
        )

    def read_comments(self, _client, _remote):
        return ()

    def is_same(self, _document, _remote, _comments):
        """A cancelled order is what was asked for, whoever did it."""
        return True

    def get_note(self, document):
        return _("Cancelled in Magento.")
