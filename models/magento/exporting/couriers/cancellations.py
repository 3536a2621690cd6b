"""Orders that were cancelled in Odoo."""

from odoo import _
from odoo.tools import SQL

from .....tools.magento import SearchCriteria
from .....tools.magento.amounts import text
from .....tools.magento.remarks import read_moment
from .....tools.magento.urls import path_of
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
        domain = self.get_model()._magento_get_due_domain(
            self.kind, self.env["magento.payment.method"]
        )
        return self.query(
            SQL(
                """
                SELECT sale.id, sale.id
                  FROM sale_order AS sale
                 WHERE sale.magento_connection_id = %(connection)s
                   AND sale.id IN %(cancelled)s
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
                cancelled=self.get_model().sudo()._search(domain).subselect(),
                over=OVER,
                which=which,
            )
        )

    def check(self, document):
        """Check that the order is still cancelled here.

        :raise NotYet: it is not
        """
        method = document.sale_order_id.magento_payment_method_id
        if reason := document.sale_order_id._magento_why_not(self.kind, method):
            raise NotYet(reason)

    def load(self, documents):
        """There is nothing to look up: it covers no items."""

    def get_items(self, _document):
        return []

    def get_path(self, document):
        return path_of("orders", document.sale_order_id.magento_order_id, "cancel")

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
            created_at=read_moment(raw, "updated_at"),
            items={},
        )

    def read_comments(self, _client, _remote):
        return ()

    def is_same(self, _document, _remote, _comments):
        """A cancelled order is what was asked for, whoever did it."""
        return True

    def get_note(self, document):
        return _("Cancelled in Magento.")
