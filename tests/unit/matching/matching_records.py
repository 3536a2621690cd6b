"""Open items, customers and bank lines that the tests of matching share."""

from dataclasses import replace
from datetime import date, timedelta

from tools.matching.matcher import Matcher
from tools.matching.records import Item, Line, Payer

DAY = date(2026, 10, 5)
IBAN = "FR7630006000011234567890189"
BAKERY = Payer("bakery", "Boulangerie Noël SARL", (IBAN,))
JEAN = Payer("jean", "Jean Dupont")
FLORIST = Payer("florist", "Fleurs du Pont")
CUSTOMERS = (BAKERY, JEAN, FLORIST)

FIRST = Item(
    id=1,
    customer="bakery",
    currency="EUR",
    amount=12000,
    date=DAY - timedelta(days=25),
    due=DAY,
    numbers=("INV/2026/00031",),
    orders=("S00142", "000000723"),
)
SECOND = replace(
    FIRST, id=2, amount=5050, numbers=("INV/2026/00032",), orders=("S00143",)
)
OF_JEAN = replace(
    FIRST, id=3, customer="jean", amount=7700, numbers=("INV/2026/00045",), orders=()
)
ITEMS = (FIRST, SECOND, OF_JEAN)
LINE = Line(id="line", currency="EUR", amount=12000, date=DAY)


def item(number, amount, customer="bakery", **values):
    """Return one more item, the number of which tells it."""
    values = {"numbers": (f"INV/2026/{number:05}",), "orders": (), **values}
    return replace(FIRST, id=number, amount=amount, customer=customer, **values)


def match(amount, text="", items=ITEMS, customers=CUSTOMERS, more=None, **values):
    """Return the suggestions for a line.

    :param more: what else the matcher is told, such as the memory
    """
    line = replace(LINE, amount=amount, text=text, **values)
    return Matcher(items, customers, **(more or {})).match([line])["line"]


def best(*args, **values):
    """Return the best suggestion as (ids, kind, confidence, codes), () if none."""
    found = match(*args, **values)
    return brief(found[0]) if found else ()


def brief(suggestion):
    """Return a suggestion in short."""
    return (
        tuple(part.item for part in suggestion.parts),
        suggestion.kind,
        suggestion.confidence,
        {reason.code for reason in suggestion.reasons},
    )
