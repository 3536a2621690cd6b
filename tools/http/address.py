"""Addresses of servers, from what somebody typed in."""

import re
from urllib.parse import SplitResult, urlsplit

import requests

from .errors import SettingError

# No browser takes a longer one
LONGEST_ADDRESS = 2000
_NOT_IN_URL = re.compile(r"[\s\\\x00-\x1f\x7f]")


def split_address(text: str) -> SplitResult:
    """Return the parts of an address that requests may be sent to.

    :raise SettingError: ``url_invalid``, never with the address itself, which may hold
        a password
    """
    text = (text or "").strip()
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
        requests.Request("GET", text).prepare()
    except (ValueError, requests.RequestException):
        raise _invalid(text) from None
    if parts.scheme not in ("http", "https"):
        raise SettingError("url_invalid", "scheme")
    if not host or len(text) > LONGEST_ADDRESS or _NOT_IN_URL.search(text):
        raise SettingError("url_invalid", "host")
    if "@" in parts.netloc:
        raise SettingError("url_invalid", "credentials")
    if "?" in text or "#" in text:
        raise SettingError("url_invalid", "query")
    return parts


def _invalid(text: str) -> SettingError:
    is_http = text.lower().startswith(("http://", "https://"))
    return SettingError("url_invalid", "host" if is_http else "scheme")
