"""What orders come to, however a version or a setting of Magento shows their rows."""

import json
import random
from decimal import Decimal
from pathlib import Path

import pytest
from simulators.magento import MagentoSimulator

from tools.magento.order import read_order
from tools.magento.order_figures import read_figures

CASES = Path(__file__).parents[2] / "data" / "magento" / "cases"
PREFIXES = ("", "base_")
CENT = Decimal("0.01")


def plain(value):
    """Return an order as it is decoded from an answer."""
    return json.loads(json.dumps(value), parse_float=Decimal)


def recorded(name):
    return json.loads((CASES / f"{name}.json").read_text(), parse_float=Decimal)


def shown(shop, order):
    return plain(shop.book.orders.shown(order))


def assert_explained(raw):
    """Lines, delivery and extras are all of the order's total and of its taxes."""
    order = read_order(raw)
    assert abs(order.residual) < CENT, raw["increment_id"]
    assert abs(order.tax_residual) < CENT, raw["increment_id"]
    for line in order.lines:
        assert_taxed(line)
    return order


def assert_taxed(line):
    """The tax of a line is that of its net amount: what the tax is owed for."""
    whole = Decimal(1)
    for tax in line.taxes:
        whole += tax.percent / 100
    rounding = CENT + line.quantity * CENT / 2
    assert abs(line.net * (whole - 1) - line.tax) <= rounding, line.sku


# The same order, as other versions show it


def before_discount(item, prefix):
    return item["_row_total"]


def of_one_piece(item, prefix):
    return item[f"{prefix}price"]


def of_one_piece_less_discount(item, prefix):
    return max(item[f"{prefix}price"] - item[f"{prefix}discount_amount"], 0)


def of_one_piece_with_tax(item, prefix):
    with_tax = item.get(f"{prefix}price_incl_tax") or 0
    less = item[f"{prefix}discount_amount"] + item[f"{prefix}tax_amount"]
    return max(with_tax - less, 0)


def nothing(item, prefix):
    return 0


def of_one_piece_everywhere(item, prefix):
    item[f"{prefix}row_total_incl_tax"] = item.get(f"{prefix}price_incl_tax") or 0
    return item[f"{prefix}price"]


SPOILERS = (
    None,
    of_one_piece,
    of_one_piece_less_discount,
    of_one_piece_with_tax,
    nothing,
    of_one_piece_everywhere,
)


def spoil(order, spoiler):
    """Give rows as another version does; the total with tax is as ever."""
    for item in order["items"]:
        for prefix in PREFIXES:
            item[f"{prefix}row_total"] = round(spoiler(item, prefix), 4)
    parents = {item["item_id"]: item for item in order["items"]}
    for item in order["items"]:
        parent = parents.get(item.get("parent_item_id"))
        if parent and parent["product_type"] == "bundle" and not item["price"]:
            item["price"] = parent["price"]


def random_line(draw, sku):
    line = {
        "sku": sku,
        "qty": draw.randint(1, 12),
        "discount_percent": draw.choice([0, 0, 5, 7.5, 33.33, 90, 100]),
        "taxes": draw.choice([["FR20"], ["FR5"], ["FR20", "ECO"], []]),
    }
    if sku == "TEE":
        line["variant"] = draw.choice(["TEE-S", "TEE-M"])
    if not sku.startswith("BUN"):
        line["price"] = f"{draw.uniform(0.3, 120):.2f}"
        line["discount"] = draw.choice([0, 0, "0.37"])
        line["product_tax"] = draw.choice([0, 0, "0.02", "1.25"])
    return line


def place_random(shop, draw):
    skus = ["SKU-001", "SKU-003", "SKU-DEC", "TEE", "BUN-DYN", "BUN-FIX-SEP", "VIRT-1"]
    lines = [random_line(draw, sku) for sku in draw.sample(skus, 3)]
    return shop.place_order(
        lines,
        shipping_amount=f"{draw.uniform(0, 20):.2f}",
        shipping_taxes=draw.choice([[], ["FR20"]]),
        shipping_discount=draw.choice([0, "0.29"]),
        store=draw.choice(["default", "us"]),
        extra_totals=draw.choice([{}, {}, {"gift_cards_amount": "-0.25"}]),
    )


