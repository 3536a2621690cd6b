"""``/_simulator/``: how other processes look into the book and act as the shop.

GET ``book``, ``requests``, ``faults``. POST a JSON object to ``orders`` (place one),
``orders/many``, ``customers``, ``faults`` (add one), ``faults/random``,
``faults/clear``, ``faults/finish``, ``latency`` (``seconds``), ``rights`` (``lacking``:
what is taken away; nothing gives all back), ``stock`` (``quantity`` of each product),
``reset``, ``seed``, and to ``admin/<action>`` for every method of :class:`Admin`; with
``order_ids`` it acts on each of them, and the answer is how many they are.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal

from ..serving.answers import Answer, json_answer
from .answers import RestError
from .routes import all_rights
from .seed import plant

CONTROL = "/_simulator/"


def control(simulator, method: str, path: str, raw: bytes) -> Answer:
    """Answer a request to the simulator itself."""
    name = path.removeprefix(CONTROL).strip("/")
    act = _find(simulator, method, name)
    if not act:
        return json_answer({"error": f"no {method} {CONTROL}{name}"}, 404)
    try:
        given = json.loads(raw or b"{}")
        with simulator.book.lock:
            return json_answer(act(simulator, given))
    except RestError as error:
        return error.answer
    except (KeyError, TypeError, ValueError) as error:
        return json_answer({"error": f"{type(error).__name__}: {error}"}, 400)


def _find(simulator, method: str, name: str) -> Callable | None:
    if method == "POST" and name.startswith("admin/"):
        action = getattr(simulator.admin, name.removeprefix("admin/").strip("_"), None)
        return action and (lambda _simulator, given: _administer(action, given))
    return _ACTIONS.get((method, name))


def _administer(action: Callable, given: dict):
    order_ids = given.pop("order_ids", None)
    if order_ids is None:
        return action(**given)
    for order_id in order_ids:
        action(order_id, **given)
    return len(order_ids)


def _book(simulator, _given: dict) -> dict:
    book = simulator.book
    return {
        "orders": [_order(order) for order in book.orders.all()],
        "comments": book.comments,
        **{
            kind: [_document(one) for one in getattr(book, kind).all()]
            for kind in ("invoices", "shipments", "creditmemos")
        },
    }


def _order(order: dict) -> dict:
    names = ("entity_id", "increment_id", "state", "status", "grand_total")
    quantities = ("ordered", "invoiced", "shipped", "refunded", "canceled")
    items = [
        {"item_id": item["item_id"], "sku": item["sku"]}
        | {f"qty_{kind}": item.get(f"qty_{kind}", 0) for kind in quantities}
        for item in order["items"]
    ]
    return {name: order[name] for name in names} | {"items": items}


def _document(document: dict) -> dict:
    names = ("entity_id", "increment_id", "order_id", "state", "grand_total")
    items = [
        {name: item.get(name) for name in ("order_item_id", "sku", "qty")}
        for item in document["items"]
    ]
    said = {name: document[name] for name in names if name in document}
    tracks = document.get("tracks", [])
    return said | {"items": items, "tracks": tracks, "comments": document["comments"]}


def _requests(simulator, _given: dict) -> list:
    return [list(one) for one in simulator.requests]


def _faults(simulator, _given: dict) -> list:
    return [one._asdict() for one in simulator.faults.log]


def _add_fault(simulator, given: dict) -> dict:
    fault = asdict(simulator.faults.add(**given))
    del fault["draw"]
    return fault


def _random_faults(simulator, given: dict) -> bool:
    simulator.faults.random(**given)
    return True


def _clear_faults(simulator, _given: dict) -> bool:
    simulator.faults.clear()
    return True


def _finish(simulator, _given: dict) -> int:
    return simulator.faults.finish()


def _latency(simulator, given: dict) -> float:
    simulator.latency = float(given["seconds"])
    return simulator.latency


def _rights(simulator, given: dict) -> list[str]:
    simulator.rights = all_rights() - set(given.get("lacking", ()))
    return sorted(simulator.rights)


def _stock(simulator, given: dict) -> int:
    stock = simulator.catalog.stock
    stock.update(dict.fromkeys(stock, Decimal(given["quantity"])))
    return len(stock)


def _place(simulator, given: dict) -> dict:
    order = simulator.place_order(**given)
    return simulator.book.orders.shown(order)


def _place_many(simulator, given: dict) -> dict:
    made = simulator.place_many(**given)
    return {"first": made.start, "last": made.stop - 1}


def _customer(simulator, given: dict) -> dict:
    return simulator.add_customer(**given)


def _reset(simulator, _given: dict) -> bool:
    simulator.reset()
    return True


def _seed(simulator, _given: dict) -> int:
    plant(simulator)
    return len(simulator.book.orders)


_ACTIONS: dict[tuple[str, str], Callable] = {
    ("GET", "book"): _book,
    ("GET", "requests"): _requests,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_fault,
    ("POST", "faults/random"): _random_faults,
    ("POST", "faults/clear"): _clear_faults,
    ("POST", "faults/finish"): _finish,
    ("POST", "latency"): _latency,
    ("POST", "rights"): _rights,
    ("POST", "stock"): _stock,
    ("POST", "orders"): _place,
    ("POST", "orders/many"): _place_many,
    ("POST", "customers"): _customer,
    ("POST", "reset"): _reset,
    ("POST", "seed"): _seed,
}
