"""Making shipments: what may be on them, and what they take from the stock."""

from decimal import Decimal

from .amounts import ZERO, number
from .answers import RestError, invalid
from .book import Book
from .catalog import DEFAULT_SOURCE, Catalog
from .documents import add_to
from .order_items import OrderItems, simple_to_ship, whole
from .shop import Shop
from .states import settle, touch

ONE = Decimal(1)
NO_PRODUCTS = "You can't create a shipment without products."
_TRACK_FIELDS = ("track_number", "title", "carrier_code")


def make_shipment(
    book: Book,
    shop: Shop,
    catalog: Catalog,
    order: dict,
    wanted: dict[int, Decimal] | None = None,
    tracks: list[dict] | None = None,
    source: str = DEFAULT_SOURCE,
) -> dict:
    """Make a shipment, or refuse as Magento does.

    :param wanted: order item id → quantity; nothing is everything that is left
    """
    items = OrderItems(order)
    quantities = _quantities(items, wanted or {})
    messages = _refusals(items)
    if not quantities:
        messages.append(NO_PRODUCTS)
    messages += _bundle_refusals(items, wanted or {})
    tracks = tracks or []
    if any(track.get("track_number") == "" for track in tracks):
        messages.append("Please enter a tracking number.")
    if messages:
        raise invalid("Shipment", messages)
    # From here on Magento has taken the id, also where it fails.
    shipment = _document(book, items, quantities, source)
    if any(track.get(name) is None for track in tracks for name in _TRACK_FIELDS):
        raise _not_saved()
    _take_from_stock(catalog, items, quantities, source)
    shipment["tracks"] = [add_track(book, shipment, track) for track in tracks]
    for item_id, qty in quantities.items():
        add_to(items.by_id[item_id], "qty_shipped", qty)
        items.by_id[item_id]["updated_at"] = shipment["created_at"]
    book.shipments.add(shipment)
    _move_on(book, shop, order)
    return shipment


def add_track(book: Book, shipment: dict, given: dict) -> dict:
    """Return a new track of the shipment."""
    now = book.now()
    return {
        "order_id": given.get("order_id", shipment["order_id"]),
        "created_at": now,
        "entity_id": book.next("track"),
        "parent_id": shipment["entity_id"],
        "updated_at": now,
        "weight": given.get("weight"),
        "qty": given.get("qty"),
        "description": given.get("description"),
        **{name: given.get(name) for name in _TRACK_FIELDS},
    }


def _move_on(book: Book, shop: Shop, order: dict) -> None:
    """Let the order come to its next state: only that counts as a change of it."""
    before = (order["state"], order["status"])
    settle(order, shop)
    if before != (order["state"], order["status"]):
        touch(order, book)
    book.orders.changed(order)


def _refusals(items: OrderItems) -> list[str]:
    order = items.order
    if order["is_virtual"] or order["state"] in (
        "payment_review",
        "holded",
        "canceled",
    ):
        return [
            "A shipment cannot be created when an order has a status of "
            f"{order['status']}"
        ]
    if not items.can_ship():
        return ["The order does not allow a shipment to be created."]
    return []


def _bundle_refusals(items: OrderItems, wanted: dict[int, Decimal]) -> list[str]:
    """Refuse a part of a bundle that ships together, and one that ships in parts."""
    messages = []
    for item_id in wanted:
        item = items.by_id.get(item_id)
        if not item or not items.is_dummy_to_ship(item):
            continue
        parent = items.parent(item)
        if parent and parent["product_type"] == "bundle":
            bundle, kind, instead = parent, "Together", "Bundle product itself"
        elif item["product_type"] == "bundle":
            bundle, kind, instead = item, "Separately", "Bundle product options"
        else:
            continue
        messages.append(
            f'Cannot create shipment as bundle product "{bundle["sku"]}" has shipment '
            f'type "{kind}". {instead} should be shipped instead.'
        )
    return messages


