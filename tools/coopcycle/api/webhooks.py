"""What CoopCycle tells by itself, and whether it is CoopCycle that tells it."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any

from .client import CoopcycleClient
from .errors import UNKNOWN, CoopcycleError

SIGNATURE = "X-CoopCycle-Signature"
EVENTS = (
    "delivery.assigned",
    "delivery.started",
    "delivery.picked",
    "delivery.in_transit",
    "delivery.completed",
    "delivery.failed",
)
# CoopCycle's own has a hundred bytes
LARGEST_BODY = 4096
_DELIVERY = re.compile("/api/deliveries/([1-9][0-9]{0,8})")


@dataclass(frozen=True)
class Event:
    """Something that happened to a delivery, if it is true."""

    delivery_id: int
    name: str


def is_signed(content: bytes, signature: str, secret: str) -> bool:
    """Say whether the bytes carry the signature of who knows the secret.

    It takes the same time wherever a wrong signature differs. It tells nothing of when
    they were sent: old ones stay signed.

    :param content: the body as it came, before anything reads it
    :param signature: the header, "" if there is none
    :param secret: of the webhook; with none nothing is signed
    """
    if not secret or len(content) > LARGEST_BODY:
        return False
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    own = hmac.digest(secret.encode(), content, hashlib.sha256)
    return hmac.compare_digest(given, own)


def read_event(content: bytes) -> Event | None:
    """Return what a body tells of a delivery, None if it tells nothing of one."""
    try:
        data: Any = json.loads(content)["data"]
        name, delivery = data["event"], _DELIVERY.fullmatch(data["object"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not delivery or not isinstance(name, str) or name not in EVENTS:
        return None
    return Event(int(delivery[1]), name)


def make_webhook(client: CoopcycleClient, event: str, url: str) -> tuple[int, str]:
    """Ask to be told of an event.

    :return: the webhook's id, and its secret, which is never told again
    :raise CoopcycleError: with the scope ``unknown`` it may have been made
    """
    answer = client.post("webhooks", {"event": event, "url": url})
    answer = answer if isinstance(answer, dict) else {}
    address, secret = answer.get("@id"), answer.get("secret")
    number = address.rpartition("/")[2] if isinstance(address, str) else ""
    if not number.isdecimal() or not isinstance(secret, str) or not secret:
        raise CoopcycleError("improper_answer", UNKNOWN, method="POST", path="webhooks")
    return int(number[:11]), secret


def delete_webhook(client: CoopcycleClient, webhook_id: int) -> None:
    """Ask to be told no more.

    :raise CoopcycleError: of any scope
    """
    client.delete(f"webhooks/{webhook_id:d}")
