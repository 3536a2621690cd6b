"""Files that are no CSV at all, whatever their name says."""

import re

from .encoding import decode, detect_encoding, fits

_SIGNATURES = {
    b"PK\x03\x04": "xlsx",  # a zip archive: every modern workbook
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "xls",  # OLE2: workbooks before 2007
    b"%PDF": "pdf",
}
_HTML = re.compile(r"\s*<(?:!doctype|!--|\?xml|html|head|body|table)", re.IGNORECASE)
# A year of a large cooperative has a tenth of it; more is no export of CoopCycle's
LARGEST_FILE = 20 * 1024 * 1024
MOST_LINES = 200_000
# Control characters that a text has no use for.
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r"))


def unreadable_kind(content: bytes, encoding: str | None = None) -> str | None:
    """Return what the file is instead of a CSV, None if it may be one.

    :param encoding: the one the user chose, if any
    :return: ``size`` if it is too large to be looked at, ``xlsx``, ``xls``, ``pdf``,
        ``html``, ``binary``, or ``encoding`` when only the chosen encoding is wrong
    """
    if _is_too_large(content):
        return "size"
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            return kind
    detected = detect_encoding(content)
    if not detected.startswith("utf-16") and _has_many_controls(content):
        return "binary"
    if encoding and content and not fits(content, encoding):
        return "encoding"
    beginning = decode(content[:1000], encoding or detected)
    return "html" if _HTML.match(beginning) else None


def _is_too_large(content: bytes) -> bool:
    lines = max(map(content.count, (b"\n", b"\r")))
    return len(content) > LARGEST_FILE or lines > MOST_LINES


def _has_many_controls(content: bytes) -> bool:
    """Tell binary data from a text in which a byte or two were overwritten."""
    controls = len(content) - len(content.translate(None, delete=_CONTROLS))
    return controls * 50 > len(content)
