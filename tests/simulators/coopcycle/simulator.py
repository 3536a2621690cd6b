"""The simulator: one instance and the server in front of it.

``src/EventSubscriber/RequestIdSubscriber.php``: the client's request id is kept, and
told again; who sends none gets one.
"""

import itertools
import json
import re
import threading
import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

from ..magento.answers import Answer, json_answer
from ..magento.faults import Faults
from ..magento.server import Server
from . import deliveries, invoicing, tasks, webhooks
from .answers import ApiError, error
from .book import Delivery, Order, Store, Webhook
from .sign_ins import SignIns


class CoopcycleSimulator:
    """A CoopCycle instance on loopback, for one ``with`` block.

    :param port: 0 takes any free one
    :param clock: returns the local time of the instance
    :ivar requests: (method, path and query, status) of every request; status 0 is a
        request that got no answer
    :ivar account: the accounting account of its settings, "" if there is none
    :ivar is_id_overwritten: a proxy puts a request id of its own in place of ours
    :ivar latency: seconds that every call takes longer
    :ivar offset: of its local time, as moments have it
    """

    offset = "+00:00"

    username, password = "admin", "p4ss word"
    key, secret = "application-key", "application-secret"

    def __init__(self, *, port: int = 0, clock: Callable[[], datetime] = datetime.now):
        self._port = port
        self._clock = clock
        self._server: Server | None = None
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self.sign_ins = SignIns({self.username: (self.password, ["ROLE_ADMIN"])})
        self.stores: list[Store] = []
        self.orders: list[Order] = []
        self.deliveries: list[Delivery] = []
        self.webhooks: dict[int, Webhook] = {}
        self.pictures: dict[str, bytes] = {}
        self.account = "706000"
        self.is_id_overwritten = False
        self.latency = 0.0
        self.faults = Faults()
        self.requests: list[tuple[str, str, int]] = []

    def __enter__(self) -> "CoopcycleSimulator":
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start to listen, on the same port as before if there was one."""
        self._server = Server(self, self._port)
        self._port = self._server.server_port
        self._server.start()

    def stop(self) -> None:
        """Stop to listen: who calls now is refused. The book stays."""
        if self._server:
            self._server.stop()
            self._server = None

    @property
    def url(self) -> str:
        """Return the instance's address, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    def now(self) -> datetime:
        """Return the local time, in whole seconds."""
        return self._clock().replace(microsecond=0)

    def number(self) -> int:
        """Return a number that nothing else has."""
        return next(self._numbers)

    def count(self, method: str = "", path: str = "") -> int:
        """Return how many requests there were; see Magento's simulator."""
        return sum(
            method in ("", done) and bool(re.search(path, target))
            for done, target, _status in list(self.requests)
        )

    # What the instance's own people do

    def add_store(
        self, name: str | None, legal_name: str | None = None, **terms
    ) -> Store:
        """Have another store."""
        store = Store(len(self.stores) + 1, name, legal_name, **terms)
        self.stores.append(store)
        return store

    def add_application(self, store: Store) -> None:
        """Let the store have an application, with the key and the secret."""
        self.sign_ins.applications[self.key] = (self.secret, store)

    def deliver(
        self,
        store: Store | None,
        day: date = date(2025, 6, 13),
        *,
        total: int = 499,
        tax: int = 83,
        state: str = "fulfilled",
        hours: tuple[float, float] = (10, 11),
        parts: tuple[str, ...] = ("Retrait: Gare", "Dépôt: Bureau"),
    ) -> Order:
        """Have delivered an order, that day at these hours."""
        number = self.number()
        midnight = datetime.combine(day, time())
        start, end = (midnight + timedelta(hours=each) for each in hours)
        order = Order(
            number,
            f"A{number}",
            store,
            (start, end),
            total,
            tax,
            state,
            list(parts),
        )
        self.orders.append(order)
        return order

    def go_on(
        self,
        delivery: Delivery,
        doing: str,
        *,
        kind: str = "dropoff",
        notes: str = "",
        pictures: tuple[bytes, ...] = (),
        tell: bool = True,
    ) -> list[int]:
        """Have the courier do something, and tell whoever asked to be told.

        :param doing: "assign", "start", "done" or "failed"
        :param kind: "pickup" or "dropoff"
        :param tell: False if the message is lost
        :return: the statuses of all answers; see :func:`.webhooks.tell`
        """
        task = getattr(delivery, kind)
        with self._lock:
            tasks.do(self, task, doing, notes, pictures)
            if (kind, doing) == ("dropoff", "done"):
                self._fulfil(delivery.order)
        event = tasks.event_of(task, doing)
        return webhooks.tell(self, delivery, event) if tell and event else []

    def _fulfil(self, order: Order) -> None:
        """Let an order be one to invoice: it is delivered now."""
        order.state, order.slot = "fulfilled", (self.now(), self.now())
        if order not in self.orders:
            self.orders.append(order)

    def complete(self, delivery: Delivery, **options) -> list[int]:
        """Have a delivery picked up and dropped off; see :meth:`go_on`."""
        tell = options.get("tell", True)
        for kind, doing in (
            ("pickup", "assign"),
            ("dropoff", "assign"),
            ("pickup", "start"),
            ("pickup", "done"),
            ("dropoff", "start"),
        ):
            self.go_on(delivery, doing, kind=kind, tell=tell)
        return self.go_on(delivery, "done", **options)

    # Requests

    def respond(
        self,
        method: str,
        target: str,
        headers,
        raw: bytes,
        *,
        previous_page: bool = False,
    ) -> Answer:
        """Do what a request asks for, one at a time."""
        request_id = headers.get("X-Request-ID") or str(uuid.uuid4())
        if self.is_id_overwritten:
            request_id = f"proxy-{uuid.uuid4()}"
        with self._lock:
            try:
                answer = self._answer(method, target, headers, raw, request_id)
            except ApiError as failure:
                answer = failure.answer
        answer.headers["X-Request-ID"] = request_id
        return answer

    def _answer(
        self, method: str, target: str, headers, raw: bytes, request_id: str
    ) -> Answer:
        parts = urlsplit(target)
        path, query = parts.path, parse_qs(parts.query)
        authorization = headers.get("Authorization", "")
        if method == "POST":
            form = dict(parse_qsl(raw.decode(errors="replace")))
            if path == "/api/login_check":
                return json_answer(self.sign_ins.log_in(form))
            if path == "/api/token/refresh":
                return json_answer(self.sign_ins.refresh(form))
            if path == "/oauth2/token":
                return json_answer(self.sign_ins.grant(authorization, form))
        if path.startswith(tasks.THUMBNAILS):
            return tasks.respond_thumbnail(self, path)
        if not path.startswith("/api/"):
            return Answer(404, "<html>Not Found</html>", "text/html")
        who = self.sign_ins.who(authorization)
        if path.startswith(invoicing.PATH):
            if not self.sign_ins.is_admin(who):
                raise error(403, "Access Denied.")
            return invoicing.respond(self, path, query, request_id)
        body = json.loads(raw) if raw else {}
        if path.startswith("/api/webhooks"):
            return webhooks.respond(self, method, path, who, body)
        store = self.sign_ins.store(who)
        if path.startswith("/api/tasks/"):
            return tasks.respond(self, method, path, store)
        return deliveries.respond(self, method, path, query, store, body)
