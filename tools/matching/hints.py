"""What a line says: references, numbers, and who may have paid it."""

from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass, field

from . import numbers, references
from .customers import Customers
from .index import Index
from .records import Item, Line, Reason

# What is written of an item, in full; the better one first
FULL = ("reference", "number", "order")
# Who pays, as good as a name
WHOLE = ("customer_known", "customer_iban", "customer_memory", "customer_name")
_CODES = (*FULL, "number_short")


@dataclass
class Hints:
    """What a line says of what it pays.

    :param named: item's id → the best reason to think that it is meant
    :param customers: customer → the best reason to think that he paid
    :param unknown: numbers like ours of which nothing is open
    """

    named: dict[Hashable, Reason] = field(default_factory=dict)
    customers: dict[Hashable, Reason] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def is_named(self, item: Item) -> bool:
        """Say whether the line names an item in full."""
        reason = self.named.get(item.id)
        return reason is not None and reason.code in FULL

    def note(self, item: Item, reason: Reason) -> None:
        """Keep a reason if it is better than what is known of the item."""
        known = self.named.get(item.id)
        if not known or _CODES.index(reason.code) < _CODES.index(known.code):
            self.named[item.id] = reason


def read(line: Line, index: Index, customers: Customers) -> Hints:
    """Return what a line says."""
    hints = Hints(customers=customers.find(line))
    if index.has_references:
        _read_references(line, index, hints)
    _read_numbers(line, index, hints)
    return hints


def _read_references(line: Line, index: Index, hints: Hints) -> None:
    for text in filter(None, (line.reference, line.text)):
        for key, written in references.written_in(text).items():
            checked = index.of_reference(key)
            for item in checked.items if checked else ():
                data = {"kind": checked.kind, "text": written}
                hints.note(item, Reason("reference", data))


def _read_numbers(line: Line, index: Index, hints: Hints) -> None:
    full, found, unknown = [], [], set()
    for written in _numbers(line):
        named = index.of_number(written.key)
        for item, is_full, is_order in named:
            if is_full and written.can_be_full:
                code = "order" if is_order else "number"
                full.append((item, code, written))
            else:
                found.append((item, "number_short", written))
        if not named and written.can_be_full and index.looks_like_ours(written.shape):
            unknown.add(written.text)
    whole = {written.text for _item, _code, written in full}
    hints.unknown = unknown - whole
    for item, code, written in (*full, *found):
        if not _is_end_of_any(written.text, whole | unknown):
            hints.note(item, Reason(code, {"text": written.text}))


def _numbers(line: Line) -> Iterator[numbers.Written]:
    for text in filter(None, (line.reference, line.text)):
        yield from numbers.written_in(text)


def _is_end_of_any(text: str, texts: Collection[str]) -> bool:
    """Say whether a number is but the end of another one, which says more."""
    return any(text != other and other.endswith(text) for other in texts)
