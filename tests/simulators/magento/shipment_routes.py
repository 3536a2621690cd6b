"""Routes of shipments and their tracks."""

from .answers import RestError, no_such_entity
from .catalog import DEFAULT_SOURCE
from .columns import SHIPMENTS
from .comments import comment_of_request, document_comment
from .inputs import entity, parameter, read_items
from .lists import comments_of, list_shelf
from .routes import Call, route
from .search_criteria import snake
from .shipments import add_track, make_shipment

SHIPMENT = "Magento_Sales::shipment"
ITEM_CLASS = "\\Magento\\Sales\\Api\\Data\\ShipmentItemCreationInterface"


@route("POST", "/V1/order/:orderId/ship", "Magento_Sales::ship")
def ship_order(call: Call) -> str:
    """Make a shipment and answer its id, as a string."""
    order = call.book.orders.find(call.number("orderId"))
    arguments = parameter(call.body, "arguments") or {}
    extension = parameter(arguments, "extensionAttributes") or {}
    tracks = [
        {snake(name): value for name, value in track.items()}
        for track in parameter(call.body, "tracks") or []
    ]
    shipment = make_shipment(
        call.book,
        call.server.shop,
        call.server.catalog,
        order,
        read_items(call.body, ITEM_CLASS, call.server.input_limits),
        tracks,
        parameter(extension, "sourceCode") or DEFAULT_SOURCE,
    )
    if parameter(call.body, "notify"):
        shipment["email_sent"] = 1
    comment_of_request(call.book, "shipment", shipment, call.body)
    return str(shipment["entity_id"])


@route("GET", "/V1/shipments", SHIPMENT)
def shipments(call: Call) -> object:
    """Answer a page of shipments."""
    return list_shelf(call, call.book.shipments, SHIPMENTS)


@route("GET", "/V1/shipment/:id", SHIPMENT)
def shipment(call: Call) -> dict:
    """Answer one shipment."""
    return call.book.shipments.shown(_shipment(call))


@route("GET", "/V1/shipment/:id/comments", SHIPMENT)
def comments(call: Call) -> dict:
    """Answer the shipment's comments."""
    shipment = _shipment(call)
    return comments_of(shipment, shipment["comments"])


@route("POST", "/V1/shipment/:id/comments", SHIPMENT)
def add_comment(call: Call) -> dict:
    """Add a comment to the shipment."""
    shipment, given = _shipment(call), entity(call.body)
    notified = given.get("is_customer_notified")
    comment = document_comment(call.book, "shipment", shipment, given, notified)
    call.book.shipments.changed(shipment)
    return {name: value for name, value in comment.items() if name != "created_at"}


@route("POST", "/V1/shipment/:id/emails", SHIPMENT)
def send(call: Call) -> bool:
    """Pretend to send the shipment by e-mail."""
    shipment = _shipment(call)
    shipment["email_sent"] = 1
    call.book.shipments.changed(shipment)
    return True


@route("POST", "/V1/shipment/track", SHIPMENT)
def add_shipment_track(call: Call) -> dict:
    """Add a track. Nothing checks that the order is the shipment's."""
    given = entity(call.body)
    shipments = call.book.shipments
    parent_id = int(given.get("parent_id") or 0)
    if parent_id not in shipments:
        raise RestError(400, "Could not save the shipment tracking.")
    shipment = shipments.find(parent_id)
    track = add_track(call.book, shipment, given)
    shipment["tracks"].append(track | {"description": track["description"] or None})
    shipments.changed(shipment)
    return track


@route("DELETE", "/V1/shipment/track/:id", SHIPMENT)
def delete_track(call: Call) -> bool:
    """Remove a track."""
    track_id = call.number("id")
    for shipment in call.book.shipments.all():
        for track in shipment["tracks"]:
            if track["entity_id"] == track_id:
                shipment["tracks"].remove(track)
                call.book.shipments.changed(shipment)
                return True
    raise no_such_entity()


@route("POST", "/V1/shipment", SHIPMENT)
def save_shipment(call: Call) -> dict:
    """Store a bare document, of which the order knows nothing."""
    given, book = entity(call.body), call.book
    order = book.orders.find(int(given.get("order_id") or 0))
    shipment_id, now = book.next("shipment"), book.now()
    items = [
        {
            "entity_id": book.next("shipment_item"),
            "parent_id": shipment_id,
            "sku": None,
            **item,
        }
        for item in given.get("items", ())
    ]
    stored = given | {
        "created_at": now,
        "entity_id": shipment_id,
        "increment_id": book.next_increment("shipment", order["store_id"]),
        "updated_at": now,
        "items": items,
        "tracks": [],
        "comments": [],
    }
    return book.shipments.add(stored)


def _shipment(call: Call) -> dict:
    return call.book.shipments.find(call.number("id"))
