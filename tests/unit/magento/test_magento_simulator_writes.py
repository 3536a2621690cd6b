"""The simulated Magento: what invoices, shipments and refunds do to an order."""

import random
from decimal import Decimal

import pytest
from simulators.magento import MagentoSimulator
from simulators.magento.answers import RestError
from simulators.magento.order_items import OrderItems
from simulators.magento.seed import set_up
from simulators.signed_session import SignedSession

TEE = {"sku": "TEE", "variant": "TEE-M", "qty": 2}


@pytest.fixture
def shop():
    with MagentoSimulator() as simulator:
        yield simulator


@pytest.fixture
def client(shop):
    with SignedSession(shop) as session:
        yield session


def _send(client, what, **quantities):
    """Invoice, ship or refund: ``i3=1`` is one of the order item 3."""
    items = [
        {"order_item_id": int(name[1:]), "qty": qty} for name, qty in quantities.items()
    ]
    body = {"items": items}
    if what == "refund":
        body["arguments"] = {"shipping_amount": 0}
    return client.post(f"/V1/order/1/{what}", json=body)


def _quantities(order, kind):
    return [item[f"qty_{kind}"] for item in order["items"]]


def test_the_first_invoice_takes_all_the_shipping(shop, client):
    order = shop.place_order([("SKU-001", 4)])
    _send(client, "invoice", i1=1)
    _send(client, "invoice", i1=3)
    invoices = [one["grand_total"] for one in shop.book.invoices]
    assert invoices == [12 + 20, 36]
    assert order["total_due"] == 0


def test_the_last_invoice_takes_the_remainders(shop, client):
    shop.place_order([("SKU-005", 7)], discount_percent=10)
    for _number in range(7):
        assert _send(client, "invoice", i1=1).status_code == 200
    order = shop.book.orders[1]
    assert order["total_invoiced"] == order["grand_total"]
    assert order["discount_invoiced"] == order["discount_amount"]
    taxes = [one["tax_amount"] for one in shop.book.invoices]
    assert sum(map(Decimal, map(str, taxes))) == Decimal(str(order["tax_amount"]))


def test_a_configurable_is_shipped_and_invoiced_by_its_parent(shop, client):
    order = shop.place_order([TEE])
    assert _send(client, "ship", i2=1).status_code == 400
    assert _send(client, "ship", i1=1).status_code == 200
    assert _send(client, "invoice", i1=2).status_code == 200
    assert _quantities(order, "shipped") == [1, 0]
    assert _quantities(order, "invoiced") == [2, 2]


def test_a_bundle_ships_together_or_separately(shop, client):
    order = shop.place_order([("BUN-DYN", 2), "BUN-FIX-SEP"])
    assert _send(client, "ship", i1=1).status_code == 200
    assert _send(client, "ship", i4=1).status_code == 400
    assert _send(client, "ship", i5=1, i6=9).status_code == 200
    # A bundle that ships in parts counts its shipments (case
    # `bundle_separately_two_shipments`)
    assert _quantities(order, "shipped") == [1, 1, 2, 1, 1, 2]
    assert client.post("/V1/order/1/ship", json={}).status_code == 200
    assert client.post("/V1/order/1/invoice", json={}).status_code == 200
    assert order["state"] == "complete"


def test_a_shipment_needs_stock_in_its_source(shop, client):
    shop.place_order([("SKU-001", 2)])
    shop.catalog.sources["paris"] = "Paris"
    shop.catalog.stock["paris", "SKU-001"] = Decimal(1)
    arguments = {"extension_attributes": {"source_code": "paris"}}
    body = {"items": [{"order_item_id": 1, "qty": 2}], "arguments": arguments}
    assert client.post("/V1/order/1/ship", json=body).status_code == 400
    body["items"][0]["qty"] = 1
    assert client.post("/V1/order/1/ship", json=body).status_code == 200
    assert shop.catalog.stock["paris", "SKU-001"] == 0
    assert shop.book.shipments[2]["extension_attributes"] == {"source_code": "paris"}


