"""Who may do what.

``features/authentication.feature``, ``config/packages/security.yaml`` (an application's
token opens deliveries and webhooks, not invoicing), ``lexik_jwt_authentication.yaml``,
``gesdinet_jwt_refresh_token.yaml``, ``league_oauth2_server.yaml`` (both kinds of token
last an hour), ``src/Form/ApiAppType.php`` (who makes an application chooses its scopes;
asking for another one gets no token at all).
"""

import base64
import secrets
from dataclasses import dataclass, field

from .answers import ApiError, signed_out
from .book import Store


@dataclass
class SignIns:
    """Users, applications and the tokens that they got.

    :ivar users: {name: (password, roles)}
    :ivar applications: {key: (secret, store)}
    :ivar scopes: what applications may do
    """

    users: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    applications: dict[str, tuple[str, Store]] = field(default_factory=dict)
    scopes: set[str] = field(default_factory=lambda: {"deliveries", "tasks"})
    count: int = 0
    _tokens: dict[str, str] = field(default_factory=dict)
    _refresh_tokens: dict[str, str] = field(default_factory=dict)

    def log_in(self, form: dict[str, str]) -> dict:
        """Answer ``/api/login_check``."""
        name = form.get("_username", "")
        password, _roles = self.users.get(name, (None, []))
        if password is None or password != form.get("_password"):
            raise signed_out("Invalid credentials.")
        refresh_token = secrets.token_hex(16)
        self._refresh_tokens[refresh_token] = name
        return self._signed_in(name, refresh_token)

    def refresh(self, form: dict[str, str]) -> dict:
        """Answer ``/api/token/refresh``."""
        refresh_token = form.get("refresh_token", "")
        if refresh_token not in self._refresh_tokens:
            raise signed_out("JWT Refresh Token Not Found")
        return self._signed_in(self._refresh_tokens[refresh_token], refresh_token)

    def grant(self, authorization: str, form: dict[str, str]) -> dict:
        """Answer ``/oauth2/token``."""
        scheme, _space, encoded = authorization.partition(" ")
        pair = base64.b64decode(encoded).decode() if scheme == "Basic" else ""
        key, _colon, secret = pair.partition(":")
        known, _store = self.applications.get(key, (None, None))
        if known is None or known != secret:
            refusal = {
                "error": "invalid_client",
                "error_description": "Client authentication failed",
                "message": "Client authentication failed",
            }
            raise ApiError(401, refusal)
        if form.get("grant_type") != "client_credentials":
            raise ApiError(400, {"error": "unsupported_grant_type"})
        if not set(form.get("scope", "deliveries").split()) <= self.scopes:
            refusal = {
                "error": "invalid_scope",
                "error_description": "The requested scope is invalid, unknown, or"
                " malformed",
                "hint": "Check the `tasks` scope",
                "message": "The requested scope is invalid, unknown, or malformed",
            }
            raise ApiError(400, refusal)
        token = self._token(f"application:{key}")
        return {"token_type": "Bearer", "expires_in": 3600, "access_token": token}

    def expire(self, *, refresh_tokens: bool = False) -> None:
        """Let all tokens be too old."""
        self._tokens.clear()
        if refresh_tokens:
            self._refresh_tokens.clear()

    def who(self, authorization: str) -> str:
        """Return who makes a request: ``user:…`` or ``application:…``."""
        token = authorization.removeprefix("Bearer ")
        if not token:
            raise signed_out("JWT Token not found")
        if token not in self._tokens:
            raise signed_out("Expired JWT Token")
        return self._tokens[token]

    def is_admin(self, who: str) -> bool:
        """Say whether it is a user who may invoice."""
        kind, _colon, name = who.partition(":")
        return kind == "user" and "ROLE_ADMIN" in self.users[name][1]

    def store(self, who: str) -> Store | None:
        """Return the store of an application."""
        kind, _colon, key = who.partition(":")
        return self.applications[key][1] if kind == "application" else None

    def _signed_in(self, name: str, refresh_token: str) -> dict:
        return {
            "token": self._token(f"user:{name}"),
            "roles": self.users[name][1],
            "username": name,
            "email": f"{name}@example.com",
            "id": 1,
            "refresh_token": refresh_token,
            "enabled": True,
        }

    def _token(self, who: str) -> str:
        self.count += 1
        token = f"token-{secrets.token_hex(16)}"
        self._tokens[token] = who
        return token
