"""Orders as Magento gives them: what is read, and what is malformed."""

import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest

from tools.magento.amounts import MalformedOrderError
from tools.magento.order import read_order

RECORDINGS = Path(__file__).parents[2] / "data" / "magento" / "recordings"


def recorded(name="simple"):
    text = (RECORDINGS / f"order_get_{name}.json").read_text()
    return json.loads(text, parse_float=Decimal)["response"]["body"]


@pytest.mark.parametrize(
    "name",
    ["simple", "configurable", "coupon_discount", "bundle", "virtual", "usd_store"],
)
def test_lines_and_shipping_explain_the_total(name):
    order = read_order(recorded(name))
    assert order.residual == 0
    assert sum(line.total for line in order.lines) + order.shipping.total == (
        order.grand_total
    )
    assert sum(line.tax for line in order.lines) + order.shipping.tax == order.tax_total


def test_amounts_are_in_the_currency_of_the_order():
    raw = recorded("usd_store")
    order = read_order(raw)
    assert (order.currency, order.base_currency) == ("USD", "EUR")
    assert order.grand_total == raw["grand_total"] != raw["base_grand_total"]


def test_rows_of_versions_that_give_them_before_the_discount():
    raw = recorded("coupon_discount")
    old = copy.deepcopy(raw)
    for item in old["items"]:
        item["row_total"] += item["discount_amount"]
    assert read_order(old).lines == read_order(raw).lines


@pytest.mark.parametrize("field", ["entity_id", "state", "grand_total", "items"])
@pytest.mark.parametrize("value", [None, "", [], {}, [3], "odd"])
def test_what_every_order_has(field, value):
    if (field, value) in (("entity_id", "odd"), ("state", "odd"), ("items", [])):
        return
    with pytest.raises(MalformedOrderError) as raised:
        read_order(recorded() | {field: value})
    assert raised.value.name == field


@pytest.mark.parametrize(
    "fields",
    [
        {"payment": "checkmo"},
        {"billing_address": ["Paris"]},
        {"extension_attributes": [1]},
        {"extension_attributes": {"item_applied_taxes": [None]}},
        {"extension_attributes": {"shipping_assignments": ["x"]}},
    ],
)
def test_another_shape_is_malformed(fields):
    """Never an error of another kind, which would stop all other orders."""
    with pytest.raises(MalformedOrderError):
        read_order(recorded() | fields)


@pytest.mark.parametrize("raw", [None, 7, "order", [], {}])
def test_no_order_at_all(raw):
    with pytest.raises(MalformedOrderError):
        read_order(raw)


def test_addresses_have_keys_that_change_with_them():
    raw = recorded()
    moved = copy.deepcopy(raw)
    moved["billing_address"]["street"] = ["9 rue Neuve"]
    before, after = read_order(raw), read_order(moved)
    assert before.billing_key != after.billing_key
    assert before.delivery_key == after.delivery_key
    assert read_order(recorded("virtual")).delivery_key == ""


def test_gift_card_explains_what_is_missing():
    raw = recorded()
    raw["grand_total"] -= 5
    raw["extension_attributes"]["gift_cards_amount"] = 5
    [extra] = read_order(raw).extras
    assert (extra.name, extra.amount) == ("gift_cards_amount", -5)


def test_nothing_explains_what_is_missing():
    raw = recorded()
    raw["grand_total"] -= 5
    order = read_order(raw)
    assert (order.extras, order.residual) == ((), -5)


def test_itemized_taxes_have_each_rates_own_part():
    """Where several rates make one tax, "amount" is the whole of it."""
    raw = recorded()
    raw["extension_attributes"]["item_applied_taxes"] = []
    item = raw["items"][0]
    item["extension_attributes"] = {
        "itemized_taxes": [
            {"tax_code": code, "tax_percent": 10, "amount": 6, "real_amount": 3}
            for code in ("A", "B")
        ]
    }
    assert [tax.amount for tax in read_order(raw).lines[0].taxes] == [3, 3]
