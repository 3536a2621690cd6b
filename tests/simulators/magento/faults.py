"""Faults that only a shop has."""

import json

from ..serving.answers import JSON, Answer
from ..serving.faults import Exchange, Fault
from .answers import unauthorized

_NO_RIGHT = "Magento_Sales::actions_view"


def _unauthorized(exchange: Exchange, fault: Fault) -> None:
    resource = fault.options.get("resource", _NO_RIGHT)
    exchange.send(unauthorized(resource).answer)


def _wrong_signature(exchange: Exchange, fault: Fault) -> None:
    text = "The signature is invalid. Verify and try again."
    exchange.send(exchange.error(401, text))


def _not_there(exchange: Exchange, fault: Fault) -> None:
    exchange.send(exchange.error(404, "Request does not match any route."))


def _deadlock(exchange: Exchange, fault: Fault) -> None:
    """Refuse as Magento does whose database has ended the transaction."""
    text = "Could not save a shipment, see error log for details"
    exchange.send(exchange.error(400, text))


def _duplicate_page(exchange: Exchange, fault: Fault) -> None:
    exchange.send(exchange.work(previous_page=True))


def _first_address(exchange: Exchange, fault: Fault) -> None:
    """Give all orders of a list the delivery address of the first one."""
    answer = exchange.work()
    found = json.loads(answer.text)
    shippings = [
        order["extension_attributes"]["shipping_assignments"][0]["shipping"]
        for order in found["items"]
    ]
    for shipping in shippings:
        shipping["address"] = shippings[0]["address"]
    exchange.send(Answer(answer.status, json.dumps(found), JSON))


KINDS = {
    "unauthorized": _unauthorized,
    "wrong_signature": _wrong_signature,
    "not_there": _not_there,
    "deadlock": _deadlock,
    "duplicate_page": _duplicate_page,
    "first_address": _first_address,
}
