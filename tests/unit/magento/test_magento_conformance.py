"""The simulated Magento answers as the recorded one did."""

import json
import threading

import pytest
import requests
from simulators.magento import MagentoSimulator
from simulators.recorded_shop import (
    RECORDINGS,
    START,
    RecordedShop,
    Ticking,
    recording,
)
from simulators.recorded_story import ORDERS, STORY, Act, Replay
from simulators.shapes import VOLATILE, differences

# What cannot be replayed, and why.
NOT_REPLAYED = {
    "async_bulk_invoice": "the simulator has no queue",
    "async_invoice": "the simulator has no queue",
}
# Not one request each: they have tests of their own below.
SEQUENCES = {"client_hangup_invoice", "order_updated_at_bumps", "race_invoice"}
# Names of which only the shape is compared, "" is the whole answer, and why.
SHAPE_ONLY = {
    "accept_html": ({""}, "the page has the number of the error in it"),
    "countries": ({"available_regions"}, "a few regions are enough"),
    "maintenance_mode": ({""}, "the page names the shop's address"),
    "maintenance_mode_post": ({""}, "the page names the shop's address"),
    "modules": ({""}, "a few modules are enough"),
    "orders_list_bad_field": ({"message"}, "it has the number of the report in it"),
    "orders_list_bad_sort": ({"message"}, "it has the number of the report in it"),
    "orders_list_updated_iso_offset": ({"total_count"}, "its time is not retold"),
    "payment_methods_guest": ({""}, "a few modules are enough"),
    "salable_qty": ({""}, "not all orders of that time are known"),
    "token_admin_ok": ({""}, "every token is another one"),
}
REPLAYED = [name for step in STORY if isinstance(step, Replay) for name in step.names]


@pytest.fixture(scope="module")
def answers():
    """Return what the simulator answers to the recorded requests."""
    with MagentoSimulator(clock=Ticking(START)) as simulator:
        shop = RecordedShop(simulator)
        shop.tell(STORY)
        return shop.answers


@pytest.fixture
def shop():
    """Return a shop with one order such as those that were recorded."""
    with MagentoSimulator(clock=Ticking(START)) as simulator:
        simulator.place_order(**ORDERS["simple"])
        yield RecordedShop(simulator)


def test_every_recording_is_replayed_or_listed():
    names = {path.stem for path in RECORDINGS.glob("*.json")}
    assert names == {*REPLAYED, *SEQUENCES, *NOT_REPLAYED}
    assert len(REPLAYED) == len(set(REPLAYED))


@pytest.mark.parametrize("name", REPLAYED)
def test_the_answer_is_as_recorded(name, answers):
    recorded, answer = recording(name)["response"], answers[name]
    assert answer.status_code == recorded["status"]
    kind = recorded["headers"].get("Content-Type", "text/html").partition(";")[0]
    assert answer.headers["Content-Type"].partition(";")[0] == kind
    body = answer.json() if kind == "application/json" else answer.text
    ignored, _reason = SHAPE_ONLY.get(name, (set(), ""))
    found = differences(recorded["body"], body, VOLATILE | ignored)
    assert not list(found)


def test_an_order_that_was_recorded_is_shown_again_as_it_was():
    names = [name for name in REPLAYED if name.startswith("order_get_")]
    with MagentoSimulator() as simulator:
        for name in names:
            shown = recording(name)["response"]["body"]
            if "quote_id" in shown:
                simulator.book.orders.clear()
                order = simulator.add_order(shown)
                assert simulator.book.orders.shown(order) == shown


def test_magento_finishes_what_a_client_did_not_wait_for(shop):
    """Recorded as ``client_hangup_invoice``."""
    shop.simulator.faults.add("hang_up_after", times=1)
    with pytest.raises(requests.ConnectionError):
        shop.act(Act("POST", "/V1/order/1/invoice", {"capture": True}))
    recorded = recording("client_hangup_invoice")["qty_invoiced_after"]
    items = shop.simulator.book.orders[1]["items"]
    assert [item["qty_invoiced"] for item in items] == recorded


def test_of_two_invoices_at_once_one_is_refused(shop):
    """Recorded as ``race_invoice``."""
    recorded, done = recording("race_invoice"), []

    def invoice():
        answer = RecordedShop(shop.simulator).act(Act("POST", "/V1/order/1/invoice"))
        done.append([answer.status_code, answer.json()])

    threads = [threading.Thread(target=invoice) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused, made = sorted(done, key=lambda answer: -answer[0])
    assert refused == [400, json.loads(recorded["answers"][0][1])]
    assert made == [200, "1"]
    order = shop.simulator.book.orders[1]
    quantities = [
        [item["sku"], *(item[f"qty_{kind}"] for kind in ("ordered", "invoiced"))]
        for item in order["items"]
    ]
    assert quantities == [item[:3] for item in recorded["order_items_after"]]


def test_only_some_events_count_as_a_change_of_the_order(shop):
    """Recorded as ``order_updated_at_bumps``."""
    steps = {
        "partial invoice 1": _one("invoice", 1),
        "partial invoice 2": _one("invoice", 2),
        "partial ship 1": _one("ship", 1),
        "partial ship 2": _one("ship", 2),
        "partial refund 1": _one("refund", 1),
        "partial refund 2": _one("refund", 2),
        "comment": Act(
            "POST", "/V1/orders/1/comments", {"statusHistory": {"comment": "x"}}
        ),
        "hold": Act("POST", "/V1/orders/1/hold"),
        "unhold": Act("POST", "/V1/orders/1/unhold"),
        "invoice rest": Act("POST", "/V1/order/1/invoice"),
        "ship rest (-> complete)": Act("POST", "/V1/order/1/ship"),
    }
    found, order = [], shop.simulator.book.orders[1]
    for name, act in steps.items():
        before = order["updated_at"]
        assert shop.act(act).status_code == 200
        bumped = "bumped" if order["updated_at"] != before else "NOT bumped"
        found.append([name, bumped])
    recorded = recording("order_updated_at_bumps")[1:]
    assert found == [[name, bumped] for name, _time, bumped in recorded]
    assert order["state"] == "complete"


def _one(what: str, item_id: int) -> Act:
    body = {
        "items": [{"order_item_id": item_id, "qty": 1}],
        "arguments": {"shipping_amount": 0} if what == "refund" else {},
    }
    return Act("POST", f"/V1/order/1/{what}", body)
