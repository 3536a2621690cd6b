"""Signing in: as an administrator for invoicing, as an application for deliveries."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from requests.auth import AuthBase, HTTPBasicAuth

from ...http.auth import BearerAuth, credential
from ...http.errors import SettingError

# Who makes an application may have given it the first alone; who asks for more than
# it has gets nothing
SCOPES = ("deliveries tasks", "deliveries")


@dataclass(frozen=True)
class TokenRequest:
    """One way to get a token: a form that is posted.

    :param path: below the instance's address, beginning with a slash
    """

    path: str
    form: dict[str, str] = field(repr=False)
    auth: AuthBase | None = field(default=None, repr=False)


class SignIn(Protocol):
    """Who signs in, and how."""

    def requests(self) -> Iterator[TokenRequest]:
        """Yield what may give a token, the best first."""

    def take(self, answer: dict[str, Any]) -> BearerAuth:
        """Return the sign-in of an answer.

        :raise SettingError: there is none in it
        """


class UserSignIn:
    """An administrator's name and password; its token lasts an hour.

    :raise SettingError: one of them is missing
    """

    def __init__(self, username: str, password: str) -> None:
        if not (username or "").strip() or not password:
            raise SettingError("credential_invalid")
        self._form = {"_username": username.strip(), "_password": password}
        self._refresh_token = ""

    def __repr__(self) -> str:
        return "UserSignIn(****)"

    def requests(self) -> Iterator[TokenRequest]:
        if self._refresh_token:
            form = {"refresh_token": self._refresh_token}
            yield TokenRequest("/api/token/refresh", form)
        self._refresh_token = ""
        yield TokenRequest("/api/login_check", self._form)

    def take(self, answer: dict[str, Any]) -> BearerAuth:
        refresh_token = answer.get("refresh_token")
        if isinstance(refresh_token, str):
            self._refresh_token = refresh_token
        return _bearer(answer.get("token"))


class ApplicationSignIn:
    """The key and the secret of an application, which is bound to one store.

    :raise SettingError: one of them is missing or cannot be one
    """

    def __init__(self, key: str, secret: str) -> None:
        self._auth = HTTPBasicAuth(credential(key), credential(secret))

    def __repr__(self) -> str:
        return "ApplicationSignIn(****)"

    def requests(self) -> Iterator[TokenRequest]:
        for scope in SCOPES:
            form = {"grant_type": "client_credentials", "scope": scope}
            yield TokenRequest("/oauth2/token", form, self._auth)

    def take(self, answer: dict[str, Any]) -> BearerAuth:
        return _bearer(answer.get("access_token"))


def _bearer(token: Any) -> BearerAuth:
    return BearerAuth(token if isinstance(token, str) else "")
