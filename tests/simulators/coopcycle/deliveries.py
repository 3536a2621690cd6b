"""Deliveries, for the application of a store.

``src/Entity/Delivery.php`` (routes), ``features/deliveries.feature`` (bodies, answers,
violations), ``src/Action/Delivery/Cancel.php`` (not once a courier has it),
``src/Serializer/DeliveryNormalizer.php`` (what is shown; a slot is taken as it is, even
in the past), ``src/Api/State/DeliveryProcessor.php`` (metadata of a task),
``src/Api/State/DeliveryQuoteProcessor.php``, ``features/delivery_quotes.feature``,
``src/Validator/Constraints/CheckDeliveryValidator.php`` (out of reach),
``src/Service/Geocoder.php`` (of an address that is nowhere it finds nothing, and who
asked it fails with that).
"""

import re

from ..serving.answers import Answer, json_answer
from .answers import error, page, violations
from .book import Delivery, Order, Store, Task

# Addresses with this word in them are nowhere
NOWHERE = "nowhere"
METRES_PER_LETTER = 100


def respond(
    instance, method: str, path: str, query, store: Store | None, body
) -> Answer:
    """Answer a request of an application, of this store."""
    if path == "/api/me" and method == "GET":
        shown = f"/api/stores/{store.id}" if store else None
        return json_answer({"@type": "ApiApp", "store": shown, "shop": None})
    if store is None:
        raise error(403, "Access Denied.")
    if path == "/api/deliveries" and method == "POST":
        return json_answer(show(instance, make(instance, store, body)), 201)
    if path == "/api/deliveries/assert" and method == "POST":
        _check(store, body, is_asked=True)
        return json_answer({"@type": "http://schema.org/ParcelDelivery"})
    if path == "/api/deliveries/quotes" and method == "POST":
        return _quote(instance, store, body)
    if match := re.fullmatch(r"/api/stores/(\d+)/deliveries", path):
        return _list(instance, store, int(match[1]), path, query)
    if match := re.fullmatch(r"/api/deliveries/(\d+)", path):
        return _one(instance, method, store, int(match[1]))
    raise error(404, "Not Found")


def make(instance, store: Store, body: dict) -> Delivery:
    """Make a delivery, however often the same is asked for."""
    _check(store, body)
    tasks = [
        Task(instance.number(), kind, _shown_task(body.get(kind.lower()) or {}))
        for kind in ("PICKUP", "DROPOFF")
    ]
    total = store.price or 0
    order = Order(instance.number(), "", store, None, total, round(total / 6), "new")
    order.number = f"D{order.id}"
    delivery = Delivery(
        len(instance.deliveries) + 1, store, *tasks, _distance(body), order
    )
    instance.deliveries.append(delivery)
    return delivery


def _check(store: Store, body: dict, is_asked: bool = False) -> None:
    dropoff = body.get("dropoff")
    if not isinstance(dropoff, dict) or not _street(dropoff):
        raise violations(("items[1].task.address", "This value should not be null."))
    if NOWHERE in _street(dropoff).lower():
        raise error(500, "Internal Server Error")
    if not any(dropoff.get(name) for name in ("before", "doneBefore", "timeSlot")):
        raise violations(
            ("items[0].task.doneBefore", "This value should not be null."),
            ("items[1].task.doneBefore", "This value should not be null."),
        )
    address = dropoff["address"]
    telephone = address.get("telephone") if isinstance(address, dict) else None
    if telephone and not re.fullmatch(r"\+?[0-9 ().-]{6,20}", telephone):
        raise error(400, "The string supplied did not seem to be a phone number.")
    if is_asked and store.reach is not None and _distance(body) > store.reach:
        raise violations(("items", "The delivery is out of bounds."))


def _quote(instance, store: Store, body: dict) -> Answer:
    _check(store, body)
    if store.price is None:
        raise error(400, "Price could not be calculated")
    return json_answer(
        {
            "@context": "/api/contexts/DeliveryQuote",
            "@id": f"/api/delivery_quotes/{instance.number()}",
            "@type": "DeliveryQuote",
            "amount": store.price,
            "currency": "EUR",
            "expiresAt": f"{instance.now().isoformat()}+02:00",
        },
        201,
    )


def _list(instance, store: Store, asked_id: int, path: str, query) -> Answer:
    if asked_id != store.id:
        raise error(403, "Access Denied.")
    own = [show(instance, one) for one in instance.deliveries if one.store is store]
    return page(path, query, own[::-1], 15)


def _one(instance, method: str, store: Store, delivery_id: int) -> Answer:
    if not 0 < delivery_id <= len(instance.deliveries):
        raise error(404, "Not Found")
    delivery = instance.deliveries[delivery_id - 1]
    if delivery.store is not store:
        raise error(403, "Access Denied.")
    if method == "GET":
        return json_answer(show(instance, delivery))
    tasks = (delivery.pickup, delivery.dropoff)
    if any(task.is_assigned for task in tasks):
        raise error(400, "Tasks have already been assigned")
    for task in tasks:
        task.status = "CANCELLED"
    return Answer(204, "")


def show(instance, delivery: Delivery) -> dict:
    """Return a delivery as the API shows it."""
    pickup, dropoff = (
        {"@type": "Task", "id": task.id, "type": task.type, "status": task.status}
        | task.shown
        for task in (delivery.pickup, delivery.dropoff)
    )
    return {
        "@context": "/api/contexts/Delivery",
        "@id": f"/api/deliveries/{delivery.id}",
        "@type": "http://schema.org/ParcelDelivery",
        "id": delivery.id,
        "distance": delivery.distance,
        "duration": delivery.distance // 4,
        "polyline": "",
        "tasks": [pickup, dropoff],
        "pickup": pickup,
        "dropoff": dropoff,
        "trackingUrl": f"{instance.url}/fr/pub/d/{delivery.id:08d}",
        "order": {
            "@id": f"/api/orders/{delivery.order.id}",
            "@type": "http://schema.org/Order",
            "number": delivery.order.number,
            "total": delivery.order.total,
            "taxTotal": delivery.order.tax,
            "paymentGateway": "stripe",
        },
    }


def _shown_task(asked: dict) -> dict:
    return {
        "address": {"streetAddress": _street(asked)},
        "comments": asked.get("comments", ""),
        "weight": asked.get("weight"),
        "packages": asked.get("packages", []),
        "metadata": asked.get("metadata", {}),
    }


def _street(task: dict) -> str:
    address = task.get("address")
    if isinstance(address, dict):
        address = address.get("streetAddress")
    return address if isinstance(address, str) else ""


def _distance(body: dict) -> int:
    return METRES_PER_LETTER * len(_street(body["dropoff"]))
