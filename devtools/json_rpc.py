"""An Odoo as its web client sees it: sign in, call methods, press buttons."""

import json
import urllib.request
from http.cookiejar import CookieJar

from .state import DevError

SECONDS_TO_ANSWER = 120


class Client:
    """A session of a user with a served Odoo."""

    def __init__(self, address: str):
        self.address = address
        self._keep_cookies = urllib.request.HTTPCookieProcessor(CookieJar())

    def sign_in(self, database: str, login: str, password: str):
        """Begin the session, as the login page does."""
        self._post(
            "/web/session/authenticate", db=database, login=login, password=password
        )

    def call(self, model: str, method: str, *args, **kwargs):
        """Call a public method of a model."""
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=args,
            kwargs=kwargs,
        )

    def press(self, model: str, record_id: int, button: str):
        """Press a button of a record's form, and return the action that follows."""
        return self._post(
            "/web/dataset/call_button",
            model=model,
            method=button,
            args=[[record_id]],
            kwargs={},
        )

    def read(self, model: str, record_id: int, *names: str) -> dict:
        [record] = self.call(model, "read", [record_id], list(names))
        return record

    def find(self, model: str, domain: list, *names: str, **options) -> list[dict]:
        return self.call(model, "search_read", domain, list(names), **options)

    def _post(self, path: str, **params):
        content = {"jsonrpc": "2.0", "params": params}
        answer = fetch(f"{self.address}{path}", content, self._keep_cookies)
        if error := answer.get("error"):
            message = error.get("data", {}).get("message") or error["message"]
            raise DevError(f"{_what(params) or path}: {message}")
        return answer["result"]


def fetch(address: str, content=None, *handlers: urllib.request.BaseHandler):
    """Return the JSON that an address answers.

    :param content: what is posted as JSON; nothing reads only
    :raise DevError: nobody answers, or with something else
    """
    request = urllib.request.Request(
        address,
        json.dumps(content).encode() if content is not None else None,
        {"Content-Type": "application/json"},
    )
    # Straight to this machine, whatever proxy the environment names.
    direct = urllib.request.ProxyHandler({})
    opener = urllib.request.build_opener(direct, *handlers)
    try:
        with opener.open(request, timeout=SECONDS_TO_ANSWER) as answer:
            return json.load(answer)
    except (OSError, ValueError) as error:
        raise DevError(f"{address}: {error}") from error


def _what(params: dict) -> str:
    return ".".join(filter(None, (params.get("model"), params.get("method"))))