def _quantities(items: OrderItems, wanted: dict[int, Decimal]) -> dict[int, Decimal]:
    """Return what is shipped: too much is cut down to what is left, silently."""
    quantities = {}
    for item in items.all:
        if item["is_virtual"] or items.is_dummy_to_ship(item):
            continue
        left = items.to_ship(item)
        qty = min(wanted.get(item["item_id"], ZERO), left) if wanted else left
        qty = whole(item, qty)
        if qty <= 0:
            continue
        quantities[item["item_id"]] = qty
        if item["product_type"] == "bundle":
            for part in items.children(item):
                part_qty = min(qty * items.share(part), simple_to_ship(part))
                if part_qty > 0:
                    quantities[part["item_id"]] = part_qty
    return _with_bundles(items, quantities)


def _with_bundles(
    items: OrderItems, quantities: dict[int, Decimal]
) -> dict[int, Decimal]:
    """Add each bundle that ships in parts once, however many parts there are."""
    found: dict[int, Decimal] = {}
    for item_id, qty in quantities.items():
        parent = items.parent(items.by_id[item_id])
        if parent and parent["product_type"] == "bundle":
            found.setdefault(parent["item_id"], ONE)
        found[item_id] = qty
    return {item_id: quantities.get(item_id, qty) for item_id, qty in found.items()}


def _take_from_stock(
    catalog: Catalog, items: OrderItems, quantities: dict[int, Decimal], source: str
) -> None:
    if source not in catalog.sources:
        raise _not_saved()
    taken: dict[str, Decimal] = {}
    for item_id, qty in quantities.items():
        item = items.by_id[item_id]
        if item["product_type"] != "bundle":
            taken[item["sku"]] = taken.get(item["sku"], ZERO) + qty
    for sku, qty in taken.items():
        have = catalog.stock.get((source, sku))
        if sku in catalog and (have is None or have < qty):
            raise _not_saved()
    for sku, qty in taken.items():
        if (source, sku) in catalog.stock:
            catalog.stock[source, sku] -= qty


def _document(
    book: Book, items: OrderItems, quantities: dict[int, Decimal], source: str
) -> dict:
    order, shipment_id, now = items.order, book.next("shipment"), book.now()
    pieces = (
        qty
        for item_id, qty in quantities.items()
        if not items.is_dummy_to_ship(items.by_id[item_id])
    )
    shipment = {
        "billing_address_id": order["billing_address_id"],
        "created_at": now,
        "entity_id": shipment_id,
        "increment_id": book.next_increment("shipment", order["store_id"]),
        "order_id": order["entity_id"],
        "packages": [],
        "shipping_address_id": order["_shipping_address"]["entity_id"],
        "store_id": order["store_id"],
        "total_qty": number(sum(pieces, ZERO)),
        "updated_at": now,
        "items": [
            _item(book, items.by_id[item_id], qty, shipment_id)
            for item_id, qty in quantities.items()
            if not _goes_unnamed(items, items.by_id[item_id])
        ],
        "comments": [],
        "extension_attributes": {"source_code": source},
    }
    if "customer_id" in order:
        shipment["customer_id"] = order["customer_id"]
    return shipment


def _goes_unnamed(items: OrderItems, item: dict) -> bool:
    """Say whether a part is shipped without being listed: its bundle ships together."""
    return bool(items.parent(item)) and items.is_dummy_to_ship(item)


def _item(book: Book, item: dict, qty: Decimal, shipment_id: int) -> dict:
    names = ("name", "price", "product_id", "sku", "weight")
    return {
        "entity_id": book.next("shipment_item"),
        "parent_id": shipment_id,
        "order_item_id": item["item_id"],
        "qty": number(qty),
        **{name: item[name] for name in names if name in item},
    }


def _not_saved() -> RestError:
    return RestError(400, "Could not save a shipment, see error log for details")
