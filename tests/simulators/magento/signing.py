"""Who asks: OAuth 1.0a signatures, and bearer tokens where they are switched on."""

import secrets
import time
from types import SimpleNamespace
from urllib.parse import unquote

from oauthlib.oauth1.rfc5849 import signature

from .answers import RestError, required

# What Magento lets a client's clock be ahead.
MAX_SECONDS_AHEAD = 600
MAX_SIGN_IN_FAILURES = 6
KEYS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


class SignIns:
    """The integration's keys, the administrator's tokens, and what they may do."""

    def __init__(self):
        self.consumer_key = secrets.token_hex(16)
        self.consumer_secret = secrets.token_hex(16)
        self.access_token = secrets.token_hex(16)
        self.access_token_secret = secrets.token_hex(16)
        self.username = "admin"
        self.password = "admin123"
        self.bearer_allowed = False
        self.admin_tokens: set[str] = set()
        self._failures = 0
        self._nonces: set[tuple[str, str]] = set()

    def take_keys(self, other: "SignIns") -> None:
        """Let the integration sign in with another shop's keys."""
        for name in KEYS:
            setattr(self, name, getattr(other, name))

    def caller(self, method: str, url: str, authorization: str, form: str = "") -> str:
        """Return who signed the request: ``integration``, ``admin`` or nobody ("").

        :param form: the body of a form, which is signed too; JSON is not
        """
        kind, _, rest = authorization.partition(" ")
        if kind.lower() == "bearer":
            token = rest.strip()
            if token in self.admin_tokens:
                return "admin"
            bearer = self.bearer_allowed and token == self.access_token
            return "integration" if bearer else ""
        if kind.lower() == "oauth":
            known = self._is_known(authorization)
            if known and not self._is_signed(method, url, authorization, form):
                raise RestError(401, "The signature is invalid. Verify and try again.")
            return "integration" if known else ""
        return ""

    def admin_token(self, body: dict) -> str:
        """Sign the administrator in and return a token."""
        for name in ("username", "password"):
            if name not in body:
                raise required(name)
        right = (body["username"], body["password"]) == (self.username, self.password)
        if not right or self._failures >= MAX_SIGN_IN_FAILURES:
            self._failures += 1
            raise RestError(
                401,
                "The account sign-in was incorrect or your account is disabled "
                "temporarily. Please wait and try again later.",
            )
        self._failures = 0
        token = ".".join(secrets.token_urlsafe(24) for _part in range(3))
        self.admin_tokens.add(token)
        return token

    def _is_known(self, authorization: str) -> bool:
        """Say whether the keys are the integration's, and the request is a new one."""
        given = _oauth_parameters(authorization)
        algorithm = given.get("oauth_signature_method")
        if algorithm != "HMAC-SHA256":
            raise RestError(
                400, "Signature method %1 is not supported", [algorithm or ""]
            )
        if given.get("oauth_consumer_key") != self.consumer_key:
            return False
        if given.get("oauth_token") != self.access_token:
            return False
        return self._is_fresh(
            given.get("oauth_timestamp", ""), given.get("oauth_nonce", "")
        )

    def _is_signed(self, method: str, url: str, authorization: str, form: str) -> bool:
        given = _oauth_parameters(authorization)
        signed = signature.collect_parameters(
            body=form, headers={"Authorization": authorization}
        )
        request = SimpleNamespace(
            params=signed + query_parameters(url),
            uri=url,
            http_method=method,
            signature=given.get("oauth_signature", ""),
        )
        return signature.verify_hmac_sha256(
            request, self.consumer_secret, self.access_token_secret
        )

    def _is_fresh(self, timestamp: str, nonce: str) -> bool:
        """Remember the nonce; say whether it is new and its time not in the future."""
        if not nonce or not timestamp.isdecimal():
            return False
        if int(timestamp) > time.time() + MAX_SECONDS_AHEAD:
            return False
        if (timestamp, nonce) in self._nonces:
            return False
        self._nonces.add((timestamp, nonce))
        return True


def query_parameters(url: str) -> list[tuple[str, str]]:
    """Return the parameters of a query as Magento signs them.

    It decodes by ``rawurldecode``, to which a plus sign is no space (recording
    ``oauth1_space_in_query``).
    """
    pairs = (pair.partition("=") for pair in url.partition("?")[2].split("&") if pair)
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


def _oauth_parameters(authorization: str) -> dict[str, str]:
    """Return the parameters of an ``Authorization: OAuth …`` header."""
    pairs = authorization.partition(" ")[2].split(",")
    named = (pair.strip().partition("=") for pair in pairs)
    return {name: unquote(value.strip('"')) for name, _, value in named}
