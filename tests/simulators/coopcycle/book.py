"""What an instance has: stores, orders, deliveries, webhooks.

``src/Entity/Sylius/Order.php``, ``ExportCommand.php``, ``OrderExport.php``,
``src/Entity/Base/LocalBusiness.php`` (name and legal name may both be missing),
``src/Entity/Delivery.php``, ``src/Entity/Webhook.php``.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass
class Store:
    """A shop that has things delivered.

    :ivar reach: farther deliveries, in metres, are not feasible; None is no limit
    :ivar price: of a delivery, with tax, in cents; None has no price
    """

    id: int
    name: str | None
    legal_name: str | None = None
    reach: int | None = None
    price: int | None = 499

    @property
    def organization(self) -> str | None:
        """Return what is invoiced: the legal name, else the name."""
        return self.name if self.legal_name is None else self.legal_name


@dataclass
class Order:
    """Something to invoice; amounts in cents.

    :ivar store: None for an order of no store
    :ivar slot: when it is delivered; None is in no list by date
    :ivar parts: what the description says between the product and the day
    :ivar exports: (when, request id) of each export that it was in
    """

    id: int
    number: str
    store: Store | None
    slot: tuple[datetime, datetime] | None
    total: int
    tax: int
    state: str = "fulfilled"
    parts: list[str] = field(default_factory=list)
    exports: list[tuple[datetime, str]] = field(default_factory=list)

    def overlaps(self, first: datetime, last: datetime) -> bool:
        """Say whether the slot and these two days, both whole, have a moment in common.

        ``src/Api/Filter/OrderDateFilter.php``
        """
        if self.slot is None or self.state == "cart":
            return False
        return self.slot[0] < last + timedelta(days=1) and first <= self.slot[1]


@dataclass
class Task:
    """The pickup or the drop-off of a delivery, as JSON has it.

    :ivar events: what happened to it
    :ivar images: names of the pictures that its courier made
    """

    id: int
    type: str
    shown: dict
    status: str = "TODO"
    is_assigned: bool = False
    events: list[dict] = field(default_factory=list)
    images: list[str] = field(default_factory=list)


@dataclass
class Delivery:
    """A delivery of a store; the distance in metres."""

    id: int
    store: Store
    pickup: Task
    dropoff: Task
    distance: int
    order: Order


@dataclass
class Webhook:
    """Who is told of an event, by an application's wish."""

    id: int
    application: str
    event: str
    url: str
    secret: str
