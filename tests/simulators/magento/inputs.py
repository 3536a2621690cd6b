"""What clients send, read as Magento's own converter reads it."""

import json
from decimal import Decimal, InvalidOperation

from .answers import RestError, required, unsupported, wrong_type
from .search_criteria import InputLimits, snake


def read_body(raw: bytes, content_type: str | None) -> dict:
    """Return the JSON object of a request; a list or nothing is an empty one."""
    if not content_type:
        raise RestError(400, "Content-Type header is empty.")
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RestError(
            400,
            f"Server cannot understand Content-Type HTTP header media type {kind}",
        )
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        raise RestError(400, "Decoding error.") from None
    return body if isinstance(body, dict) else {}


def parameter(body: dict, name: str, default: object = None) -> object:
    """Return a parameter, whether it is written ``appendComment`` or with ``_``."""
    return body.get(name, body.get(snake(name), default))


def entity(body: dict, name: str = "entity") -> dict:
    """Return the object that the request must have."""
    given = parameter(body, name)
    if not isinstance(given, dict):
        raise required(name)
    return {snake(key): value for key, value in given.items()}


def read_items(body: dict, kind: str, limits: InputLimits | None) -> dict[int, Decimal]:
    """Return the quantity of each order item; of the same item twice, the last one.

    :param kind: the class that Magento names when there are too many
    """
    given = parameter(body, "items") or []
    if not isinstance(given, list):
        raise wrong_type(given, f"{kind}[]")
    if limits and len(given) > limits.complex_array_limit:
        raise RestError(
            400,
            'Maximum items of type "%type" is %max',
            {"type": kind, "max": limits.complex_array_limit},
        )
    return dict(_read_item(one) for one in given)


def _read_item(given: object) -> tuple[int, Decimal]:
    if not isinstance(given, dict):
        raise wrong_type(given, "object")
    item = {snake(name): (name, value) for name, value in given.items()}
    for key, (name, _value) in item.items():
        if key not in ("order_item_id", "qty", "extension_attributes"):
            camel = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
            raise unsupported(camel)
    number = _number(item.get("order_item_id", ("", 0))[1], "int")
    return int(number), _number(item.get("qty", ("", 0))[1], "float")


def _number(value: object, expected: str) -> Decimal:
    try:
        return Decimal(str(value if value is not None else 0))
    except InvalidOperation:
        raise wrong_type(value, expected) from None


def amount(arguments: dict, name: str) -> Decimal | None:
    """Return an amount of a refund's arguments; None if it is not given."""
    value = parameter(arguments, name)
    return None if value is None else _number(value, "float")


def flag(value: object) -> int:
    """Return a comment's flag as Magento stores it."""
    return int(bool(int(value))) if isinstance(value, str | int) else 0
