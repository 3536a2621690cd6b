"""Who pays: by what banks tell of him, and by what people confirmed before."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping

from ..text.names import distinctive_words, firm_key
from .numbers import fold
from .records import Line, Payer, Reason

# Words that stand with names and are none
_TITLES = frozenset(
    "m mr mme mrs ms mlle monsieur madame herr frau hr fr dr et ou und oder and or von"
    " van de der la le les the en ou y e".split()
)
_LONGEST_NAME = 140
_LONGEST_SHOWN = 70
_MOST_WORDS = 40
# A word in more names than this is no help in finding one.
_COMMON = 300
# What is shared with more people than this says nothing.
_RARE = 25
_SHORTEST_WORD = 5
_MOST_FOUND = 8
_NO_ALNUM = re.compile("[^0-9A-Z]")


def counterparty_key(name: str, iban: str) -> str:
    """Return under what a payer is remembered: his account, else his name."""
    key = iban_key(iban) or firm_key(name[:_LONGEST_NAME])
    return key[:_LONGEST_NAME]


def iban_key(iban: str) -> str:
    """Return an account's number as it is compared."""
    return _NO_ALNUM.sub("", fold(iban[:_LONGEST_NAME]))


class Customers:
    """Finds who may have paid a line.

    :param payers: all who may
    :param memory: key of a counterparty → customer, as people confirmed it
    """

    def __init__(self, payers: Iterable[Payer], memory: Mapping[str, Hashable]) -> None:
        self._memory = memory
        self._by_iban: dict[str, list] = defaultdict(list)
        self._words: dict[Hashable, frozenset[str]] = {}
        self._by_words: dict[frozenset[str], list] = defaultdict(list)
        self._by_word: dict[str, list] = defaultdict(list)
        for payer in payers:
            for iban in filter(None, map(iban_key, payer.ibans)):
                self._by_iban[iban].append(payer.id)
            if own := words(payer.name):
                self._words[payer.id] = own
                self._by_words[own].append(payer.id)
                for word in own:
                    self._by_word[word].append(payer.id)

    def find(self, line: Line) -> dict[Hashable, Reason]:
        """Return who may have paid, each with the best reason to think so."""
        found = {}
        if line.customer is not None:
            found[line.customer] = Reason("customer_known")
        for payer in self._by_iban.get(iban_key(line.iban), ())[:_MOST_FOUND]:
            found.setdefault(
                payer, Reason("customer_iban", {"iban": line.iban[:_LONGEST_SHOWN]})
            )
        remembered = self._memory.get(counterparty_key(line.name, line.iban))
        if remembered is not None:
            found.setdefault(remembered, Reason("customer_memory"))
        name = (line.name or line.text)[:_LONGEST_SHOWN]
        for payer, is_whole in self._by_name(line):
            code = "customer_name" if is_whole else "customer_name_part"
            found.setdefault(payer, Reason(code, {"name": name}))
        return found

    def _by_name(self, line: Line) -> list[tuple[Hashable, bool]]:
        """Return those whose name is there, whole or in part."""
        name = words(line.name)
        if same := self._by_words.get(name):
            return [(payer, True) for payer in same[:_MOST_FOUND]]
        written = name or words(line.text)
        whole, part = set(), set()
        for word in written:
            payers = self._by_word.get(word, ())
            if len(payers) > _COMMON:
                continue
            for payer in payers:
                own = self._words[payer]
                if len(own) > 1 and own <= written:
                    whole.add(payer)
                elif len(payers) <= _RARE and len(word) >= _SHORTEST_WORD:
                    if name or len(own & written) > 1:
                        part.add(payer)
        most = max((len(self._words[payer]) for payer in whole), default=0)
        best = [payer for payer in whole if len(self._words[payer]) == most]
        found = [(payer, True) for payer in best]
        found += [(payer, False) for payer in part.difference(best)]
        return found if len(found) <= _RARE else []


def words(text: str) -> frozenset[str]:
    """Return the words that tell a name from others."""
    found = distinctive_words(text[: 4 * _LONGEST_NAME])
    return frozenset([word for word in found if word not in _TITLES][:_MOST_WORDS])
