"""Where a shop's REST is, from what somebody typed in."""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlencode, urlsplit

from ..http.address import split_address

# What people copy together with the address: /rest, /rest/default/V1, /index.php …
_API_PATH = re.compile(r"(/index\.php)?(/rest|/rest(/[^/]+)?/V1)?$", re.IGNORECASE)
_IN_PATH = re.compile(r"([\w.~-]|%[0-9A-Fa-f]{2})+", re.ASCII)
# Servers take these apart again, or leave off what follows
_NOT_IN_PART = re.compile(r"[/\\?#%;\x00-\x1f\x7f]|^\.*$")


def normalise_base_url(text: str) -> str:
    """Return the shop's address, sub-folder included, without what belongs to its API.

    :raise MagentoSettingError: ``url_invalid``, never with the address itself, which
        may hold a password
    """
    parts = split_address(text)
    path = _API_PATH.sub("", parts.path.rstrip("/"), count=1).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def shop_key(base_url: str) -> str:
    """Return what all addresses of one shop have in common.

    :raise MagentoSettingError: see :func:`normalise_base_url`
    """
    parts = urlsplit(normalise_base_url(base_url))
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    return f"{parts.hostname}{port}{parts.path}"


def api_root(base_url: str, path_prefix: str, store_code: str) -> str:
    """Return what all requests begin with, such as ``https://x.com/shop/rest/V1/``.

    :param store_code: "" for the default store view
    :raise MagentoSettingError: see :func:`normalise_base_url`
    """
    parts = [normalise_base_url(base_url), path_prefix.strip("/ ")]
    parts += [quote(store_code.strip(), safe=""), "V1"]
    return "/".join(filter(None, parts)) + "/"


def path_of(*parts: str) -> str:
    """Return the path of these parts, such as ``order/12/ship``.

    An id comes from a record that others may have written, so all are quoted.
    """
    return "/".join(quote(part, safe="") for part in parts)


def is_path(path: str) -> bool:
    """Say whether this is a path of the API, which leads nowhere else.

    :param path: below ``/V1/``, percent-encoded
    """
    parts = path.removeprefix("/").split("/")
    return all(
        _IN_PATH.fullmatch(part) and not _NOT_IN_PART.search(unquote(part))
        for part in parts
    )


def query_text(parameters: Mapping[str, str]) -> str:
    """Return the query of some parameters, as RFC 3986 encodes it.

    A form's ``+`` for a space would be signed as a plus sign by Magento, which refuses
    the signature then (recording ``oauth1_space_in_query``).
    """
    return urlencode(parameters, quote_via=quote, safe="")
