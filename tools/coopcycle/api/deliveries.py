"""Deliveries of one store: asking, making, finding again, taking back."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ...http.address import LONGEST_ADDRESS
from ...text.cleaning import to_line
from .address import path_of
from .client import CoopcycleClient
from .errors import CONNECTION, DOCUMENT, UNKNOWN, CoopcycleError

# Under this name a delivery carries our own reference
REFERENCE = "odoo_reference"
_LARGEST_ID = 2**31 - 1
# In cents: beyond what anybody pays
_LARGEST_AMOUNT = 10**11
# Without who signs in: before an @ may be what looks like another server
_LINK = re.compile(r"https?://[^\s/?#@\\]+([/?#][^\s\\]*)?")
_LONGEST_NUMBER = 64


@dataclass(frozen=True)
class Delivery:
    """A delivery as CoopCycle has it.

    :param reference: ours, "" for one that somebody else made
    :param pickup_status, dropoff_status: such as ``TODO``, ``DOING``, ``DONE``,
        ``FAILED`` or ``CANCELLED``
    :param tracking_url: for the customer, "" if it is no address of a web page that
        leads where it seems to
    :param order_number, order_total, order_tax: of what is billed for it, in cents;
        "" and None where there is no order
    :param pickup_id, dropoff_id: of its two tasks, None if it has not exactly these
    """

    id: int
    reference: str
    pickup_status: str
    dropoff_status: str
    tracking_url: str
    order_number: str = ""
    order_total: int | None = None
    order_tax: int | None = None
    pickup_id: int | None = None
    dropoff_id: int | None = None


@dataclass(frozen=True)
class Quote:
    """What a delivery would cost; the amount in cents.

    :param expires_at: as ISO 8601 has it
    """

    amount: int
    currency: str
    expires_at: str


def read_own_store(client: CoopcycleClient) -> int:
    """Return the id of the store that the application is bound to.

    :raise CoopcycleError: ``forbidden`` if it is bound to none
    """
    body = client.get("me")
    store = body.get("store") if isinstance(body, dict) else None
    number = store.rpartition("/")[2] if isinstance(store, str) else ""
    if not number.isdecimal() or not 0 < int(number[:11]) <= _LARGEST_ID:
        raise CoopcycleError("forbidden", DOCUMENT, method="GET", path="me")
    return int(number)


def check_feasible(client: CoopcycleClient, body: dict[str, Any]) -> None:
    """Ask whether a delivery can be made; nothing is made.

    :raise CoopcycleError: ``refused``, with CoopCycle's words, if it cannot;
        ``not_located`` if it does not get that far, as with an address that is nowhere
    """
    path = "deliveries/assert"
    try:
        client.post(path, body, is_harmless=True)
    except CoopcycleError as error:
        if (error.code, error.scope) != ("server_error", DOCUMENT):
            raise
        raise CoopcycleError(
            "not_located", DOCUMENT, method="POST", path=path, status=error.status
        ) from error


def read_quote(client: CoopcycleClient, body: dict[str, Any]) -> Quote:
    """Ask what a delivery would cost; a quote that nobody confirms binds nobody.

    :raise CoopcycleError: ``refused`` if there is no price
    """
    path = "deliveries/quotes"
    answer = client.post(path, body, is_harmless=True)
    answer = answer if isinstance(answer, dict) else {}
    amount, currency = _cents(answer.get("amount")), answer.get("currency")
    if amount is None or amount < 0 or not isinstance(currency, str):
        raise CoopcycleError("improper_answer", CONNECTION, method="POST", path=path)
    return Quote(amount, currency, _text(answer.get("expiresAt")))


def make_delivery(
    client: CoopcycleClient, body: dict[str, Any], reference: str
) -> Delivery:
    """Make a delivery, once.

    :param body: ``pickup`` and ``dropoff`` as CoopCycle takes them
    :param reference: by which :func:`find_deliveries` finds it again
    :raise CoopcycleError: with the scope ``unknown`` it may have been made
    """
    dropoff = {**body["dropoff"]}
    dropoff["metadata"] = {**dropoff.get("metadata", {}), REFERENCE: reference}
    answer = client.post("deliveries", {**body, "dropoff": dropoff})
    try:
        return _delivery(answer)
    except (TypeError, ValueError) as error:
        raise CoopcycleError(
            "improper_answer", UNKNOWN, method="POST", path="deliveries"
        ) from error


def find_deliveries(
    client: CoopcycleClient,
    store_id: int,
    references: Collection[str],
    most: int = 1000,
) -> dict[str, Delivery]:
    """Find deliveries by our references.

    :param most: how many are looked through, the newest first
    :return: {reference: its delivery}, without those that CoopCycle does not have
    """
    path = path_of("stores", store_id, "deliveries")
    query = [("order[createdAt]", "desc")]
    found: dict[str, Delivery] = {}
    for record in islice(client.records(path, query), most):
        if len(found) == len(references):
            break
        if (reference := _reference(record)) in references:
            found[reference] = _read(record, path)
    return found


def read_delivery(client: CoopcycleClient, delivery_id: int) -> Delivery:
    """Return a delivery.

    :raise CoopcycleError: ``not_found``, or ``forbidden`` for one of another store
    """
    path = path_of("deliveries", delivery_id)
    return _read(client.get(path), path)


def cancel_delivery(client: CoopcycleClient, delivery_id: int) -> None:
    """Take a delivery back.

    :raise CoopcycleError: ``refused`` once a courier has it; ``unknown`` if it may
        have been taken back
    """
    client.delete(path_of("deliveries", delivery_id))


def _read(record: Any, path: str) -> Delivery:
    try:
        return _delivery(record)
    except (TypeError, ValueError) as error:
        raise CoopcycleError(
            "improper_answer", CONNECTION, method="GET", path=path
        ) from error


def _delivery(record: Any) -> Delivery:
    number = record["id"] if isinstance(record, dict) and "id" in record else None
    if type(number) is not int or not 0 < number <= _LARGEST_ID:
        raise ValueError("no id")
    order = record.get("order")
    order = order if isinstance(order, dict) else {}
    return Delivery(
        id=number,
        reference=_reference(record),
        pickup_status=_text(_task(record, "pickup").get("status")),
        dropoff_status=_text(_task(record, "dropoff").get("status")),
        tracking_url=_link(record.get("trackingUrl")),
        order_number=_number(order.get("number")),
        order_total=_cents(order.get("total")),
        order_tax=_cents(order.get("taxTotal")),
        pickup_id=_task_id(record, "pickup"),
        dropoff_id=_task_id(record, "dropoff"),
    )


def _task(record: dict[str, Any], name: str) -> dict[str, Any]:
    task = record.get(name)
    return task if isinstance(task, dict) else {}


def _task_id(record: dict[str, Any], name: str) -> int | None:
    number = _task(record, name).get("id")
    return number if type(number) is int and 0 < number <= _LARGEST_ID else None


def _reference(record: dict[str, Any]) -> str:
    metadata = _task(record, "dropoff").get("metadata")
    return _text(metadata.get(REFERENCE)) if isinstance(metadata, dict) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> str:
    """Return a number as it can stand with others that commas part."""
    return to_line(_text(value).replace(",", " "))[:_LONGEST_NUMBER]


def _link(value: Any) -> str:
    url = _text(value)
    is_link = url.isprintable() and _LINK.fullmatch(url)
    return url if is_link and len(url) <= LONGEST_ADDRESS else ""


def _cents(value: Any) -> int | None:
    is_amount = type(value) is int and abs(value) <= _LARGEST_AMOUNT
    return value if is_amount else None
