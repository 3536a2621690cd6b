"""Reading single values of Magento's JSON."""

from decimal import Decimal, InvalidOperation


class MalformedOrderError(ValueError):
    """An order without something that every order has.

    :ivar str name: the field that is missing or unreadable
    """

    def __init__(self, name: str):
        super().__init__(name)
        self.name = name


def amount(raw: dict, name: str, required: bool = False) -> Decimal:
    """Return a number; Magento leaves out null fields, which count as zero.

    :raise MalformedOrderError: it is no number, or it is required and missing
    """
    value = raw.get(name)
    if value is None and not required:
        return Decimal(0)
    if value is None or isinstance(value, bool):
        raise MalformedOrderError(name)
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise MalformedOrderError(name) from error
    if not number.is_finite():
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
