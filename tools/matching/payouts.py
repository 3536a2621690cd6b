"""What a payment provider pays out: many customers' payments, less his fees.

Providers pay out everything between two moments. So the payments of some whole days,
from the oldest that is still open, must add up to the line and no more than a fee; a
later line goes on where the one before it ended.
"""

from collections.abc import Hashable, Iterator, Sequence
from itertools import zip_longest

from .customers import iban_key, words
from .index import Index
from .records import Item, Line, Part, Payer, Reason, Suggestion
from .rules import Rules


class Payouts:
    """Finds what providers pay out."""

    def __init__(self, index: Index, providers: Sequence[Payer], rules: Rules) -> None:
        self._rules = rules
        self._names = [
            (found, payer.id) for payer in providers if (found := words(payer.name))
        ]
        self._ibans = {
            iban_key(iban): payer.id for payer in providers for iban in payer.ibans
        }
        self._open: dict[tuple, list[Item]] = {}
        for item in index.items.values():
            if item.provider is not None:
                key = item.provider, item.currency
                self._open.setdefault(key, []).append(item)
        for items in self._open.values():
            items.sort(key=lambda item: item.date)

    def find(self, lines: Sequence[Line]) -> dict[Hashable, list[Suggestion]]:
        """Return the suggestions for each line by which a provider pays out."""
        found = {}
        if self._open:
            for line in sorted(lines, key=lambda line: line.date):
                key = self._provider(line), line.currency
                if suggestions := self._suggest(line, self._open.get(key, ())):
                    found[line.id] = suggestions
                    if len(suggestions) == 1:
                        self._open[key] = self._open[key][len(suggestions[0].parts) :]
        return found

    def _provider(self, line: Line) -> Hashable | None:
        """Return the provider who pays a line, by his account or his name in it."""
        by_account = self._ibans.get(iban_key(line.iban))
        if by_account is not None or not self._names:
            return by_account
        written = words(f"{line.name} {line.text}")
        return next((payer for name, payer in self._names if name <= written), None)

    def _suggest(self, line: Line, items: Sequence[Item]) -> list[Suggestion]:
        """Return what may be paid out; several of them are all weak."""
        fitting = list(self._fitting(line, items))[: self._rules.best]
        confidence = "likely" if len(fitting) == 1 else "weak"
        suggestions = []
        for count, total in fitting:
            fee = total - line.amount
            data = {"count": count, "due": total, "paid": line.amount, "fee": fee}
            suggestions.append(
                Suggestion(
                    parts=tuple(Part(i.id, i.amount) for i in items[:count]),
                    kind="payout",
                    difference=-fee,
                    score=self._rules.points["payout"],
                    confidence="certain"
                    if not fee and len(fitting) == 1 < count
                    else confidence,
                    reasons=(Reason("payout", data),),
                )
            )
        return suggestions

    def _fitting(self, line: Line, items: Sequence[Item]) -> Iterator[tuple[int, int]]:
        """Yield how many of the oldest payments fit, and their sum.

        They end with a day.
        """
        count = total = 0
        for item, after in zip_longest(items, items[1:]):
            if item.date > line.date or count > self._rules.payout_items:
                return
            count, total = count + 1, total + item.amount
            is_end_of_day = after is None or after.date != item.date
            fee = total - line.amount
            if is_end_of_day and 0 <= fee <= self._most_fee(total, count):
                yield count, total

    def _most_fee(self, total: int, count: int) -> int:
        rules = self._rules
        return abs(total) * rules.payout_share // 1000 + count * rules.payout_each