def make_shop(draw):
    shop = MagentoSimulator()
    for code, percent in (("FR5", "5.5"), ("ECO", "1.25")):
        shop.shop.add_tax_rate(code, percent, tax_class=-2)
    shop.shop.rounding = draw.choice(["total", "row", "unit"])
    shop.shop.tax_before_discount = draw.choice([False, False, True])
    shop.shop.product_tax_is_taxed = draw.choice([False, True])
    shop.shop.product_tax_in_subtotal = draw.choice([False, True])
    with_tax = draw.choice([False, True])
    for view in shop.shop.views:
        view.prices_include_tax = view.shipping_includes_tax = with_tax
    return shop


@pytest.mark.parametrize("spoiler", SPOILERS, ids=lambda each: each and each.__name__)
@pytest.mark.parametrize("seed", range(60))
def test_random_orders(seed, spoiler):
    """Settings, prices with or without tax, discounts, rates, bundles, fixed taxes."""
    draw = random.Random(seed)
    shop = make_shop(draw)
    order = place_random(shop, draw)
    if spoiler:
        spoil(order, spoiler)
    assert_explained(shown(shop, order))


@pytest.mark.parametrize(
    "name",
    [
        "fpt_simple",
        "fpt_subtotal_coupon",
        "fpt_gross_coupon",
        "fpt_gross_tax_before_discount",
        "compound_tax",
        "discount_before_tax_10_percent",
        "gross_discount_90_percent",
        "gross_shipping_discount_order",
        "partial_invoices_both_sides_cent",
    ],
)
def test_recorded_orders(name):
    assert_explained(recorded(name))


def test_fixed_product_tax_is_apart():
    """Its amount, its own tax and the title that the shop gives it."""
    line = read_order(recorded("fpt_simple")).lines[0]
    tax = line.product_tax
    assert (line.net, line.tax) == (10, 2)
    assert (tax.title, tax.net, tax.tax) == ("Eco", Decimal("0.55"), Decimal("0.11"))
    assert [each.code for each in tax.taxes] == ["FR20"]


def test_discount_that_leaves_the_tax():
    """The tax is owed for the whole price; the discount stands apart from it."""
    line = read_order(recorded("discount_before_tax_10_percent")).lines[0]
    assert (line.net, line.tax, line.untaxed_discount) == (30, 6, 3)


def test_row_below_zero():
    """Magento shows 0 where the discount has more tax within than is left."""
    line = read_order(recorded("gross_discount_90_percent")).lines[0]
    assert (line.net, line.tax) == (Decimal("2.52"), Decimal("0.48"))


def test_child_that_shows_the_price_of_its_bundle():
    shop = MagentoSimulator()
    order = shop.place_order([("BUN-FIX-SEP", 2), "SKU-003"])
    before = read_order(shown(shop, order))
    billed = [each.sku for each in read_figures(shown(shop, order)).billed]
    assert billed == ["BUN-FIX-SEP", "SKU-003"]
    spoil(order, of_one_piece)
    assert [each.sku for each in read_figures(shown(shop, order)).billed] == billed
    after = assert_explained(shown(shop, order))
    assert [line.role for line in after.lines] == [line.role for line in before.lines]
    assert [line.total for line in after.lines] == [line.total for line in before.lines]


def test_only_a_few_cents_are_missing():
    """Nothing is guessed: what no reading explains is said."""
    shop = MagentoSimulator()
    order = shown(shop, shop.place_order([("SKU-001", 3)]))
    order["grand_total"] += Decimal("0.30")
    assert read_order(order).residual == Decimal("0.30")


# What extensions add


def place_with(attributes, total, tax=0, fields=None):
    shop = MagentoSimulator()
    order = shop.place_order(["SKU-001"], shipping_amount=0)
    order["extension_attributes"] |= attributes
    order |= fields or {}
    for prefix in PREFIXES:
        for name, more in (("tax_amount", tax), ("grand_total", total + tax)):
            order[prefix + name] = round(order[prefix + name] + more, 2)
    return shown(shop, order)


