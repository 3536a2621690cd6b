"""Telling whether something is as it was."""

import hashlib
import json


def fingerprint(values: tuple) -> str:
    """Return a short text that is another one for other values, "" for none.

    It is kept with records: the same values have the same one in each version.

    :param values: texts, or tuples of them
    """
    if not values:
        return ""
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]
