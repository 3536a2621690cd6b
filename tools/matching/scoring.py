"""Points for what speaks for a candidate, and doubts that keep it from being certain.

A doubt is a reason without which the points would be enough, such as a number that
names something else.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from . import numbers, sums
from .candidates import Candidate
from .hints import FULL, WHOLE, Hints
from .index import Index
from .records import Item, Line, Reason
from .rules import Rules


@dataclass
class Scored:
    """A candidate with what speaks for and against it."""

    candidate: Candidate
    reasons: list[Reason] = field(default_factory=list)
    doubts: list[Reason] = field(default_factory=list)
    score: int = 0

    @property
    def items(self) -> tuple[Item, ...]:
        """Return the items that would be settled."""
        return self.candidate.items

    @property
    def is_explained(self) -> bool:
        """Say whether the line's amount is explained to the cent."""
        return self.candidate.explanation.is_exact


class Scoring:
    """Weighs what speaks for a candidate."""

    def __init__(self, index: Index, rules: Rules) -> None:
        self._index = index
        self._rules = rules

    def weigh(self, line: Line, hints: Hints, candidate: Candidate) -> Scored:
        """Return a candidate with its points, reasons and doubts."""
        scored = Scored(candidate)
        named = self._written(hints, scored)
        payer = self._payer(hints, scored)
        self._amount(line, scored)
        self._alone(line, hints, payer, scored)
        self._against(line, hints, scored, named, payer)
        points = self._rules.points
        reasons = [*scored.reasons, *scored.doubts]
        scored.score = sum(points.get(reason.code, 0) for reason in reasons)
        return scored

    def _written(self, hints: Hints, scored: Scored) -> str:
        """Note what of the items is written; return how well the best of all is.

        Where all are written, the others may be in short: "INV/2026/00031 and 32".
        """
        reasons = [hints.named.get(item.id) for item in scored.items]
        found = [reason for reason in reasons if reason]
        if not found:
            return ""
        if len(found) < len(reasons):
            scored.reasons.append(Reason("some_named", found[0].data))
            return "some_named"
        points = self._rules.points
        best = max(found, key=lambda reason: points.get(reason.code, 0))
        texts = ", ".join(dict.fromkeys(str(reason.data["text"]) for reason in found))
        scored.reasons.append(Reason(best.code, {**best.data, "text": texts}))
        return best.code

    def _payer(self, hints: Hints, scored: Scored) -> str:
        """Note who pays, and whether that is somebody else; return the former."""
        customer = sums.same_for_all(scored.items)
        reason = hints.customers.get(customer)
        if reason:
            scored.reasons.append(reason)
            return reason.code
        others = [r for r in hints.customers.values() if r.code in WHOLE]
        if others and not _is_checked(scored):
            scored.doubts.append(Reason("other_customer", others[0].data))
        return ""

    def _amount(self, line: Line, scored: Scored) -> None:
        explanation = scored.candidate.explanation
        data = {
            "paid": line.amount,
            "due": sum(item.amount for item in scored.items),
            "count": len(scored.items),
        }
        scored.reasons.append(Reason(explanation.kind, data))
        days = timedelta(days=self._rules.days)
        if explanation.kind == "discount" or all(
            abs(line.date - item.due) <= days for item in scored.items
        ):
            scored.reasons.append(Reason("timely"))

    def _alone(self, line: Line, hints: Hints, payer: str, scored: Scored) -> None:
        """Note that nothing else has this amount, and who pays owes nothing else."""
        if not payer or scored.candidate.explanation.kind != "exact":
            return
        item = scored.items[0]
        if len(self._index.of_amount(line.currency, line.amount)) == 1:
            scored.reasons.append(Reason("only_amount"))
        if len(self._index.of_customer(item.customer, line.currency)) == 1:
            scored.reasons.append(Reason("only_item"))

    def _against(
        self, line: Line, hints: Hints, scored: Scored, named: str, payer: str
    ) -> None:
        """Note what does not fit."""
        chosen = {item.id for item in scored.items}
        others = [
            item
            for item in map(self._index.items.get, hints.named)
            if item.id not in chosen and hints.is_named(item)
        ]
        if others and not self._are_alternatives(others, scored):
            texts = [hints.named[item.id].data["text"] for item in others[:3]]
            scored.doubts.append(Reason("names_another", {"text": ", ".join(texts)}))
        is_named = named in FULL
        if hints.unknown and not is_named:
            self._misspelt(hints, scored)
        if not is_named and any(item.date > line.date for item in scored.items):
            scored.doubts.append(Reason("later"))
        if named != "reference" and not payer and self._is_common(line, scored):
            scored.doubts.append(Reason("amount_common"))

    def _misspelt(self, hints: Hints, scored: Scored) -> None:
        """Note a number that is nothing open's: two digits swapped, or another's."""
        for text in sorted(hints.unknown):
            for item in scored.items:
                if any(numbers.is_swapped(text, number) for number in item.numbers):
                    scored.reasons.append(Reason("number_swapped", {"text": text}))
                    return
        text = min(hints.unknown)
        scored.doubts.append(Reason("names_unknown", {"text": text}))

    def _are_alternatives(self, others: list[Item], scored: Scored) -> bool:
        """Say whether others are of the same document, or have the same reference."""
        own = {name for item in scored.items for name in _names(item)}
        return all(own.intersection(_names(item)) for item in others)

    def _is_common(self, line: Line, scored: Scored) -> bool:
        """Say whether another customer has this amount open, too."""
        if len(scored.items) > 1:
            return False
        same = self._index.of_amount(line.currency, line.amount)
        return any(item.customer != scored.items[0].customer for item in same)


def _names(item: Item) -> list[str]:
    return [name for name in (*item.numbers, item.reference) if name]


def _is_checked(scored: Scored) -> bool:
    """Say whether a reference with check digits names it."""
    return any(reason.code == "reference" for reason in scored.reasons)
