"""Where an instance's API is, from what somebody typed in."""

import re
from urllib.parse import quote

from ...http.address import split_address

# What people copy together with the address: /fr/, /admin/invoicing, /api …
_PAGE = re.compile(r"(/[a-z]{2})?(/(admin|api|login|dashboard)(/.*)?)?/?$")


def normalise_base_url(text: str) -> str:
    """Return the instance's address without what belongs to one of its pages.

    :raise SettingError: ``url_invalid``, never with the address itself, which may hold
        a password
    """
    parts = split_address(text)
    path = _PAGE.sub("", parts.path, count=1).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def path_of(*parts: object) -> str:
    """Return the path of these parts, such as ``deliveries/12``, each quoted."""
    return "/".join(quote(str(part), safe="") for part in parts)
