"""Reading single values of Magento's JSON."""

import re
from decimal import Decimal
from typing import Any

from ..http.decoding import to_number

# Magento's columns have so many digits before the point
LARGEST = Decimal(10) ** 16
# What odd data makes of a reader
UNREADABLE = (AttributeError, TypeError, LookupError, ValueError, ArithmeticError)
# As long as Magento's columns of codes and numbers
LONGEST_CODE = 255
_ID = re.compile("[1-9][0-9]{0,9}")


class MalformedOrderError(ValueError):
    """An order without something that every order has.

    :ivar str name: the field that is missing or unreadable
    """

    def __init__(self, name: str):
        super().__init__(name)
        self.name = name


def amount(raw: dict, name: str, required: bool = False) -> Decimal:
    """Return a number; Magento leaves out null fields, which count as zero.

    :raise MalformedOrderError: it is no number that Magento could keep, or it is
        required and missing
    """
    value = raw.get(name)
    if value is None and not required:
        return Decimal(0)
    if value is None or isinstance(value, bool):
        raise MalformedOrderError(name)
    number = to_number(str(value))
    if number is None or abs(number) > LARGEST:
        raise MalformedOrderError(name)
    return number


def text(raw: dict, name: str, required: bool = False) -> str:
    """Return a value as text, "" where there is none.

    :raise MalformedOrderError: it is required and missing
    """
    value = raw.get(name)
    found = "" if value is None or isinstance(value, (dict, list)) else str(value)
    if required and not found.strip():
        raise MalformedOrderError(name)
    return found.strip()


def flag(raw: dict, name: str) -> bool:
    """Return a switch, which Magento gives as 0 or 1, as text or as true or false."""
    return text(raw, name).casefold() in ("1", "true")


def as_list(value: Any) -> list | None:
    """Return a list, None if the value is none.

    PHP writes a list whose numbers have gaps as an object of them.
    """
    if isinstance(value, dict) and value and all(key.isdecimal() for key in value):
        return list(value.values())
    return value if isinstance(value, list) else None


def id_of(raw: Any) -> str:
    """Return the id of a record, "" where it has none that Magento could give."""
    found = text(raw, "entity_id") if isinstance(raw, dict) else ""
    return found if is_id(found) else ""


def is_id(text: str) -> bool:
    """Say whether a text is an id of Magento: its columns hold ten digits."""
    return bool(_ID.fullmatch(text))


def check_codes(thing: Any, *names: str) -> None:
    """Check that attributes of what was read are as short as codes are.

    :raise MalformedOrderError: one is longer
    """
    for name in names:
        if len(getattr(thing, name)) > LONGEST_CODE:
            raise MalformedOrderError(name)
