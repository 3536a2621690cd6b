"""What a line may pay, and how its amount is explained by that."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from . import amounts, sums
from .amounts import Explanation
from .hints import WHOLE, Hints
from .index import Index
from .records import Item, Line
from .rules import Rules

# Of whom an amount that fits nothing may be a part: his account says who he is.
_IDENTIFIED = ("customer_known", "customer_iban", "customer_memory")


@dataclass(frozen=True)
class Candidate:
    """Items that a line may pay."""

    items: tuple[Item, ...]
    explanation: Explanation


class Candidates:
    """Finds what a line may pay."""

    def __init__(self, index: Index, rules: Rules) -> None:
        self._index = index
        self._rules = rules

    def find(self, line: Line, hints: Hints) -> list[Candidate]:
        """Return everything that the line may pay."""
        found = list(self._single(line, hints))
        if not any(
            candidate.explanation.is_exact and hints.is_named(candidate.items[0])
            for candidate in found
        ):
            found += self._several(line, hints)
        by_items: dict[frozenset, Candidate] = {}
        for candidate in found:
            ids = frozenset(item.id for item in candidate.items)
            by_items.setdefault(ids, candidate)
        return list(by_items.values())

    def _single(self, line: Line, hints: Hints) -> Iterator[Candidate]:
        """Yield single items: named, of who pays, or of just this amount."""
        for item in self._named(line, hints):
            explanation = amounts.explain(line, item, self._rules)
            is_meant = hints.is_named(item) or item.customer in hints.customers
            if explanation and (is_meant or _says_something(explanation)):
                yield Candidate((item,), explanation)
        for customer, reason in hints.customers.items():
            owned = self._owned(customer, line)
            is_only = len(owned) == 1 and reason.code in _IDENTIFIED
            exact = self._index.of_both(customer, line.currency, line.amount)
            for item in (*exact[: self._rules.best], *owned):
                explanation = amounts.explain(line, item, self._rules)
                if explanation and (is_only or _says_something(explanation)):
                    yield Candidate((item,), explanation)
        same = self._index.of_amount(line.currency, line.amount)
        if len(same) <= self._rules.same_amount:
            for item in same:
                yield Candidate((item,), amounts.explain(line, item, self._rules))

    def _several(self, line: Line, hints: Hints) -> Iterator[Candidate]:
        """Yield items that add up to the amount: named together, or of who pays."""
        for group in self._groups(line, hints):
            if len(group) > 1 and (found := sums.explain(line, group, "sum_named")):
                yield Candidate(tuple(group), found)
        named = self._named(line, hints)
        payers = [payer for payer, why in hints.customers.items() if why.code in WHOLE]
        customers = dict.fromkeys([*payers, *(item.customer for item in named)])
        for customer in list(customers)[: self._rules.common]:
            yield from self._of_customer(line, hints, self._owned(customer, line))

    def _groups(self, line: Line, hints: Hints) -> Iterator[list[Item]]:
        """Yield what is named together: all of it, or one customer's alone."""
        named = self._named(line, hints)
        full = [item for item in named if hints.is_named(item)]
        yield full
        by_customer = defaultdict(list)
        for item in named:
            by_customer[item.customer].append(item)
        for group in by_customer.values():
            if len(group) != len(full):
                full_ones = [item for item in group if hints.is_named(item)]
                yield full_ones
            yield group

    def _of_customer(
        self, line: Line, hints: Hints, owned: list[Item]
    ) -> Iterator[Candidate]:
        if len(owned) < 2:
            return
        if found := sums.explain(line, owned, "balance"):
            yield Candidate(tuple(owned), found)
        elif count := sums.prefixes(owned).get(line.amount):
            oldest = owned[:count]
            yield Candidate(tuple(oldest), sums.explain(line, oldest, "sum"))
        else:
            pool = sorted(owned, key=lambda item: item.id not in hints.named)
            some = sums.the_only_subset(pool, line.amount, self._rules.sum_items)
            if some:
                yield Candidate(some, sums.explain(line, some, "sum"))

    def _owned(self, customer: Hashable, line: Line) -> list[Item]:
        owned = self._index.of_customer(customer, line.currency)
        return list(owned[: self._rules.customer_items])

    def _named(self, line: Line, hints: Hints) -> list[Item]:
        items: Iterable[Item] = (self._index.items[each] for each in hints.named)
        most = self._rules.customer_items
        return [item for item in items if item.currency == line.currency][:most]


def _says_something(explanation: Explanation) -> bool:
    return explanation.is_exact or explanation.kind in ("discount_late", "charges")
