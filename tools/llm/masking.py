"""Texts that leave the house, without what must not."""

import re
from collections.abc import Iterable

MASK = "…"
# Shorter ones stand in many texts by chance
_SHORTEST_SECRET = 5
_EVER_SECRET = re.compile(
    r"""
    [^\s@＠]{1,99}[@＠]\S+  # an e-mail address
    | (?i:https?://|www\.)\S+  # a link
    # An IBAN, and in groups as it is printed
    | \b(?i:[a-z]{2}\d{2}[a-z0-9]{11,30})\b
    | \b[A-Z]{2}\d{2}(?:\ [A-Z0-9]{4}){2,7}(?:\ [A-Z0-9]{1,4})?\b
    | \b(?i:[a-z]{2}\ ?(?=(?:[a-z]*\d){7})[a-z0-9]{8,12})\b  # a VAT number
    # A number of a telephone, account or card
    | \+?\d(?:[\s()./\-\u00b7\u2010-\u2015]*\d){7,}
    """,
    re.VERBOSE,
)
_MASKS = re.compile(rf"{MASK}(?:\s*{MASK})+")


def mask(text: str, secrets: Iterable[str]) -> str:
    """Return a text in which secrets are replaced, however they are spaced.

    E-mail addresses, links, and numbers of accounts, telephones and tax payers are
    secrets wherever they come from.

    :param secrets: texts that must not be in it
    """
    for secret in secrets:
        if pattern := _pattern(secret):
            text = pattern.sub(MASK, text)
    return _MASKS.sub(MASK, _EVER_SECRET.sub(MASK, text)).strip()


def _pattern(secret: str) -> re.Pattern | None:
    """Return what finds a secret, whatever stands between its letters and digits."""
    letters = [each for each in secret if each.isalnum()]
    if len(letters) < _SHORTEST_SECRET:
        return None
    spaced = r"[\W_]*".join(map(re.escape, letters))
    return re.compile(rf"\+?{spaced}", re.IGNORECASE)