@pytest.mark.parametrize(
    ("attributes", "total", "tax", "expected"),
    [
        (
            {"cod_fee": 5, "base_cod_fee": 5, "cod_tax_amount": 1},
            5,
            1,
            [("cod_fee", "5", "1")],
        ),
        (
            {"mollie_payment_fee": 1.65, "mollie_payment_fee_tax": 0.33},
            1.65,
            0.33,
            [("mollie_payment_fee", "1.65", "0.33")],
        ),
        (
            {
                "amasty_extrafee_amount": 5,
                "amasty_extrafee_tax_amount": 1,
                "amasty_extrafee_incl_tax": 6,
            },
            5,
            1,
            [("amasty_extrafee_amount", "5", "1")],
        ),
        ({"payment_fee": 6}, 5, 1, [("payment_fee", "5", "1")]),
        ({"payment_fee": 5}, 5, 0, [("payment_fee", "5", "0")]),
        (
            {"gw_price": "3.00", "gw_tax_amount": "0.60", "gw_price_incl_tax": "3.60"},
            3,
            0.6,
            [("gw_price", "3.00", "0.60")],
        ),
        (
            {"gw_items_price": "4", "gw_items_tax_amount": "0.8"},
            4,
            0.8,
            [("gw_items_price", "4", "0.8")],
        ),
        (
            {"gift_cards_amount": 10, "gift_cards": [{"code": "X", "amount": 10}]},
            -10,
            0,
            [("gift_cards_amount", "-10", "0")],
        ),
        (
            {"reward_points_balance": 500, "reward_currency_amount": 5},
            -5,
            0,
            [("reward_currency_amount", "-5", "0")],
        ),
        (
            {"base_customer_balance_amount": 5},
            -5,
            0,
            [("customer_balance_amount", "-5", "0")],
        ),
        (
            {"fees": [{"code": "eco", "amount": 2, "tax": 0.4}]},
            2,
            0.4,
            [("eco", "2", "0.4")],
        ),
        (
            {
                "gw_card_price": 1,
                "gw_card_tax_amount": 0.2,
                "gw_items_price": 4,
                "gw_items_tax_amount": 0.8,
                "gw_price": 3,
                "gw_tax_amount": 0.6,
            },
            8,
            1.6,
            [
                ("gw_card_price", "1", "0.2"),
                ("gw_items_price", "4", "0.8"),
                ("gw_price", "3", "0.6"),
            ],
        ),
        (
            {"cod_fee": 5, "insurance_fee": 2},
            7,
            1.4,
            [("cod_fee", "5", "1"), ("insurance_fee", "2", "0.4")],
        ),
        ({"discount_fee": -3}, -3, 0, [("discount_fee", "-3", "0")]),
        ({"surcharge": "2.5000"}, 2.5, 0, [("surcharge", "2.5", "0")]),
        (
            {"cod_fee": 5, "gift_cards_amount": 10},
            -5,
            1,
            [("cod_fee", "5", "1"), ("gift_cards_amount", "-10", "0")],
        ),
    ],
)
def test_extras(attributes, total, tax, expected):
    """A fee with its tax, a gift card: each is named, with its own amounts."""
    order = assert_explained(place_with(attributes, total, tax))
    assert [(e.name, e.amount, e.tax) for e in order.extras] == [
        (name, Decimal(net), Decimal(own_tax)) for name, net, own_tax in expected
    ]
    for extra in order.extras:
        assert [each.code for each in extra.taxes] == (["FR20"] if extra.tax else [])


def test_extra_on_the_order_itself():
    fields = {"customer_balance_amount": 5, "base_customer_balance_amount": 5}
    order = assert_explained(place_with({}, -5, fields=fields))
    assert [extra.name for extra in order.extras] == ["customer_balance_amount"]


@pytest.mark.parametrize(
    ("attributes", "difference"),
    [
        ({"rewards_points_earned": 25, "rewards_points_spent": 30}, -5),
        ({"loyalty_level": 3, "gift_message_available": 1, "fraud_score": 12}, -12),
        ({"delivery_slot": 2.5}, 2.5),
        ({"picker_id": 4, "boxes": 4}, 4),
        ({"order_age_days": 1, "total_boxes": 2}, -3),
        ({"reward_points": 7}, -7),
        ({"aw_reward_points_balance": 7}, -7),
        ({"cod_tax_amount": 1}, 1),
        ({"delivery_cost_score": 3, "discount_percent": 3}, -3),
    ],
)
def test_what_is_no_money(attributes, difference):
    """Points, scores and slots are never a line, however well they would fit."""
    order = read_order(place_with(attributes, difference))
    assert (order.extras, order.residual) == ((), difference)


def test_tax_that_is_nobodys():
    """A fee and a tax that no rate makes of it: nothing is guessed."""
    order = read_order(place_with({"cod_fee": 5, "payment_fee": 7}, 12, 3))
    assert (order.extras, order.tax_residual) == ((), 3)
