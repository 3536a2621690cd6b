"""Signing in with a token."""

from typing import Any

from requests.auth import AuthBase

from .errors import SettingError


class BearerAuth(AuthBase):
    """An access token alone.

    :raise SettingError: the token is missing or cannot be one
    """

    def __init__(self, token: str) -> None:
        self._token = credential(token)

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def __repr__(self) -> str:
        return "BearerAuth(****)"


def credential(text: str) -> str:
    """Return the text without the spaces that were copied with it.

    What no header can carry would come back in the texts of later errors.

    :raise SettingError: nothing is left, or it cannot be a credential
    """
    text = (text or "").strip()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise SettingError("credential_invalid")
    return text
