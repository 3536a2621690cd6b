"""The simulator: one instance and the server in front of it.

``src/EventSubscriber/RequestIdSubscriber.php``: the client's request id is kept, and
told again; who sends none gets one.
"""

import itertools
import threading
import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from urllib.parse import parse_qs, parse_qsl, urlsplit

from ..serving import Simulator
from ..serving.answers import Answer, json_answer, read_object
from . import deliveries, invoicing, tasks, webhooks
from .answers import ApiError, error
from .book import Delivery, Order, Store, Webhook
from .sign_ins import SignIns


class CoopcycleSimulator(Simulator):
    """A CoopCycle instance on loopback, for one ``with`` block.

    :param clock: returns the local time of the instance
    :ivar account: the accounting account of its settings, "" if there is none
    :ivar is_id_overwritten: a proxy puts a request id of its own in place of ours
    :ivar offset: of its local time, as moments have it
    """

    offset = "+00:00"

    username, password = "admin", "p4ss word"
    key, secret = "application-key", "application-secret"

    def __init__(self, *, port: int = 0, clock: Callable[[], datetime] = datetime.now):
        super().__init__(port)
        self._clock = clock
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

    def now(self) -> datetime:
        """Return the local time, in whole seconds."""
        return self._clock().replace(microsecond=0)

    def number(self) -> int:
        """Return a number that nothing else has."""
        return next(self._numbers)

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
        self, method: str, target: str, headers, raw: bytes, **options
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

    def error(self, status: int, words: str = "") -> Answer:
        """Return an error as API Platform words it."""
        return error(status, words or HTTPStatus(status).phrase).answer

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
        body = read_object(raw)
        if body is None:
            raise error(400, "Syntax error")
        if path.startswith("/api/webhooks"):
            return webhooks.respond(self, method, path, who, body)
        store = self.sign_ins.store(who)
        if path.startswith("/api/tasks/"):
            return tasks.respond(self, method, path, store)
        return deliveries.respond(self, method, path, query, store, body)
