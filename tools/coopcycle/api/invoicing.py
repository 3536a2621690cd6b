"""What CoopCycle has to invoice, and its exports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .client import CoopcycleClient, Query
from .errors import CONNECTION, CoopcycleError
from .period import STATES, Period

_LARGEST_ID = 2**31 - 1
_MOST_CENTS = 10**12
# More orders than these that cannot be read are another API
MOST_UNREADABLE = 100
_LIST = "invoice_line_items"
_NOT_EXPORTED = ("exists[exports]", "false")
_EXPORTED = ("exists[exports]", "true")


@dataclass(frozen=True)
class StoreTotal:
    """What one store has to be invoiced; amounts in cents.

    :param legal_name: what the export calls it, "" for a store without a name
    :param subtotal: without tax
    """

    store_id: int
    legal_name: str
    name: str
    orders: int
    subtotal: int
    tax: int
    total: int


@dataclass(frozen=True)
class LineItem:
    """One delivered order; amounts in cents.

    :param store_id: None for an order of no store
    :param subtotal: without tax
    :param exports: {request id: day} of the exports that it was in
    """

    store_id: int | None
    day: date
    order_id: int
    order_number: str
    description: str
    subtotal: int
    tax: int
    total: int
    exports: Mapping[str, date]


def read_stores(client: CoopcycleClient, period: Period) -> list[StoreTotal]:
    """Return what each store has to be invoiced, by name.

    A store without a name makes CoopCycle fail for all of them; then they are asked for
    one by one, and it is the one without a name.

    :raise CoopcycleError: they cannot be read
    """
    query = [*period.query(), _NOT_EXPORTED]
    try:
        return _read_totals(client, query)
    except CoopcycleError as error:
        if error.code != "server_error":
            raise
    # What cannot be read yet is not exported, and comes another time
    items = read_line_items(client, period, [_NOT_EXPORTED], unreadable=[])
    by_store: dict[int, list[LineItem]] = {}
    for item in items:
        if item.store_id is not None:
            by_store.setdefault(item.store_id, []).append(item)
    totals = [
        _read_total(client, query, store_id, own) for store_id, own in by_store.items()
    ]
    return sorted(totals, key=lambda total: total.legal_name)


def read_line_items(
    client: CoopcycleClient,
    period: Period,
    query: Query = (),
    states: tuple[str, ...] = STATES,
    unreadable: list[str] | None = None,
) -> Iterator[LineItem]:
    """Yield the orders of some days, whether they were exported or not.

    :param query: more filters, such as ``("store[]", "12")``
    :param states: of the orders, see :mod:`.period`
    :param unreadable: takes the numbers of the orders that are none that CoopCycle
        makes; without it, and if there are many, one ends the list
    :raise CoopcycleError: they cannot be read
    """
    for record in client.records(_LIST, [*period.query(states), *query]):
        try:
            item = _read(_line_item, record, _LIST)
        except CoopcycleError:
            if unreadable is None or len(unreadable) >= MOST_UNREADABLE:
                raise
            unreadable.append(_number_of(record))
            continue
        yield item


def read_exported(
    client: CoopcycleClient,
    period: Period,
    *request_ids: str,
    unreadable: list[str] | None = None,
) -> dict[int, list[LineItem]]:
    """Find the orders that requests marked, whatever became of their answers.

    :param unreadable: see :func:`read_line_items`
    :return: {store id: its orders}
    :raise CoopcycleError: they cannot be read
    """
    found: dict[int, list[LineItem]] = {}
    for item in read_line_items(client, period, [_EXPORTED], unreadable=unreadable):
        is_ours = not item.exports.keys().isdisjoint(request_ids)
        if is_ours and item.store_id is not None:
            found.setdefault(item.store_id, []).append(item)
    return found


def export_store(
    client: CoopcycleClient, period: Period, store_id: int, request_id: str
) -> tuple[str, str]:
    """Ask for the file of one store, which marks its orders as exported.

    :return: its text, and the request id that CoopCycle took, "" if it does not say
    :raise CoopcycleError: with the scope ``unknown`` its orders may be marked; they are
        found by :func:`read_exported`
    """
    query = [*period.query(), _NOT_EXPORTED, ("store[]", str(store_id))]
    return client.export(f"{_LIST}/export/odoo", query, request_id)


def _read_totals(client: CoopcycleClient, query: Query) -> list[StoreTotal]:
    path = f"{_LIST}/grouped_by_organization"
    return [_read(_store_total, record, path) for record in client.records(path, query)]


def _read_total(
    client: CoopcycleClient, query: Query, store_id: int, items: list[LineItem]
) -> StoreTotal:
    """Return the total of one store; of one without a name, by its orders."""
    try:
        totals = _read_totals(client, [*query, ("store[]", str(store_id))])
    except CoopcycleError as error:
        if error.code != "server_error":
            raise
        totals = []
    own = (total for total in totals if total.store_id == store_id)
    return next(own, total_of(store_id, "", items))


def total_of(store_id: int, name: str, items: list[LineItem]) -> StoreTotal:
    """Return the total of some orders of one store.

    :param name: "" for a store without a name
    """
    return StoreTotal(
        store_id,
        legal_name=name,
        name=name,
        orders=len(items),
        subtotal=sum(item.subtotal for item in items),
        tax=sum(item.tax for item in items),
        total=sum(item.total for item in items),
    )


def _read(make: Any, record: dict[str, Any], path: str) -> Any:
    try:
        return make(record)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CoopcycleError(
            "improper_answer", CONNECTION, method="GET", path=path
        ) from error


def _store_total(record: dict[str, Any]) -> StoreTotal:
    return StoreTotal(
        _whole(record["storeId"], 1, _LARGEST_ID),
        _text(record["organizationLegalName"]),
        _text(record["storeName"]),
        _whole(record["ordersCount"], 0, _LARGEST_ID),
        *(_cents(record[name]) for name in ("subTotal", "tax", "total")),
    )


def _line_item(record: dict[str, Any]) -> LineItem:
    store_id = record["storeId"]
    return LineItem(
        None if store_id is None else _whole(store_id, 1, _LARGEST_ID),
        _day(record["date"]),
        _whole(record["orderId"], 1, _LARGEST_ID),
        _text(record["orderNumber"]),
        _text(record["description"]),
        *(_cents(record[name]) for name in ("subTotal", "tax", "total")),
        {
            _text(export["requestId"]): _day(export["createdAt"])
            for export in record["exports"]
        },
    )


def _number_of(record: dict[str, Any]) -> str:
    """Return by what a person finds an order that cannot be read."""
    known = [record.get(name) for name in ("orderNumber", "orderId")]
    return next((str(each)[:64] for each in known if type(each) in (str, int)), "?")


def _whole(value: Any, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError("no such number")
    return value


def _cents(value: Any) -> int:
    return _whole(value, -_MOST_CENTS, _MOST_CENTS)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value.strip()


def _day(value: Any) -> date:
    """Return the day of a moment, where the instance is."""
    return datetime.fromisoformat(_text(value)[:10]).date()