def test_tracks_are_added_and_removed(shop, client):
    shop.place_order()
    shop.admin.ship(1)
    track = {"track_number": "1Z", "title": "UPS", "carrier_code": "ups"}
    body = {"entity": {"order_id": 1, "parent_id": 1, **track}}
    number = client.post("/V1/shipment/track", json=body).json()["entity_id"]
    assert client.get("/V1/shipment/1").json()["tracks"][0]["title"] == "UPS"
    assert client.delete(f"/V1/shipment/track/{number}").json() is True
    assert client.get("/V1/shipment/1").json()["tracks"] == []


@pytest.mark.parametrize(
    "arguments, shipping",
    [({}, 15), ({"shipping_amount": 0}, 0), ({"shipping_amount": 4}, 4)],
)
def test_shipping_is_refunded_unless_it_is_said(shop, client, arguments, shipping):
    shop.place_order([("SKU-001", 3)])
    shop.admin.invoice(1)
    body = {"items": [{"order_item_id": 1, "qty": 1}], "arguments": arguments}
    assert client.post("/V1/order/1/refund", json=body).json() == "1"
    assert shop.book.creditmemos[1]["grand_total"] == 12 + shipping


def test_arguments_of_a_refund_are_in_base_currency(shop, client):
    shop.place_order([("SKU-001", 3)], store="us")
    shop.admin.invoice(1)
    arguments = {"shipping_amount": 10, "adjustment_positive": 1}
    body = {"items": [{"order_item_id": 1, "qty": 1}], "arguments": arguments}
    assert client.post("/V1/order/1/refund", json=body).json() == "1"
    memo = shop.book.creditmemos[1]
    assert (memo["base_grand_total"], memo["grand_total"]) == (21, 23.1)


def test_items_go_back_to_stock_only_if_asked(shop, client):
    shop.place_order([("SKU-001", 3)])
    shop.admin.invoice(1)
    shop.admin.ship(1)
    stock = shop.catalog.stock
    assert stock["default", "SKU-001"] == 997
    _send(client, "refund", i1=1)
    assert stock["default", "SKU-001"] == 997
    shop.admin.refund(1, {1: 1}, return_items=[1])
    assert stock["default", "SKU-001"] == 998


def test_a_dynamic_bundle_is_refunded_by_its_children(shop, client):
    order = shop.place_order([("BUN-DYN", 2)])
    shop.admin.invoice(1)
    assert _send(client, "refund", i1=1).status_code == 400
    assert _send(client, "refund", i2=1).status_code == 200
    assert shop.book.creditmemos[1]["grand_total"] == 12
    assert order["items"][1]["qty_refunded"] == 1


def test_a_fixed_bundle_is_refunded_by_its_parent(shop, client):
    shop.place_order(["BUN-FIX-SEP"])
    shop.admin.invoice(1)
    assert _send(client, "refund", i2=1).status_code == 400
    assert _send(client, "refund", i1=1).status_code == 200
    assert shop.book.creditmemos[1]["grand_total"] == 132


def test_an_order_is_closed_when_the_rest_is_a_fee(shop):
    """What was kept back is not refunded any more (``Order::canCreditmemo``)."""
    order = shop.place_order([("SKU-001", 2)], paid=True)
    shop.admin.ship(order["entity_id"])
    shop.admin.refund(order["entity_id"], adjustment_negative=3)
    assert (order["state"], order["total_refunded"]) == ("closed", 31)


def test_an_order_for_nothing_is_complete_until_it_is_taken_back(shop):
    """Since 2.4 its items can be refunded, though there is no money to refund."""
    line = {"sku": "SKU-001", "qty": 2, "discount_percent": 100}
    order = shop.place_order([line], shipping_amount=0, paid=True)
    shop.admin.ship(order["entity_id"])
    assert (order["state"], order["grand_total"]) == ("complete", 0)
    item_id = order["items"][0]["item_id"]
    shop.admin.refund(order["entity_id"], {item_id: 1})
    assert order["state"] == "complete"
    shop.admin.refund(order["entity_id"], {item_id: 1})
    assert order["state"] == "closed"


def test_an_order_is_closed_when_all_is_refunded(shop):
    order = shop.place_order()
    shop.admin.invoice(1)
    shop.admin.refund(1)
    assert (order["state"], order["total_refunded"]) == ("closed", 17)


