"""The simulator: one shop and the server in front of it."""

from collections.abc import Callable
from datetime import datetime, timezone

from ..serving import Simulator
from ..serving.answers import Answer
from . import api
from .admin import Admin
from .answers import RestError, internal_error
from .book import Book
from .bulk import Bulk
from .buyers import add_customer
from .catalog import Catalog
from .control import CONTROL, control
from .faults import KINDS
from .order_json import shown_order
from .orders import Orders
from .routes import all_rights
from .search_criteria import InputLimits
from .shop import Shop
from .signing import SignIns


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(timezone.utc)


class MagentoSimulator(Simulator):
    """A Magento server on loopback, for one ``with`` block.

    :param port: 0 takes any free one
    :param clock: returns the time that documents get, in UTC
    :ivar rights: the ACL resources that the integration has; all of them at first
    :ivar input_limits: Magento's optional limits; None is none
    :ivar admin: the shop's own staff: see :class:`Admin`
    """

    fault_kinds = KINDS

    def __init__(self, *, port: int = 0, clock: Callable[[], datetime] = utc_now):
        super().__init__(port)
        self.shop = Shop()
        self.catalog = Catalog()
        self.book = Book(clock, shown_order)
        self.orders = Orders(self.book, self.shop, self.catalog)
        self.admin = Admin(self.book, self.shop, self.catalog, self.orders)
        self.sign_ins = SignIns()
        self.rights = all_rights()
        self.input_limits: InputLimits | None = None

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
        self, method: str, target: str, headers, raw: bytes, **options
    ) -> Answer:
        """Do what a request asks for; one request at a time, as the book is one."""
        with self.book.lock:
            return api.respond(self, method, target, headers, raw, **options)

    def error(self, status: int, words: str = "") -> Answer:
        """Return an error as Magento words it."""
        return (RestError(status, words) if words else internal_error()).answer

    def control(self, method: str, path: str, raw: bytes) -> Answer | None:
        """Let other processes look into the book, and act as the shop."""
        return control(self, method, path, raw) if path.startswith(CONTROL) else None

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
