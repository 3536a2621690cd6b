"""Whether what a model says may stand under a firm's name."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .numerals import find_numeral

LONGEST_NOTE = 400
_LONGEST_CONCERN = 200
_MOST_CONCERNS = 5
_KEYS = {"note", "concerns"}
_LINK = re.compile(
    r"\bwww\b|@|[^\W_]+[.\u3002][^\W\d_]{2,}"
    r"|[^\W\d_]{2,}:\S+"  # https:, data:, tel:
    r"|\b\w+\W+(?:dot|punkt|point|punto|ponto|punt)\W+(?:com|net|org|info|io|fr|eu)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[<>`|{}\\]|&#?\w+;|\][(\[]|\*\*|__|^\s*#", re.MULTILINE)
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
# Letters that look like others, and are no accented ones; also those of Cyrillic and
# Greek, which a name may have that the model was told
_LOOKALIKES = {
    **str.maketrans("ıøłđħŧ", "ioldht"),
    **str.maketrans("авгекмнорстухѕіјһԁӏ", "abrekmhopctyxsijhdl"),  # noqa: RUF001
    **str.maketrans("αβεικνορτυχω", "abeikvoptuxw"),  # noqa: RUF001
}
# Between letters that stand one by one
_SPREAD = re.compile(r"\b([^\W\d_])[\W_]+(?=[^\W\d_]\b)")
# The last letter of Europe's languages, and where Vietnamese ones are
_LAST_LETTER, _MORE_LETTERS = "\u024f", ("\u1e00", "\u1eff")
# What stands within words without parting them
_JOINTS = re.compile(r"[\-\u2010-\u2015\u00b7'\u2019_*.]")


@dataclass(frozen=True)
class Draft:
    """A note that may be used.

    :param text: plain text in one line
    :param concerns: what the model finds unusual in the terms, plain text each
    """

    text: str
    concerns: tuple[str, ...] = ()


class Refusal(Exception):
    """An answer that is not used.

    :param code: ``not_json``, ``empty``, ``too_long``, ``characters``, ``markup``,
        ``link``, ``figures`` or ``promise``
    :param detail: the part that is not wanted, "" if it is none
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def read_draft(content: str, facts: dict[str, Any], words: Iterable[str]) -> Draft:
    """Return the note that an answer has.

    :param content: the answer
    :param facts: what the model was told; the names of goods are in "delivered"
    :param words: by which a note promises something, see :mod:`.promises`
    :raise Refusal: it may not be used
    """
    note, concerns = _read_json(content)
    known = _to_text(facts)
    # Conditions have numbers that are none of what was delivered
    told = _to_text({name: each for name, each in facts.items() if name != "terms"})
    text = _normalise(note).strip()
    # First of all: what is looked for in a text takes its time
    if len(text) > LONGEST_NOTE:
        raise Refusal("too_long", str(len(text)))
    for code, found in (
        ("characters", _find_odd(text, known)),
        ("markup", _find(_MARKUP, text)),
        ("link", _find(_LINK, text)),
        ("figures", _find_figure(text, told)),
        ("promise", _find_promise(_without_goods(text, facts), words)),
        ("figures", _find_numeral(text, told)),
    ):
        if found:
            raise Refusal(code, found)
    text = " ".join(text.split())
    if not _WORD.search(text):
        raise Refusal("empty")
    # Of terms that it was not told it knows nothing
    return Draft(text, tuple(_clean_concerns(concerns if "terms" in facts else [])))


def _read_json(content: str) -> tuple[str, list[str]]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise Refusal("not_json") from None
    if not isinstance(found, dict) or not found.keys() <= _KEYS:
        raise Refusal("not_json")
    note, concerns = found.get("note"), found.get("concerns")
    concerns = [] if concerns is None else concerns
    is_list = isinstance(concerns, list)
    if not isinstance(note, str) or not is_list:
        raise Refusal("not_json")
    if not all(isinstance(each, str) for each in concerns):
        raise Refusal("not_json")
    return note, concerns