def test_a_virtual_order_is_complete_when_it_is_invoiced(shop, client):
    order = shop.place_order([("VIRT-1", 2)])
    shop.admin.invoice(1)
    assert order["state"] == "complete"
    shop.admin.refund(1)
    assert order["state"] == "closed"


def test_an_online_payment_stays_open_until_it_is_captured(shop, client):
    order = shop.place_order(payment="paypal_express")
    assert order["state"] == "processing"
    client.post("/V1/order/1/invoice", json={"capture": False})
    assert shop.book.invoices[1]["state"] == 1
    assert "total_paid" not in order
    assert client.post("/V1/invoices/1/capture", json={}).json() is True
    assert shop.book.invoices[1]["state"] == 2
    assert order["total_paid"] == 17
    assert client.search("/V1/transactions")["items"][0]["txn_type"] == "capture"


def test_what_is_not_invoiced_can_be_cancelled(shop, client):
    order = shop.place_order([("SKU-001", 3)])
    shop.admin.invoice(1, {1: 1})
    assert client.post("/V1/orders/1/cancel", json={}).json() is True
    assert _quantities(order, "canceled") == [2]
    assert order["total_canceled"] == 24
    assert order["state"] == "processing"
    shop.admin.ship(1)
    assert order["state"] == "complete"


def test_a_custom_status_is_kept_until_the_state_changes(shop, client):
    order = shop.place_order([("SKU-001", 2)])
    shop.shop.statuses["processing"].append("preparing")
    shop.admin.invoice(1, {1: 1})
    body = {"statusHistory": {"comment": "x", "status": "preparing"}}
    assert client.post("/V1/orders/1/comments", json=body).json() is True
    assert order["status"] == "preparing"
    shop.admin.invoice(1)
    shop.admin.ship(1)
    assert order["status"] == "complete"


@pytest.mark.parametrize("seed", range(60))
def test_parts_add_up_to_the_whole(seed):
    """Whatever is ordered and in whatever parts it is invoiced and refunded."""
    shop = MagentoSimulator()
    order = _random_order(shop, random.Random(seed))
    _do_in_parts(shop, order, random.Random(seed), "invoice")
    _do_in_parts(shop, order, random.Random(seed), "refund")
    for prefix in ("", "base_"):
        totals = {
            name: order[f"{prefix}{name}"]
            for name in ("grand_total", "total_invoiced", "total_refunded")
        }
        assert len(set(totals.values())) == 1, totals
        assert order[f"{prefix}total_due"] == 0


def _random_order(shop, draw):
    set_up(shop)
    shop.shop.rounding = draw.choice(["total", "row", "unit"])
    included = draw.random() < 0.4
    for view in shop.shop.views:
        view.prices_include_tax = view.shipping_includes_tax = included
    skus = ("SKU-001", "SKU-002", "SKU-005", "BREAD", "SKU-DEC", "VIRT-1", "BUN-DYN")
    lines = [{"sku": sku, "qty": draw.randint(1, 7)} for sku in draw.sample(skus, 3)]
    lines.append(TEE | {"taxes": ["FR20", "ECO"], "discount": "0.37"})
    return shop.place_order(
        lines,
        store=draw.choice(["default", "us"]),
        billing={"country_id": "FR"},
        discount_percent=draw.choice([0, 10, "33.3"]),
        shipping_taxes=draw.choice([None, ["FR20"]]),
        extra_totals=draw.choice([None, {"gift_cards_amount": "-0.5"}]),
    )


def _do_in_parts(shop, order, draw, what):
    act = getattr(shop.admin, what)
    terms = {"shipping_amount": 1} if what == "refund" else {}
    for _number in range(3):
        items = OrderItems(order)
        to_do = items.to_invoice if what == "invoice" else items.to_refund
        left = {item["item_id"]: to_do(item) for item in items.all if to_do(item) >= 1}
        if len(left) > 1:
            chosen = draw.sample(sorted(left), len(left) - 1)
            act(1, {one: draw.randint(1, int(left[one])) for one in chosen}, **terms)
    try:
        act(1)
    except RestError as error:
        assert "does not allow" in error.message  # nothing was left
