"""The best suggestions for each line, and how sure they are."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace

from .amounts import EXPLAINED
from .candidates import Candidates
from .customers import Customers
from .hints import FULL, read
from .index import Index
from .payouts import Payouts
from .records import Item, Line, Payer, Reason, Suggestion
from .rules import Rules
from .scoring import Scored, Scoring

NO_MEMORY: Mapping[str, Hashable] = {}


class Matcher:
    """Suggests what bank lines pay.

    :param items: all that is open
    :param customers: whose they are
    :param memory: key of a counterparty (`customers.counterparty_key`) → customer
    :param providers: payment providers who pay out what many customers paid
    :param rules: the measures
    """

    def __init__(
        self,
        items: Iterable[Item],
        customers: Iterable[Payer] = (),
        memory: Mapping[str, Hashable] = NO_MEMORY,
        providers: Sequence[Payer] = (),
        rules: Rules | None = None,
    ) -> None:
        self._rules = rules or Rules()
        self._index = Index(items, self._rules)
        self._customers = Customers(customers, memory)
        self._candidates = Candidates(self._index, self._rules)
        self._scoring = Scoring(self._index, self._rules)
        self._payouts = Payouts(self._index, providers, self._rules)

    def match(self, lines: Sequence[Line]) -> dict[Hashable, list[Suggestion]]:
        """Return at most three suggestions for each line, the best first."""
        found = self._payouts.find(lines)
        for line in lines:
            if line.id not in found:
                found[line.id] = self._suggest(line)
        _settle_claims(lines, found)
        return found

    def _suggest(self, line: Line) -> list[Suggestion]:
        if not line.amount:
            return []
        hints = read(line, self._index, self._customers)
        scored = [
            self._scoring.weigh(line, hints, candidate)
            for candidate in self._candidates.find(line, hints)
        ]
        scored = [each for each in scored if each.score >= self._rules.weak]
        scored.sort(key=_rank)
        return [self._judge(each, scored) for each in scored[: self._rules.best]]

    def _judge(self, scored: Scored, rivals: Sequence[Scored]) -> Suggestion:
        explanation = scored.candidate.explanation
        return Suggestion(
            parts=explanation.parts,
            kind=explanation.kind,
            difference=explanation.difference,
            score=scored.score,
            confidence=self._confidence(scored, rivals),
            reasons=(*scored.reasons, *scored.doubts),
        )

    def _confidence(self, scored: Scored, rivals: Sequence[Scored]) -> str:
        rules = self._rules
        is_ahead = all(
            scored.score - rival.score >= rules.lead
            for rival in rivals
            if rival is not scored and not _is_later(rival, scored)
        )
        if (
            scored.score >= rules.certain
            and scored.is_explained
            and not scored.doubts
            and is_ahead
        ):
            return "certain"
        return "likely" if scored.score >= rules.likely else "weak"


def _rank(scored: Scored) -> tuple:
    """Order by points; of equals the one that explains more, then the oldest."""
    oldest = min((item.due, item.date) for item in scored.items)
    return -scored.score, not scored.is_explained, oldest


def _is_later(rival: Scored, scored: Scored) -> bool:
    """Say whether something else is only a later instalment of the same document."""
    if len(rival.items) > 1 or len(scored.items) > 1:
        return False
    one, other = rival.items[0], scored.items[0]
    return (
        one.numbers == other.numbers
        and one.customer == other.customer
        and one.amount == other.amount
        and one.due > other.due
        and bool(one.numbers)
    )


def _settle_claims(
    lines: Sequence[Line], found: dict[Hashable, list[Suggestion]]
) -> None:
    """Leave an item certain for one line only: of those that name it the first one.

    Whoever pays twice has paid what is open with the first payment, however sure that
    one is.
    """
    claims = [
        (not _is_named(best), line.date, -best.score, place)
        for place, line in enumerate(lines)
        if found[line.id] and _is_claim(best := found[line.id][0])
    ]
    taken: dict[Hashable, Hashable] = {}
    for *_order, place in sorted(claims):
        line_id = lines[place].id
        best = found[line_id][0]
        other = next((taken[p.item] for p in best.parts if p.item in taken), None)
        if other is None:
            taken.update((part.item, line_id) for part in best.parts)
            continue
        reasons = (*best.reasons, Reason("also_for", {"line": other}))
        confidence = "likely" if best.is_certain else best.confidence
        found[line_id][0] = replace(best, confidence=confidence, reasons=reasons)


def _is_claim(suggestion: Suggestion) -> bool:
    """Say whether a line has a right to what it pays before later ones."""
    is_explained = suggestion.kind in EXPLAINED
    return suggestion.is_certain or (is_explained and _is_named(suggestion))


def _is_named(suggestion: Suggestion) -> bool:
    """Say whether the line names what it pays."""
    return any(reason.code in FULL for reason in suggestion.reasons)
