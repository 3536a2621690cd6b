"""Shipments, invoices and credit memos, as a real Magento gave them."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tools.magento.amounts import MalformedOrderError
from tools.magento.creditmemo import read_creditmemo
from tools.magento.invoice import read_invoice
from tools.magento.shipment import read_shipment

RECORDINGS = Path(__file__).parents[2] / "data" / "magento" / "recordings"
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


def recorded(name):
    return json.loads((RECORDINGS / f"{name}.json").read_text())["response"]["body"]


def all_recorded(beginning):
    """Return every document whose recording begins so, alone or in a list."""
    found = []
    for path in sorted(RECORDINGS.glob(f"{beginning}*.json")):
        recording = json.loads(path.read_text())
        body = recording["response"]["body"] if "response" in recording else None
        if isinstance(body, dict):
            found += [
                each
                for each in (body.get("items") or [], [body])["total_count" not in body]
                if isinstance(each, dict)
                and {"order_id", "items", "order_currency_code"} <= each.keys()
            ]
    return found


@pytest.mark.parametrize(
    "read, beginning", [(read_invoice, "invoice"), (read_creditmemo, "creditmemo")]
)
def test_every_recorded_total_is_explained(read, beginning):
    documents = all_recorded(beginning)
    assert documents
    for raw in documents:
        assert read(raw).residual == 0, raw["entity_id"]


def test_creditmemo():
    memo = read_creditmemo(recorded("creditmemo_get"))
    assert (memo.magento_id, memo.order_id) == ("1", "42")
    assert (memo.grand_total, memo.tax) == (12, 2)
    assert [(item.order_item_id, item.quantity) for item in memo.items] == [("125", 1)]
    assert memo.returned_item_ids is None
    assert not memo.is_canceled


def test_variant_has_no_amounts():
    parent, child = read_creditmemo(recorded("creditmemo_get_config")).items
    assert (parent.net, parent.tax) == (25, 5)
    assert (child.net, child.tax) == (0, 0)


def test_discount_is_taken_off():
    memo = read_creditmemo(recorded("creditmemo_get_coupon"))
    assert sum(item.net for item in memo.items) + memo.tax == memo.grand_total


@pytest.mark.parametrize("odd", [None, "1Z999", 7, [], {"description": "D"}])
def test_shipment_is_read_without_what_is_no_track(odd):
    raw = recorded("shipment_get_after_tracks")
    numbers = read_shipment(raw).track_numbers
    raw["tracks"].insert(1, odd)
    assert read_shipment(raw).track_numbers == numbers
    raw["tracks"] = odd
    assert read_shipment(raw).track_numbers == ()


def test_shipment_has_each_number_once():
    raw = recorded("shipment_get_after_tracks")
    raw["tracks"].append(raw["tracks"][0])
    assert read_shipment(raw).track_numbers == ("1Z999", "LATE1", "LATE2")


@pytest.mark.parametrize(
    "comment, keys",
    [
        (f"INV/1 [{KEY}]", {KEY}),
        (f"INV/1 [{KEY.upper()}]", {KEY}),
        (f"INV/1 {KEY}", set()),
        ("[INV/1]", set()),
        (None, set()),
    ],
)
def test_keys_stand_in_brackets(comment, keys):
    raw = recorded("creditmemo_get")
    raw["comments"] = [{"comment": comment}, "odd"]
    assert read_creditmemo(raw).keys == keys


def test_adjustments():
    raw = recorded("creditmemo_get")
    raw |= {"adjustment_positive": 4, "adjustment_negative": 1.5, "grand_total": 14.5}
    memo = read_creditmemo(raw)
    assert (memo.adjustment_positive, memo.adjustment_negative) == (4, Decimal("1.5"))
    assert memo.residual == 0


def test_adjustment_without_its_parts():
    raw = recorded("creditmemo_get")
    raw |= {"adjustment": -2, "grand_total": 10}
    del raw["adjustment_positive"], raw["adjustment_negative"]
    memo = read_creditmemo(raw)
    assert (memo.adjustment_negative, memo.residual) == (2, 0)


def test_unexplained_amounts_are_a_residual():
    raw = recorded("creditmemo_get")
    raw["grand_total"] = 9
    assert read_creditmemo(raw).residual == -3


@pytest.mark.parametrize(
    "change",
    [
        {"items": None},
        {"items": ["odd"]},
        {"items": [{"order_item_id": 1}]},
        {"items": [{"order_item_id": 1, "qty": "much"}]},
        {"items": [{"order_item_id": 1, "qty": -1}]},
        {"order_id": None},
        {"entity_id": ""},
        {"grand_total": None},
        {"created_at": "yesterday"},
        {"extension_attributes": ["odd"]},
    ],
)
def test_malformed(change):
    with pytest.raises(MalformedOrderError):
        read_creditmemo({**recorded("creditmemo_get"), **change})


def test_no_object():
    for read in (read_invoice, read_shipment, read_creditmemo):
        with pytest.raises(MalformedOrderError):
            read([1])
