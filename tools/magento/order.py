"""Magento's order, as its REST API gives it, read into frozen dataclasses.

Amounts are `Decimal` in the order's own currency, never in the base currency; times are
naive UTC. The shapes are those of the recordings `order_get_*` and `orders_list_*`.
"""

from dataclasses import astuple, dataclass, field
from datetime import datetime
from decimal import Decimal

from .address import Address, read_address
from .amounts import (
    UNREADABLE,
    MalformedOrderError,
    amount,
    check_codes,
    flag,
    is_id,
    text,
)
from .dates import parse_datetime
from .extras import Extra, explain_residual
from .fingerprint import fingerprint
from .options import GiftMessage, read_gift_messages
from .order_lines import OrderLine, read_lines
from .payment import is_paid
from .shipping import Shipping, read_shipping
from .taxes import read_item_taxes

SHAPES = {
    "items": list,
    "payment": dict,
    "billing_address": dict,
    "extension_attributes": dict,
}
CODES = (
    "increment_id",
    "store_id",
    "state",
    "status",
    "currency",
    "payment_method",
    "payment_title",
    "coupon",
    "edited_from_id",
)
LINE_CODES = ("item_id", "child_item_id", "parent_item_id", "sku", "product_type")


@dataclass(frozen=True)
class Customer:
    """Who ordered. `magento_id` is empty for a guest.

    `vat` stands with who is billed, or else `is_vat_of_account` says that it is the
    registered customer's, whoever is billed.
    """

    magento_id: str
    email: str
    name: str
    vat: str
    is_vat_of_account: bool


@dataclass(frozen=True)
class Order:
    """One order.

    `lines` are what is sold, `shipping` what its delivery costs, `extras` whatever else
    changes the total (a gift card, a surcharge), `residual` what nothing explains:
    `grand_total` minus all of them. `tax_residual` are taxes that none of them bears.
    `mixed_up_with` is the id of the order whose address it was given with, "" if both
    are its own. `store_id` is "" once its store view was deleted.
    """

    magento_id: str
    increment_id: str
    store_id: str
    state: str
    status: str
    created_at: datetime
    updated_at: datetime
    currency: str
    base_currency: str
    base_rate: Decimal
    customer: Customer
    billing: Address | None
    delivery: Address | None
    payment_method: str
    payment_title: str
    lines: tuple[OrderLine, ...]
    shipping: Shipping
    extras: tuple[Extra, ...]
    residual: Decimal
    tax_residual: Decimal
    grand_total: Decimal
    tax_total: Decimal
    total_paid: Decimal
    total_due: Decimal
    total_refunded: Decimal
    total_canceled: Decimal
    coupon: str
    customer_note: str
    gift_messages: tuple[GiftMessage, ...]
    edited_from_id: str
    mixed_up_with: str
    raw: dict = field(repr=False, compare=False)

    @property
    def is_paid(self) -> bool:
        """Say whether the whole order is paid, or costs nothing."""
        return is_paid(self.raw)

    @property
    def billing_key(self) -> str:
        """Return what changes when the billing address does."""
        return fingerprint(astuple(self.billing) if self.billing else ())

    @property
    def delivery_key(self) -> str:
        """Return what changes when the delivery address does."""
        return fingerprint(astuple(self.delivery) if self.delivery else ())

    @property
    def items_key(self) -> str:
        """Return what changes when something else is ordered, or another quantity."""
        items = (
            (line.item_id, line.sku, f"{line.quantity.normalize():f}")
            for line in self.lines
        )
        return fingerprint(tuple(sorted(items)))

    @property
    def firm(self) -> str:
        """Return the name of the firm that is billed, "" for a person."""
        return self.billing.company if self.billing else ""


def read_order(raw: dict) -> Order:
    """Read one order.

    :param raw: the decoded JSON of an order
    :raise MalformedOrderError: something that every order has is missing or unreadable
    """
    if not isinstance(raw, dict):
        raise MalformedOrderError("order")
    try:
        order = _read(raw)
    except MalformedOrderError:
        raise
    except UNREADABLE as error:
        # Somewhere within there is a list, or a text, where Magento has an object.
        raise MalformedOrderError(_odd_field(raw)) from error
    _check(order)
    return order


def _check(order: Order) -> None:
    """Check what records are found by.

    :raise MalformedOrderError: Magento could not have kept it
    """
    if not is_id(order.magento_id):
        raise MalformedOrderError("entity_id")
    check_codes(order, *CODES)
    check_codes(order.shipping, "method")
    for line in order.lines:
        check_codes(line, *LINE_CODES)


