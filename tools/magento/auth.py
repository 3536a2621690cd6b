"""The two ways to sign in to Magento's REST."""

import logging
from typing import Any

import requests_oauthlib
from requests.auth import AuthBase

from .errors import MagentoSettingError

# At DEBUG these write tokens, signatures and bodies.
for _name in ("oauthlib", "requests_oauthlib"):
    logging.getLogger(_name).setLevel(logging.INFO)


class OAuth1(requests_oauthlib.OAuth1):
    """The four keys of an integration, which every Magento accepts.

    The query is signed, a JSON body is not. Magento refuses SHA-1.

    :raise MagentoSettingError: a key is missing or cannot be one
    """

    def __init__(
        self,
        consumer_key: str,
        consumer_secret: str,
        access_token: str,
        access_token_secret: str,
    ) -> None:
        super().__init__(
            _credential(consumer_key),
            client_secret=_credential(consumer_secret),
            resource_owner_key=_credential(access_token),
            resource_owner_secret=_credential(access_token_secret),
            signature_method="HMAC-SHA256",
            decoding=None,  # or else the headers become bytes
        )

    def __repr__(self) -> str:
        return "OAuth1(****)"


class BearerAuth(AuthBase):
    """An access token alone.

    Since Magento 2.4.4 an integration's needs the shop's leave
    (``oauth/consumer/enable_integration_as_bearer``).

    :raise MagentoSettingError: the token is missing or cannot be one
    """

    def __init__(self, token: str) -> None:
        self._token = _credential(token)

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def __repr__(self) -> str:
        return "BearerAuth(****)"


def _credential(text: str) -> str:
    """Return the text without the spaces that were copied with it.

    What no header can carry would come back in the texts of later errors.
    """
    text = (text or "").strip()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise MagentoSettingError("credential_invalid")
    return text
