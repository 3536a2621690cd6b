"""What CoopCycle writes into an invoice line's label and an invoice's id."""

import hashlib
import re

# (Order #A12), (Commande #A12), (Pedido #A12) and, should CoopCycle learn another
# language, any word. Czech has no "#", and spreadsheets lose its accents.
_ORDER = re.compile(
    r"\s*(?:[^\s#]+\s?#|Objedn\S{1,3}vka\s\S{1,3}\.)\s*(?P<number>\S+)\s*"
)
# The export's request id, a dash, the beginning of the SHA-256 of the store's id.
_EXTERNAL_ID = re.compile(r".+-(?P<store>[0-9a-f]{7})")


def order_number(label: str) -> str | None:
    """Return the order's number, which the label's last parenthesis holds.

    Names of places come before it and may hold parentheses of their own.
    """
    _, opened, ending = label.rpartition("(")
    inside, closed, _ = ending.partition(")")
    if not (opened and closed):
        return None
    match = _ORDER.fullmatch(inside)
    return match["number"] if match else None


def store_hash(external_id: str) -> str | None:
    """Return the seven digits that stand for the store, the same in every export."""
    match = _EXTERNAL_ID.fullmatch(external_id)
    return match["store"] if match else None


def hash_of_store(store_id: int) -> str:
    """Return the seven digits that stand for the store of this id."""
    return hashlib.sha256(str(store_id).encode()).hexdigest()[:7]
