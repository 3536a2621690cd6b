"""A plain HTTP session that signs as an integration of Magento does."""

from urllib.parse import quote, urlencode

import requests
from requests_oauthlib import OAuth1

from .magento import MagentoSimulator


class SignedSession(requests.Session):
    """Takes paths below ``/rest`` instead of addresses."""

    def __init__(self, shop: MagentoSimulator, algorithm: str = "HMAC-SHA256"):
        super().__init__()
        self.shop = shop
        self.auth = signature(shop, algorithm)

    def request(self, method: str, path: str, **options) -> requests.Response:
        """Send a request and return the answer."""
        options.setdefault("timeout", 10)
        if isinstance(options.get("params"), dict):
            # A plus sign for a space would be signed as another query
            options["params"] = urlencode(options["params"], quote_via=quote)
        return super().request(method, f"{self.shop.url}/rest{path}", **options)

    def search(self, path: str, fields: str = "", **criteria) -> dict:
        """Return a list; criteria are ``page_size=5`` and filters as ``state="new"``.

        A filter's value may be a (condition, value) pair.
        """
        query = {"fields": fields} if fields else {}
        query["searchCriteria"] = ""
        groups = 0
        for name, value in criteria.items():
            if name in ("page_size", "current_page"):
                query[f"searchCriteria[{name}]"] = value
                continue
            condition, value = value if isinstance(value, tuple) else ("eq", value)
            place = f"searchCriteria[filter_groups][{groups}][filters][0]"
            query[f"{place}[field]"] = name
            query[f"{place}[value]"] = value
            query[f"{place}[condition_type]"] = condition
            groups += 1
        return self.get(path, params=query).json()


def signature(shop: MagentoSimulator, algorithm: str = "HMAC-SHA256") -> OAuth1:
    """Return what signs the requests to this shop."""
    return OAuth1(
        shop.consumer_key,
        shop.consumer_secret,
        shop.access_token,
        shop.access_token_secret,
        signature_method=algorithm,
    )
