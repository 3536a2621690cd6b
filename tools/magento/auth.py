"""Signing in to Magento's REST by four keys; by a token alone is :mod:`..http.auth`.

Since Magento 2.4.4 the token of an integration needs the shop's leave
(``oauth/consumer/enable_integration_as_bearer``).
"""

import logging

import requests_oauthlib

from ..http.auth import credential

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
            credential(consumer_key),
            client_secret=credential(consumer_secret),
            resource_owner_key=credential(access_token),
            resource_owner_secret=credential(access_token_secret),
            signature_method="HMAC-SHA256",
            decoding=None,  # or else the headers become bytes
        )

    def __repr__(self) -> str:
        return "OAuth1(****)"
