"""Every recorded shipment, refund and credit memo, as our code takes it."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tools.magento import BearerAuth, MagentoClient, MagentoDocumentError
from tools.magento.amounts import MalformedOrderError
from tools.magento.answers import Answer
from tools.magento.creditmemo import read_creditmemo
from tools.magento.search import SearchCriteria
from tools.magento.sending import Job, send_all
from tools.magento.shipment import read_shipment

RECORDINGS = Path(__file__).parents[2] / "data" / "magento" / "recordings"
MISSING = (
    "The entity that was requested doesn't exist. Verify the entity and try again."
)
NO_ROUTE = "Request does not match any route."
NO_PRODUCTS = "You can't create a shipment without products."
NOT_SAVED = "Could not save a shipment, see error log for details"
TOGETHER = (
    'Cannot create shipment as bundle product "BUN-DYN" has shipment type "Together".'
    " Bundle product itself should be shipped instead."
)
NOT_OURS = "The creditmemo contains incorrect product items."

# The id of what Magento made, or why it refused
SENT = {
    "ship_bundle_together_child": TOGETHER,
    "ship_bundle_together_parent": 15,
    "ship_cancelled_order": "when an order has a status of canceled",
    "ship_closed_order": "The order does not allow a shipment to be created.",
    "ship_configurable_child_only": NO_PRODUCTS,
    "ship_configurable_parent_only": 14,
    "ship_full": 8,
    "ship_full_bundle": 10,
    "ship_full_config": 9,
    "ship_full_us": 12,
    "ship_holded_order": "when an order has a status of holded",
    "ship_item_missing_qty": NO_PRODUCTS,
    "ship_items_empty_list": 20,
    "ship_partial": 1,
    "ship_partial_same_again": NO_PRODUCTS,
    "ship_qty_too_large": 2,
    "ship_qty_zero": NO_PRODUCTS,
    "ship_rest": 7,
    "ship_source_stock_ok": 23,
    "ship_track_custom": 6,
    "ship_track_empty_number": "Please enter a tracking number.",
    "ship_track_missing_carrier": NOT_SAVED,
    "ship_track_unknown_carrier": 5,
    "ship_twice": "The order does not allow a shipment to be created.",
    "ship_unknown_item": NO_PRODUCTS,
    "ship_unknown_order": MISSING,
    "ship_virtual_order": NO_PRODUCTS,
    "ship_with_bad_source_code": NOT_SAVED,
    "ship_with_source_code": 17,
    "refund_adjustment_negative": 7,
    "refund_adjustment_only": "The most money available to refund is 75.96.",
    "refund_adjustment_with_zero_qty": 16,
    "refund_cancelled_order": "when an order has a status of canceled",
    "refund_child_only_config": NOT_OURS,
    "refund_full": 4,
    "refund_items_empty_list": 15,
    "refund_no_return_to_stock": 6,
    "refund_not_invoiced": "The most money available to refund is 0.",
    "refund_partial": 1,
    "refund_partial_bundle": NOT_OURS,
    "refund_partial_config": 8,
    "refund_partial_coupon": 10,
    "refund_partial_no_arguments": 2,
    "refund_qty_too_large": 'invalid quantity to refund item "Simple product 1"',
    "refund_qty_zero": 3,
    "refund_return_to_stock": 5,
    "refund_shipping_too_large": "Maximum shipping amount allowed to refund is: €0.00",
    "refund_twice": "when an order has a status of closed",
    "refund_unknown_item": "contains product item that is not part of the original",
    "refund_unknown_order": MISSING,
}
# A tracking number is answered as a whole
TRACKS = {
    "shipment_track_add": 6,
    "shipment_track_add_bad_parent": "Could not save the shipment tracking.",
    "shipment_track_add_min": 7,
}
# (id, order, quantities by item, tracking numbers) of each
SHIPMENTS = {
    "shipment_get": [("1", "30", {"84": 1, "85": 2}, ("1Z999",))],
    "shipment_get_after_tracks": [
        ("1", "30", {"84": 1, "85": 2}, ("1Z999", "LATE1", "LATE2"))
    ],
    "shipments_list": [
        ("1", "30", {"84": 1, "85": 2}, ("1Z999",)),
        ("2", "30", {"84": 2}, ()),
        ("3", "30", {"86": 1}, ()),
    ],
    "shipments_list_empty": [],
}
# (id, order, quantities by item, total, tax, shipping) of each
CREDIT_MEMOS = {
    "creditmemo_get": [("1", "42", {"125": 1}, "12", "2", "0")],
    "creditmemo_get_config": [("8", "46", {"137": 1, "138": 1}, "30", "5", "0")],
    "creditmemo_get_coupon": [("10", "48", {"148": 1}, "21.59", "3.6", "0")],
    "creditmemos_list": [
        ("1", "42", {"125": 1}, "12", "2", "0"),
        ("2", "42", {"126": 1}, "83.99", "4", "60"),
        ("3", "42", {}, "0", "0", "0"),
    ],
    "creditmemos_list_empty": [],
}
# They were asked for without what a document needs, or are answers to what is not sent
UNREADABLE = {
    "creditmemo_raw_post": "grand_total",
    "creditmemo_refund_endpoint": "order_currency_code",
    "creditmemos_list_updated": "items",
    "shipments_list_by_order": "items",
    "shipment_comment": "items",
}
REFUSED_READING = {
    "creditmemo_get_missing": MISSING,
    "creditmemo_get_plural_path": NO_ROUTE,
    "shipment_get_bundle": NO_ROUTE,
    "shipment_get_config": NO_ROUTE,
    "shipment_get_missing": MISSING,
    "shipment_get_plural_path": NO_ROUTE,
    "shipment_get_us": NO_ROUTE,
}


class Replaying(MagentoClient):
    """A client to which the shop answers as it was recorded."""

    def __init__(self, name):
        super().__init__("http://shop.example", BearerAuth("token"), page_size=3)
        self.response = recording(name)["response"]

    def _exchange(self, call, content):
        return Answer(
            "http://shop.example/rest/V1/x",
            self.response["status"],
            self.response["headers"],
            json.dumps(self.response["body"]).encode(),
        )


def recording(name):
    return json.loads((RECORDINGS / f"{name}.json").read_text())


def send(name, answer="id"):
    client, job = Replaying(name), Job(1, "order/1/x", {}, answer=answer)
    return send_all([client], [job], lambda: False)[1]


def documents(name):
    """Return the documents of a recording, alone or in a list, and their reader."""
    read = read_creditmemo if name.startswith("creditmemo") else read_shipment
    client = Replaying(name)
    if "total_count" in client.response["body"]:
        page = next(client.pages("x", SearchCriteria()))
        return page.items, read
    return [client.get("x")], read


def quantities(document):
    return {item.order_item_id: item.quantity for item in document.items}


def test_each_recording_has_its_place():
    names = {
        path.stem
        for beginning in ("ship", "refund", "creditmemo")
        for path in RECORDINGS.glob(f"{beginning}*.json")
    }
    tables = (SENT, TRACKS, SHIPMENTS, CREDIT_MEMOS, UNREADABLE, REFUSED_READING)
    assert sorted(names) == sorted(name for table in tables for name in table)


@pytest.mark.parametrize(
    ("name", "expected", "answer"),
    [(name, expected, "id") for name, expected in SENT.items()]
    + [(name, expected, "entity") for name, expected in TRACKS.items()],
)
def test_sent(name, expected, answer):
    outcome = send(name, answer)
    if isinstance(expected, int):
        assert (outcome.magento_id, outcome.error) == (str(expected), None)
    else:
        assert outcome.magento_id == ""
        assert isinstance(outcome.error, MagentoDocumentError)
        assert expected in outcome.error.message


@pytest.mark.parametrize("name", SHIPMENTS)
def test_shipments(name):
    raws, read = documents(name)
    found = [
        (each.magento_id, each.order_id, quantities(each), each.track_numbers)
        for each in map(read, raws)
    ]
    assert found == SHIPMENTS[name]


@pytest.mark.parametrize("name", CREDIT_MEMOS)
def test_credit_memos(name):
    raws, read = documents(name)
    memos = [read(raw) for raw in raws]
    found = [
        (
            memo.magento_id,
            memo.order_id,
            quantities(memo),
            memo.grand_total,
            memo.tax,
            memo.shipping_net,
        )
        for memo in memos
    ]
    assert found == [(*row[:3], *map(Decimal, row[3:])) for row in CREDIT_MEMOS[name]]
    assert all(memo.residual == 0 and not memo.is_canceled for memo in memos)


@pytest.mark.parametrize(("name", "field"), UNREADABLE.items())
def test_unreadable(name, field):
    raws, read = documents(name)
    for raw in raws:
        with pytest.raises(MalformedOrderError) as caught:
            read(raw)
        assert caught.value.name == field


@pytest.mark.parametrize(("name", "words"), REFUSED_READING.items())
def test_not_there(name, words):
    with pytest.raises(MagentoDocumentError) as caught:
        Replaying(name).get("x")
    assert (caught.value.code, caught.value.message) == ("not_found", words)
