"""What the shop has written down: orders and their documents, customers."""

import copy
import json
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from ..serving.answers import RawJson, json_text
from .answers import internal_error, no_such_entity


class Shelf:
    """Documents of one kind by id.

    The JSON text of a document is kept once it was answered, until the document
    changes. Who takes a document out with ``shelf[id]`` may change it at any time, so
    its text is not kept any more.

    :param render: document → what REST shows of it
    """

    def __init__(self, render: Callable[[dict], dict], id_field: str = "entity_id"):
        self._render = render
        self._id_field = id_field
        self._documents: dict[int, dict] = {}
        self._texts: dict[int, RawJson] = {}
        self._lent: set[int] = set()
        self._of_order: dict[int, list[dict]] = defaultdict(list)
        self._odd: dict[int, RawJson] = {}
        self._broken: set[int] = set()

    def __len__(self) -> int:
        return len(self._documents)

    def __contains__(self, number: int) -> bool:
        return number in self._documents

    def __iter__(self) -> Iterator[dict]:
        return iter([self[number] for number in self._documents])

    def __getitem__(self, number: int) -> dict:
        document = self._documents[number]
        self._lent.add(number)
        self._texts.pop(number, None)
        return document

    def add(self, document: dict) -> dict:
        """Put a new document in."""
        self._documents[document[self._id_field]] = document
        if "order_id" in document:
            self._of_order[document["order_id"]].append(document)
        return document

    def remove(self, number: int) -> None:
        """Take a document out for good; its id is not used again."""
        del self._documents[number]
        self._texts.pop(number, None)

    def of_order(self, order_id: int) -> list[dict]:
        """Return the documents of one order, to be read only."""
        return list(self._of_order.get(order_id, ()))

    def find(self, number: int) -> dict:
        """Return the document for a request, or answer it with 404."""
        try:
            return self._documents[number]
        except KeyError:
            raise no_such_entity() from None

    def all(self) -> list[dict]:
        """Return all documents, to be read only."""
        return list(self._documents.values())

    def shown(self, document: dict) -> dict:
        """Return the document as REST shows it."""
        self._check(document)
        return self._render(document)

    def text(self, document: dict) -> RawJson:
        """Return the JSON text of the document as REST shows it."""
        number = document[self._id_field]
        self._check(document)
        if number in self._odd:
            return self._odd[number]
        text = self._texts.get(number)
        if text is None:
            text = RawJson(json_text(self._render(document)))
            if number not in self._lent:
                self._texts[number] = text
        return text

    def listed(self, document: dict) -> object:
        """Return the document as a list shows it that is trimmed to some fields."""
        self._check(document)
        odd = self._odd.get(document[self._id_field])
        if odd is not None:
            with suppress(ValueError):
                return json.loads(odd)
        return self.shown(document)

    def show_as(self, number: int, text: str) -> None:
        """Let a document be listed as some JSON: extensions and imports make odd ones.

        :param text: JSON, or what is none
        """
        self._odd[number] = RawJson(text)

    def break_(self, number: int) -> None:
        """Let Magento fail at a document whenever it is loaded, also in a list."""
        self._broken.add(number)

    def mend(self, number: int) -> None:
        """Let a document be as any other."""
        self._odd.pop(number, None)
        self._broken.discard(number)

    def _check(self, document: dict) -> None:
        if document[self._id_field] in self._broken:
            raise internal_error()

    def changed(self, document: dict) -> None:
        """Forget the text of a document that was changed."""
        self._texts.pop(document[self._id_field], None)

    def contents(self) -> tuple[dict, dict]:
        """Return all documents, by their ids and by their orders'."""
        return self._documents, self._of_order

    def fill(self, contents: tuple[dict, dict]) -> None:
        """Put in what another shelf had."""
        self._documents, self._of_order = contents

    def clear(self) -> None:
        """Remove all documents."""
        self._documents.clear()
        self._texts.clear()
        self._lent.clear()
        self._of_order.clear()
        self._odd.clear()
        self._broken.clear()


def visible(document: dict) -> dict:
    """Return the document without what only the simulator knows of it."""
    return {name: value for name, value in document.items() if name[0] != "_"}


# The names of a book's shelves
SHELVES = (
    "orders",
    "invoices",
    "shipments",
    "creditmemos",
    "transactions",
    "customers",
)


class Book:
    """All documents of the shop.

    :param clock: returns the time, in UTC
    :param render_order: order → what REST shows of it
    """

    def __init__(
        self, clock: Callable[[], datetime], render_order: Callable[[dict], dict]
    ):
        self.lock = threading.RLock()
        self.clock = clock
        self.orders = Shelf(render_order)
        self.invoices = Shelf(visible)
        self.shipments = Shelf(visible)
        self.creditmemos = Shelf(visible)
        self.transactions = Shelf(visible, "transaction_id")
        self.customers = Shelf(visible, "id")
        self._numbers: Counter[object] = Counter()

    def now(self) -> str:
        """Return the time as Magento writes it."""
        return self.clock().strftime("%Y-%m-%d %H:%M:%S")

    def next(self, kind: object) -> int:
        """Return the next id of this kind."""
        self._numbers[kind] += 1
        return self._numbers[kind]

    def reserve(self, kind: object, number: int) -> None:
        """Let the ids of this kind go on after one that came from elsewhere."""
        self._numbers[kind] = max(self._numbers[kind], number)

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Give the ids that are taken within back at the end."""
        numbers = self._numbers.copy()
        try:
            yield
        finally:
            self._numbers = numbers

    def next_increment(self, kind: str, store_id: int) -> str:
        """Return the next increment id: a sequence of its own for each store view."""
        prefix = str(store_id) if store_id > 1 else ""
        return f"{prefix}{self.next((kind, store_id)):09d}"

    @property
    def comments(self) -> list[dict]:
        """Return all comments of all documents, each with its ``kind`` and order."""
        found = []
        for order in self.orders.all():
            for comment in order["status_histories"]:
                found.append(
                    {"kind": "order", "order_id": order["entity_id"]} | comment
                )
        for kind in ("invoices", "shipments", "creditmemos"):
            for document in getattr(self, kind).all():
                for comment in document.get("comments", ()):
                    head = {"kind": kind[:-1], "order_id": document["order_id"]}
                    found.append(head | comment)
        return found

    def go_on_from(self, other: "Book") -> None:
        """Have all that another book has; what changes from now on changes in one."""
        shelves = {name: getattr(other, name).contents() for name in SHELVES}
        shelves, self._numbers = copy.deepcopy((shelves, other._numbers))
        for name, contents in shelves.items():
            getattr(self, name).fill(contents)

    def clear(self) -> None:
        """Forget everything, ids too."""
        for name in SHELVES:
            getattr(self, name).clear()
        self._numbers.clear()
