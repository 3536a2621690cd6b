"""The simulator: one shop and the server in front of it."""

import re
from collections.abc import Callable
from datetime import datetime, timezone

from . import api
from .admin import Admin
from .answers import Answer
from .book import Book
from .bulk import Bulk
from .buyers import add_customer
from .catalog import Catalog
from .faults import Faults
from .order_json import shown_order
from .orders import Orders
from .routes import all_rights
from .search_criteria import InputLimits
from .server import Server
from .shop import Shop
from .signing import SignIns


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(timezone.utc)


class MagentoSimulator:
    """A Magento server on loopback, for one ``with`` block.

    :param port: 0 takes any free one
    :param clock: returns the time that documents get, in UTC
    :ivar requests: (method, path and query, status) of every request; status 0 is a
        request that got no answer
    :ivar rights: the ACL resources that the integration has; all of them at first
    :ivar latency: seconds that every call takes longer
    :ivar input_limits: Magento's optional limits; None is none
    :ivar admin: the shop's own staff: see :class:`Admin`
    """

    def __init__(self, *, port: int = 0, clock: Callable[[], datetime] = utc_now):
        self._port = port
        self._server: Server | None = None
        self.shop = Shop()
        self.catalog = Catalog()
        self.book = Book(clock, shown_order)
        self.orders = Orders(self.book, self.shop, self.catalog)
        self.admin = Admin(self.book, self.shop, self.catalog, self.orders)
        self.sign_ins = SignIns()
        self.faults = Faults()
        self.rights = all_rights()
        self.latency = 0.0
        self.input_limits: InputLimits | None = None
        self.requests: list[tuple[str, str, int]] = []

    def __enter__(self) -> "MagentoSimulator":
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

    def succeed(self, former: "MagentoSimulator") -> None:
        """Be a new shop at another's address, with its keys: its server answers."""
        self.sign_ins.take_keys(former.sign_ins)
        self._port = former._port
        self._server, former._server = former._server, None
        if self._server:
            self._server.simulator = self
        else:
            self.start()

    @property
    def url(self) -> str:
        """Return the shop's address, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def consumer_key(self) -> str:
        """Return the integration's key."""
        return self.sign_ins.consumer_key

    @property
    def consumer_secret(self) -> str:
        """Return the integration's secret."""
        return self.sign_ins.consumer_secret

    @property
    def access_token(self) -> str:
        """Return the integration's token."""
        return self.sign_ins.access_token

    @property
    def access_token_secret(self) -> str:
        """Return the secret of the integration's token."""
        return self.sign_ins.access_token_secret

    @property
    def bearer_allowed(self) -> bool:
        """Say whether the integration's token alone signs in, as ``Bearer``."""
        return self.sign_ins.bearer_allowed

    @bearer_allowed.setter
    def bearer_allowed(self, allowed: bool) -> None:
        self.sign_ins.bearer_allowed = allowed

    def respond(
        self,
        method: str,
        target: str,
        headers,
        raw: bytes,
        *,
        previous_page: bool = False,
    ) -> Answer:
        """Do what a request asks for; one request at a time, as the book is one."""
        with self.book.lock:
            return api.respond(
                self, method, target, headers, raw, previous_page=previous_page
            )

    def count(self, method: str = "", path: str = "") -> int:
        """Return how many requests there were.

        :param path: pattern that is searched in path and query
        """
        return sum(
            method in ("", done) and bool(re.search(path, target))
            for done, target, _status in list(self.requests)
        )

    def place_order(
        self, lines: object = ("SKU-001",), *, paid: bool = False, **terms
    ) -> dict:
        """Place an order as a buyer would: see :meth:`Orders.place`.

        :param paid: the buyer has paid online: all of it is invoiced at once
        """
        with self.book.lock:
            order = self.book.orders[self.orders.place(lines, **terms)["entity_id"]]
            if paid:
                self.admin.invoice(order["entity_id"])
            return order

    def place_many(self, count: int, store: str | int = "default", **terms) -> range:
        """Place many orders quickly and return their ids: see :meth:`Bulk.place`."""
        with self.book.lock:
            bulk = Bulk(self.book, self.orders)
            return bulk.place(count, self.shop.view(store), **terms)

    def add_order(self, shown: dict) -> dict:
        """Put an order in as REST showed it, with its ids."""
        with self.book.lock:
            order = self.orders.add(shown)
            return self.book.orders[order["entity_id"]]

    def add_customer(self, store: str | int = "default", **details) -> dict:
        """Register a customer: see :func:`add_customer`."""
        with self.book.lock:
            customer = add_customer(self.book, self.shop.view(store), **details)
            return self.book.customers[customer["id"]]

    def reset(self) -> None:
        """Forget all documents, requests and faults; settings and keys stay."""
        with self.book.lock:
            self.book.clear()
            self.requests.clear()
            self.faults.clear()
            self.faults.log.clear()