def _odd_field(raw: dict) -> str:
    """Return the field that has another shape than Magento's, or "order"."""
    for name, kind in SHAPES.items():
        if raw.get(name) and not isinstance(raw[name], kind):
            return name
    return "order"


def _read(raw: dict) -> Order:
    currency = text(raw, "order_currency_code", required=True)
    shipping = read_shipping(raw)
    lines = read_lines(raw, shipping)
    grand_total = amount(raw, "grand_total", required=True)
    unexplained = grand_total - sum(line.total for line in lines) - shipping.total
    unexplained_tax = amount(raw, "tax_amount") - _sum_taxes(lines) - shipping.tax
    extras = explain_residual(
        raw,
        unexplained,
        unexplained_tax,
        read_item_taxes(raw),
        _unshared_discount(raw, lines, shipping),
    )
    payment = raw.get("payment") or {}
    return Order(
        magento_id=text(raw, "entity_id", required=True),
        increment_id=text(raw, "increment_id", required=True),
        store_id=text(raw, "store_id"),
        state=text(raw, "state", required=True),
        status=text(raw, "status"),
        created_at=_time(raw, "created_at"),
        updated_at=_time(raw, "updated_at"),
        currency=currency,
        base_currency=text(raw, "base_currency_code"),
        base_rate=amount(raw, "base_to_order_rate") or Decimal(1),
        customer=_read_customer(raw),
        billing=read_address(raw.get("billing_address")),
        delivery=read_address(shipping.address),
        payment_method=_payment_method(payment),
        payment_title=_payment_title(raw, payment),
        lines=lines,
        shipping=shipping,
        extras=extras,
        residual=unexplained - sum(extra.total for extra in extras),
        tax_residual=unexplained_tax - sum(extra.tax for extra in extras),
        grand_total=grand_total,
        tax_total=amount(raw, "tax_amount"),
        total_paid=amount(raw, "total_paid"),
        total_due=amount(raw, "total_due"),
        total_refunded=amount(raw, "total_refunded"),
        total_canceled=amount(raw, "total_canceled"),
        coupon=text(raw, "coupon_code"),
        customer_note=text(raw, "customer_note"),
        gift_messages=read_gift_messages(raw),
        edited_from_id=text(raw, "relation_parent_id"),
        mixed_up_with=_other_owner(raw, shipping),
        raw=raw,
    )


def _unshared_discount(
    raw: dict, lines: tuple[OrderLine, ...], shipping: Shipping
) -> Decimal:
    """Return what of the discount extensions gave the order, and none of its items."""
    shared = sum((line.discount for line in lines), shipping.discount)
    return abs(amount(raw, "discount_amount")) - shared


def _sum_taxes(lines: tuple[OrderLine, ...]) -> Decimal:
    """Return the taxes of all lines, with those on fixed product taxes."""
    product_taxes = [line.product_tax for line in lines if line.product_tax]
    taxes = [line.tax for line in lines] + [each.tax for each in product_taxes]
    return sum(taxes, Decimal(0))


def _other_owner(raw: dict, shipping: Shipping) -> str:
    """Return the id of another order that an address says to be of, or ""."""
    addresses = filter(None, (raw.get("billing_address"), shipping.address))
    owners = {text(address, "parent_id") for address in addresses}
    return max(owners - {"", text(raw, "entity_id")}, default="")


def _time(raw: dict, name: str) -> datetime:
    try:
        return parse_datetime(raw[name])
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedOrderError(name) from error


def _read_customer(raw: dict) -> Customer:
    is_guest = flag(raw, "customer_is_guest")
    parts = ("prefix", "firstname", "middlename", "lastname", "suffix")
    names = (text(raw, f"customer_{part}") for part in parts)
    billing = raw.get("billing_address") or {}
    account, own = text(raw, "customer_taxvat"), text(billing, "vat_id")
    return Customer(
        magento_id="" if is_guest else text(raw, "customer_id"),
        email=text(raw, "customer_email") or text(billing, "email"),
        name=" ".join(filter(None, names)),
        vat=own or account,
        is_vat_of_account=bool(account and not own and not is_guest),
    )


def _payment_method(payment: dict) -> str:
    if method := text(payment, "method"):
        return method
    raise MalformedOrderError("payment")


def _payment_title(raw: dict, payment: dict) -> str:
    """Return the method's name as the shop shows it, or its code."""
    information = (raw.get("extension_attributes") or {}).get("payment_additional_info")
    for entry in information or ():
        if isinstance(entry, dict) and entry.get("key") == "method_title":
            return str(entry.get("value") or payment["method"])
    return str(payment["method"])
