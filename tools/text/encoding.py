"""Bytes to text: which encoding a spreadsheet saved the file in."""

import codecs
import re
from collections.abc import Collection

# Python's names of those that spreadsheets offer in Europe. A byte order mark is no
# encoding of its own: it is dropped.
ENCODINGS = (
    "utf-8",
    "utf-16-le",
    "utf-16-be",
    "cp1252",
    "cp1250",
    "iso-8859-15",
    "iso-8859-2",
    "mac-roman",
)
# Stands in the text for what cannot be read. Unicode sets this character apart as one
# that no text contains.
DAMAGED = "\uffff"
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]{2,}")
_IN_EUROPE = re.compile(r"[\u00a0-\u017f\u2013-\u2026\u20ac]")

_UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# Any bytes are a text in these: only words that such files hold tell them apart.
_SINGLE_BYTE = ("cp1252", "cp1250", "iso-8859-2", "mac-roman")


def detect_encoding(content: bytes, words: Collection[str] = ()) -> str:
    """Return the most likely one of ENCODINGS; cp1252 where nothing tells.

    :param words: with letters beyond ASCII, such as files of this kind hold
    """
    return (
        _detect_utf16(content)
        or ("utf-8" if _is_mostly_readable(content, "utf-8") else None)
        or _detect_by_words(content, words)
    )


def decode(content: bytes, encoding: str) -> str:
    """Return the text without its byte order mark; DAMAGED where it is unreadable."""
    text = content.decode(encoding, errors=_on_error(encoding))
    return _CONTROLS.sub(DAMAGED, text.removeprefix("\ufeff"))


def fits(content: bytes, encoding: str) -> bool:
    """Return whether the content makes sense in this encoding."""
    utf16 = _detect_utf16(content)
    if utf16 or encoding.startswith("utf-16"):
        return encoding == utf16
    return _is_mostly_readable(content, encoding)


def is_garbled(text: str) -> bool:
    """Say whether a text was read in another encoding than it was written in.

    "é" becomes "Ã©" where UTF-8 was read as Windows-1252, and saved so.
    """
    return "\ufffd" in text or any(map(_is_one_letter, _BEYOND_ASCII.findall(text)))


def _is_one_letter(letters: str) -> bool:
    """Say whether some letters are the bytes of one letter of Europe in UTF-8."""
    for encoding in _SINGLE_BYTE:
        for start in range(len(letters) - 1):
            for length in (2, 3):
                part = letters[start : start + length]
                # Such as "Ş" after "Ă", which are Romanian capitals
                if encoding != "cp1252" and part[1:].isalpha():
                    continue
                try:
                    found = part.encode(encoding, errors="strict").decode("utf-8")
                except UnicodeError:
                    continue
                if len(found) == 1 and _IN_EUROPE.fullmatch(found):
                    return True
    return False


def _detect_utf16(content: bytes) -> str | None:
    """Recognise UTF-16 by its mark, or because it makes half of an ASCII text NUL."""
    for mark, encoding in _UTF16_MARKS.items():
        if content.startswith(mark):
            return encoding
    even, odd = content[0::2].count(0), content[1::2].count(0)
    if odd * 6 > len(content) and odd > even * 10:
        return "utf-16-le"
    if even * 6 > len(content) and even > odd * 10:
        return "utf-16-be"
    return None


def _is_mostly_readable(content: bytes, encoding: str) -> bool:
    """Return whether few characters beyond ASCII are damaged.

    A few are the file's fault, more of them than sound ones are the encoding's.
    """
    text = content.decode(encoding, errors=_on_error(encoding))
    damaged = text.count(DAMAGED)
    return not damaged or damaged < _count_beyond_ascii(text) - damaged


def _detect_by_words(content: bytes, words: Collection[str]) -> str:
    def known_words(encoding: str) -> int:
        return sum(word.encode(encoding, errors="replace") in content for word in words)

    return max(_SINGLE_BYTE, key=known_words)


def _count_beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", errors="ignore"))


def _on_error(encoding: str) -> str:
    return _DAMAGED_HANDLER if encoding.startswith("utf") else _LATIN_HANDLER


def _mark_damaged(error: UnicodeError) -> tuple[str, int]:
    return DAMAGED, error.end


def _read_as_latin(error: UnicodeError) -> tuple[str, int]:
    """Read a byte that Windows-1252 leaves undefined as Windows does: as Latin-1."""
    return error.object[error.start : error.end].decode("latin-1"), error.end


_DAMAGED_HANDLER = "coopcycle_magento.damaged"
_LATIN_HANDLER = "coopcycle_magento.latin"
codecs.register_error(_DAMAGED_HANDLER, _mark_damaged)
codecs.register_error(_LATIN_HANDLER, _read_as_latin)
