"""What the shop's own staff does in Magento's back office."""

from decimal import Decimal

from .amounts import decimal
from .book import Book
from .catalog import DEFAULT_SOURCE, Catalog
from .comments import document_comment, order_comment
from .creditmemo_routes import return_to_stock
from .creditmemo_totals import Arguments
from .creditmemos import make_creditmemo
from .invoices import make_invoice
from .order_actions import cancel, hold, unhold
from .orders import Orders
from .shipments import make_shipment
from .shop import Shop
from .states import touch

# Which of an order's fields say who bought.
_BUYER = "customer_"


class Admin:
    """Acts on orders without the REST API. Every method returns what it made.

    Quantities are given as order item id → quantity; none is everything that is left.
    """

    def __init__(self, book: Book, shop: Shop, catalog: Catalog, orders: Orders):
        self._book = book
        self._shop = shop
        self._catalog = catalog
        self._orders = orders

    def order(self, order_id: int) -> dict:
        """Return the order."""
        return self._book.orders[order_id]

    def invoice(
        self,
        order_id: int,
        items: dict[int, object] | None = None,
        *,
        capture: bool = True,
        comment: str = "",
    ) -> dict:
        """Make an invoice."""
        with self._book.lock:
            order = self._book.orders[order_id]
            invoice = make_invoice(
                self._book, self._shop, order, _decimals(items), capture=capture
            )
            return self._commented("invoice", self._book.invoices, invoice, comment)

    def ship(
        self,
        order_id: int,
        items: dict[int, object] | None = None,
        *,
        tracks: list[dict] | None = None,
        source: str = DEFAULT_SOURCE,
        comment: str = "",
    ) -> dict:
        """Make a shipment."""
        with self._book.lock:
            shipment = make_shipment(
                self._book,
                self._shop,
                self._catalog,
                self._book.orders[order_id],
                _decimals(items),
                tracks,
                source,
            )
            return self._commented("shipment", self._book.shipments, shipment, comment)

    def refund(
        self,
        order_id: int,
        items: dict[int, object] | None = None,
        *,
        shipping_amount: object = None,
        adjustment_positive: object = None,
        adjustment_negative: object = None,
        return_items: list[int] | None = None,
        comment: str = "",
    ) -> dict:
        """Make a credit memo; amounts are in base currency."""
        given = (shipping_amount, adjustment_positive, adjustment_negative)
        with self._book.lock:
            creditmemo = make_creditmemo(
                self._book,
                self._shop,
                self._book.orders[order_id],
                _decimals(items),
                Arguments(*(None if one is None else decimal(one) for one in given)),
            )
            return_to_stock(self._catalog, creditmemo, set(return_items or ()))
            memos = self._book.creditmemos
            return self._commented("creditmemo", memos, creditmemo, comment)

    def cancel(self, order_id: int) -> bool:
        """Cancel the order; say whether there was anything to cancel."""
        with self._book.lock:
            return cancel(self._book, self._shop, self._book.orders[order_id])

    def hold(self, order_id: int) -> bool:
        """Put the order on hold."""
        with self._book.lock:
            return hold(self._book, self._shop, self._book.orders[order_id])

    def unhold(self, order_id: int) -> bool:
        """Take the order off hold."""
        with self._book.lock:
            return unhold(self._book, self._book.orders[order_id])

    def comment(self, order_id: int, text: str, status: str = "") -> dict:
        """Comment on the order, and give it another status of its state."""
        with self._book.lock:
            order = self._book.orders[order_id]
            order["status"] = status or order["status"]
            return order_comment(self._book, order, text, 0)

    def set_state(self, order_id: int, state: str, status: str = "") -> dict:
        """Give the order a state, as a payment gateway or an extension does."""
        with self._book.lock:
            order = self._book.orders[order_id]
            order["state"] = state
            order["status"] = status or self._shop.default_status(state)
            touch(order, self._book)
            return order

    def edit(self, order_id: int, lines: object, **terms) -> dict:
        """Replace the order by a new one with these lines, and cancel the old one.

        :param terms: as for placing an order; buyer and addresses are the old ones
        """
        with self._book.lock:
            new = self.reorder(order_id, lines, **terms)
            cancel(self._book, self._shop, self._book.orders[order_id])
            return new

    def reorder(self, order_id: int, lines: object, **terms) -> dict:
        """Place an order again with these lines: the new one names the old one.

        Since 2.4.7 both do so as an edited one and its successor do, but the old one
        goes on.

        :param terms: as of :meth:`edit`
        """
        with self._book.lock:
            old = self._book.orders[order_id]
            original = old.get("original_increment_id", old["increment_id"])
            count = old.get("edit_increment", 0) + 1
            terms.setdefault("payment", old["payment"]["method"])
            new = self._orders.place(lines, store=old["store_id"], **terms)
            new |= {
                name: value for name, value in old.items() if name.startswith(_BUYER)
            }
            for name in ("billing_address", "_shipping_address"):
                if name in old and name in new:
                    kept = {key: new[name][key] for key in ("entity_id", "parent_id")}
                    new[name] = old[name] | kept
            new |= {
                "increment_id": f"{original}-{count}",
                "original_increment_id": original,
                "edit_increment": count,
                "relation_parent_id": order_id,
                "relation_parent_real_id": old["increment_id"],
            }
            old |= {
                "relation_child_id": new["entity_id"],
                "relation_child_real_id": new["increment_id"],
            }
            touch(old, self._book)
            return self._book.orders[new["entity_id"]]

    def uncancel(self, order_id: int) -> dict:
        """Take a cancelled order up again, as payment extensions do when it is paid."""
        with self._book.lock:
            order = self._book.orders[order_id]
            for thing in (order, *order["items"]):
                thing |= {name: 0 for name in thing if name.endswith("_canceled")}
            return self.set_state(order_id, "processing")

    def _commented(self, kind: str, shelf, document: dict, comment: str) -> dict:
        if comment:
            document_comment(self._book, kind, document, {"comment": comment}, 0)
        return shelf[document["entity_id"]]


def _decimals(items: dict[int, object] | None) -> dict[int, Decimal]:
    """Return the quantities as they may come from JSON: its keys are texts."""
    return {int(item_id): decimal(qty) for item_id, qty in (items or {}).items()}
