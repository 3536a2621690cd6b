"""What tells one thing that Magento gave from another."""

import hashlib
import json

from .....tools.magento.amounts import id_of

# Begins the key of what Magento gave without an id
WITHOUT_ID = "without-id-"


def key_of(raw):
    """Return the id of what Magento gave, or what tells one without an id from others.

    :param raw: decoded JSON of any shape
    """
    if found := id_of(raw):
        return found
    content = json.dumps(plain(raw), sort_keys=True).encode()
    return f"{WITHOUT_ID}{hashlib.sha256(content).hexdigest()[:12]}"


def last_id(page):
    """Return the id of the last thing of a page that has one, None if none has."""
    ids = only_ids(map(key_of, page))
    return ids[-1] if ids else None


def last_record(page):
    """Return the last thing of a page that has fields, empty if none has."""
    return next((raw for raw in reversed(page) if isinstance(raw, dict)), {})


def only_ids(keys):
    """Return those keys that are ids of Magento, each once, in their order."""
    return [key for key in dict.fromkeys(keys) if not key.startswith(WITHOUT_ID)]


def plain(value):
    """Return JSON's own types: amounts are read as `Decimal`."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value if isinstance(value, str | int | float | None) else float(value)
