"""The recorded shop once more: a simulator that the story is told to."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import requests

from .magento import MagentoSimulator
from .recorded_story import ORDERS, Act, Place, Replay, Skip
from .signed_session import signature

RECORDINGS = Path(__file__).parents[1] / "data" / "magento" / "recordings"
# The recorded shop answered all this within an hour.
START = datetime(2026, 11, 21, 1, 36, 26, tzinfo=timezone.utc)


class Ticking:
    """A clock that goes on by a second whenever somebody looks at it."""

    def __init__(self, start: datetime):
        self.time = start

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


def recording(name: str) -> dict:
    """Return one recorded request with its answer."""
    return json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))


class RecordedShop:
    """Tells the story to a simulator and keeps what it answers."""

    def __init__(self, simulator: MagentoSimulator):
        self.simulator = simulator
        self.answers: dict[str, requests.Response] = {}
        self._session = requests.Session()
        # What is recorded without a content type must be sent without one.
        self._session.headers.clear()
        self._dates = self._recorded_dates()

    def tell(self, story: list) -> None:
        """Do everything that the story tells."""
        for step in story:
            if isinstance(step, Place):
                for kind in step.kinds:
                    self._place(kind)
            elif isinstance(step, Act):
                answer = self.act(step)
                if answer.status_code != 200:
                    raise AssertionError(f"{step}: {answer.text}")
            elif isinstance(step, Skip):
                self.simulator.book.reserve(step.kind, step.last)
            else:
                self._replay(step)

    def _place(self, kind: str) -> None:
        terms = dict(ORDERS[kind])
        if kind == "customer":
            terms["customer"] = self.simulator.add_customer()
        order = self.simulator.place_order(terms.pop("lines"), **terms)
        if date := self._dates.get(order["entity_id"]):
            order["updated_at"] = date

    def _recorded_dates(self) -> dict[int, str]:
        found = recording("orders_store_scope")["response"]["body"]["items"]
        return {order["entity_id"]: order["updated_at"] for order in found}

    def act(self, act: Act) -> requests.Response:
        """Do something that is not recorded, and return the answer."""
        return self._session.request(
            act.method,
            f"{self.simulator.url}/rest{act.path}",
            data=json.dumps(act.body),
            headers={"Content-Type": "application/json"},
            auth=self.sign("oauth"),
            timeout=10,
        )

    def _replay(self, step: Replay) -> None:
        simulator = self.simulator
        simulator.rights.discard(step.lacking)
        simulator.input_limits = step.limits
        if step.fault:
            simulator.faults.add(step.fault)
        for name in step.names:
            request = recording(name)["request"]
            self.answers[name] = self._send(request, self.sign(step.sign))
        simulator.faults.clear()
        if step.lacking:
            simulator.rights.add(step.lacking)

    def _send(
        self, request: dict, sign: Callable[[requests.PreparedRequest], object]
    ) -> requests.Response:
        headers = {
            name: value
            for name, value in request["headers"].items()
            if name != "Authorization" and value
        }
        body = request["body"]
        if isinstance(body, dict) and body.get("password") == "<password>":
            body = body | {"password": self.simulator.sign_ins.password}
        data = body if body is None or isinstance(body, str) else json.dumps(body)
        return self._session.request(
            request["method"],
            # What signs here takes a plus sign for a space, which Magento does not
            self.simulator.url + request["path"].replace("+", "%20"),
            data=data,
            headers=headers,
            auth=sign,
            timeout=10,
        )

    def sign(self, how: str) -> Callable[[requests.PreparedRequest], object]:
        """Return what signs a request in this way."""
        simulator = self.simulator
        if how.startswith("oauth"):
            return signature(simulator, "HMAC-SHA1" if "sha1" in how else "HMAC-SHA256")
        tokens = {
            "bad bearer": "Bearer nobody",
            "empty bearer": "Bearer",
            "integration bearer": f"Bearer {simulator.access_token}",
            "expired bearer": "Bearer expired",
            "admin bearer": "Bearer "
            + min(simulator.sign_ins.admin_tokens, default=""),
        }

        def add(request: requests.PreparedRequest) -> requests.PreparedRequest:
            if how in tokens:
                request.headers["Authorization"] = tokens[how]
            return request

        return add
