"""When two names of a customer or product are the same, and when nearly so."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from heapq import nlargest
from itertools import chain, filterfalse
from typing import TypeVar

Id = TypeVar("Id")

# Letters that Unicode does not take apart into a plain letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_LEGAL_FORMS = frozenset(
    "sarl sas sasu sa scop scic eurl sci snc gmbh mbh ag kg ohg ug ev eg ltd llc llp"
    " plc inc corp co cie bv nv vof srl spa sl slu scoop coop asbl sprl sro spol as"
    " vos zs oy ab aps kft doo sp zoo".split()
)
_PUNCTUATION = re.compile(r"[\W_]+")
# "s r o": what is left of "s. r. o.", "S.R.O." and the like.
_INITIALS = re.compile(r"\b(\w) (?=\w\b)")
# Share of common trigrams (Dice). Found by trying: legal forms, typing errors and
# plurals stay above, two shops of the same trade stay below.
_SIMILAR = 0.7
# A name with less than this share of its own trigrams in common cannot reach that.
_LEAST_SHARE = _SIMILAR / (2 - _SIMILAR)
_MOST_PER_NAME = 3


def name_key(text: str) -> str:
    """Return the form under which two names are equal.

    Spaces, case and accents make no difference; every other character does.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    letters = filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", folded))
    return " ".join("".join(letters).split())


def firm_key(text: str | None) -> str:
    """Return the form under which two names of firms are equal.

    Neither case nor accents, spaces and punctuation make a difference: "S.A.R.L." is
    "SARL".
    """
    return _PUNCTUATION.sub("", name_key(text or ""))


def is_same_vat(one: str | None, other: str | None) -> bool:
    """Say whether two VAT numbers are one, with or without the country before it."""
    keys = sorted(map(firm_key, (one, other)), key=len)
    if not all(keys):
        return False
    shorter, longer = keys
    country, number = longer[:2], longer[2:]
    return shorter == longer or (country.isalpha() and shorter == number)


def similar_names(
    wanted: Collection[str], candidates: Iterable[tuple[Id, str]]
) -> dict[str, list[Id]]:
    """Return the ids of at most three candidates like each wanted name, best first.

    Names are alike when they share most of their words' trigrams; punctuation and
    legal forms do not count. The time taken grows with the number of candidates only.

    :param candidates: (id, name) of all that may be meant
    :return: every wanted name, with an empty list where nothing is like it
    """
    trigrams_of = {name: _trigrams(name) for name in wanted}
    names_with = defaultdict(list)
    for name, trigrams in trigrams_of.items():
        for trigram in trigrams:
            names_with[trigram].append(name)
    known = names_with.keys()
    scores: dict[str, list[tuple[float, Id]]] = {name: [] for name in wanted}
    for candidate, text in candidates:
        trigrams = _trigrams(text)
        shared = known & trigrams
        least = len(trigrams) * _LEAST_SHARE
        if len(shared) < least:
            continue
        common = Counter(chain.from_iterable(map(names_with.get, shared)))
        for name, count in common.items():
            if count < least:
                continue
            score = 2 * count / (len(trigrams) + len(trigrams_of[name]))
            if score >= _SIMILAR:
                scores[name].append((score, candidate))
    return {
        name: [
            candidate
            for _, candidate in nlargest(_MOST_PER_NAME, found, key=lambda x: x[0])
        ]
        for name, found in scores.items()
    }


def _trigrams(name: str) -> set[str]:
    """Return the three-letter pieces of the name's words, their beginnings included."""
    return set().union(*map(_word_trigrams, distinctive_words(name)))


@lru_cache(maxsize=20_000)
def _word_trigrams(word: str) -> frozenset[str]:
    """Return a word's trigrams; names are made of the same few thousand words."""
    padded = f"  {word} "
    return frozenset(map("".join, zip(padded, padded[1:], padded[2:], strict=False)))


def distinctive_words(name: str) -> list[str]:
    """Return the words without legal forms, or all of them if there are no others."""
    text = _PUNCTUATION.sub(" ", name_key(name))
    words = _INITIALS.sub(r"\1", text).split()
    return [word for word in words if word not in _LEGAL_FORMS] or words