def _to_text(facts: dict[str, Any]) -> str:
    return _normalise(json.dumps(facts, ensure_ascii=False))


def _normalise(text: str) -> str:
    """Return a text in which what looks alike is the same, such as ½ and 1⁄2."""
    return unicodedata.normalize("NFKC", text)


def _find(pattern: re.Pattern, text: str) -> str:
    found = pattern.search(text)
    return found[0].strip() if found else ""


def _find_odd(text: str, known: str) -> str:
    """Return the name of a character that no plain text has, "" if there is none.

    Letters are Latin, or stand in what the model was told.
    """
    for each in text:
        if not _is_plain(each) and (each not in known or not each.isprintable()):
            return f"U+{ord(each):04X}"
    return ""


def _is_plain(character: str) -> bool:
    if character in "\n ":
        return True
    kind = unicodedata.category(character)
    if kind[0] == "L":
        first, last = _MORE_LETTERS
        is_usual = character <= _LAST_LETTER or first <= character <= last
        return is_usual and "LATIN" in unicodedata.name(character, "")
    return kind[0] == "P" or kind in ("Nd", "Sc", "Sm", "Zs")


def _find_figure(text: str, known: str) -> str:
    """Return an amount, or a number that nobody told the model, or ""."""
    for each in text:
        if each in "%‰" or unicodedata.category(each) == "Sc":
            return each
    told = _find_numbers(known)
    numbers = _NUMBER.findall(text)
    return next((each for each in numbers if _to_number(each) not in told), "")


def _find_numeral(text: str, known: str) -> str:
    """Return a number in words that nobody told the model, or ""."""
    told = {*_find_numbers(known), *_WORD.findall(_to_plain(known))}
    return find_numeral(_WORD.findall(_to_plain(text)), told)


def _find_numbers(text: str) -> set[str]:
    return set(map(_to_number, _NUMBER.findall(text)))


def _to_number(digits: str) -> str:
    """Return what tells numbers apart, in whatever digits and with zeros ahead."""
    plain = "".join(str(unicodedata.digit(each)) for each in digits)
    return plain.lstrip("0") or "0"


def _without_goods(text: str, facts: dict[str, Any]) -> str:
    """Return a text without the names of what was delivered, which promise nothing."""
    names = [_normalise(each["name"]) for each in facts.get("delivered", ())]
    for name in sorted(filter(None, names), key=len, reverse=True):
        # As whole words, one or many: goods that are called “e” are no part of “free”
        whole = rf"(?<!\w){re.escape(name)}(?:e?[sn])?(?!\w)"
        text = re.sub(whole, " ", text, flags=re.IGNORECASE)
    return text


def _to_plain(text: str) -> str:
    """Return a text in small letters without accents."""
    letters = unicodedata.normalize("NFD", text.casefold()).translate(_LOOKALIKES)
    return "".join(each for each in letters if not unicodedata.combining(each))


def _find_promise(text: str, words: Iterable[str]) -> str:
    """Return the first of some words that stands in a text, "" if none does."""
    plain = _to_plain(text)
    joined = _JOINTS.sub("", plain)
    variants = [
        f" {' '.join(_WORD.findall(each))} "
        for each in (plain, joined, _SPREAD.sub(r"\1", plain))
    ]
    for word in words:
        looked_for = f" {word.removesuffix('*')}" + ("" if word.endswith("*") else " ")
        if any(looked_for in each for each in variants):
            return word
    return ""


def _clean_concerns(concerns: list[str]) -> Iterator[str]:
    """Yield what is to be shown of concerns, as plain text in one line each."""
    for concern in concerns[:_MOST_CONCERNS]:
        printable = (each if each.isprintable() else " " for each in concern)
        if text := " ".join("".join(printable).split()):
            yield text[:_LONGEST_CONCERN]
