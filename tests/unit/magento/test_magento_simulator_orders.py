"""The simulated Magento: the amounts of the orders it places, worked out by hand."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from simulators.magento import MagentoSimulator

CASES = Path(__file__).parents[2] / "data" / "magento" / "cases"


@pytest.fixture
def shop():
    """Return a shop that nobody needs to call."""
    return MagentoSimulator()


def _amounts(order, *names):
    return tuple(order[name] for name in names)


TOTALS = ("subtotal", "discount_amount", "tax_amount", "shipping_amount", "grand_total")


def test_prices_without_tax(shop):
    order = shop.place_order([("SKU-002", 3), "SKU-004"], coupon="TEN")
    assert _amounts(order, *TOTALS) == (159.97, -16, 28.79, 20, 192.76)
    # REST takes the discount off the rows of an order, and of nothing else.
    item = shop.book.orders.shown(order)["items"][0]
    assert _amounts(item, "row_total", "row_total_incl_tax") == (53.97, 64.76)
    assert order["subtotal_incl_tax"] == 191.96


def test_prices_with_tax(shop):
    shop.shop.view("default").prices_include_tax = True
    order = shop.place_order([("SKU-001", 3)], discount_percent=10)
    assert _amounts(order, *TOTALS) == (25, -3, 4.5, 15, 42)
    assert order["discount_tax_compensation_amount"] == 0.5
    item = order["items"][0]
    assert _amounts(item, "price", "price_incl_tax") == (8.33, 10)
    assert _amounts(item, "row_total", "row_total_incl_tax") == (22, 27)


def test_both_currencies_are_calculated_on_their_own(shop):
    order = shop.place_order([("SKU-002", 2), "SKU-006"], store="us")
    assert _amounts(order, "base_subtotal", "subtotal") == (89.88, 98.87)
    assert _amounts(order, "base_grand_total", "grand_total") == (104.88, 115.37)
    item = order["items"][0]
    assert _amounts(item, "base_price", "price") == (19.99, 21.99)
    assert item["original_price"] == 21.989
    assert order["increment_id"] == "2000000001"


@pytest.mark.parametrize(
    "rounding, taxes", [("total", 2), ("row", 2.01), ("unit", 2.01)]
)
def test_taxes_are_rounded_as_it_is_set(shop, rounding, taxes):
    shop.shop.rounding = rounding
    assert shop.place_order(["SKU-005"] * 3)["tax_amount"] == taxes


def test_taxes_by_the_piece(shop):
    shop.shop.rounding = "unit"
    assert shop.place_order([("SKU-005", 7)])["tax_amount"] == 4.69


def test_several_rates_in_one_order(shop):
    shop.shop.add_tax_rate("FR055", "5.5", "FR", tax_class=4)
    shop.catalog.add("BREAD", "Bread", 20, tax_class=4)
    order = shop.place_order(["SKU-001", "BREAD"])
    found = order["extension_attributes"]["applied_taxes"]
    amounts = [(tax["code"], tax["percent"], tax["amount"]) for tax in found]
    assert amounts == [("FR20", 20, 2), ("FR055", 5.5, 1.1)]


def test_two_taxes_on_one_item(shop):
    shop.shop.add_tax_rate("ECO", "2.5")
    order = shop.place_order([{"sku": "SKU-001", "qty": 3, "taxes": ["FR20", "ECO"]}])
    item = order["items"][0]
    assert _amounts(item, "tax_percent", "tax_amount") == (22.5, 6.75)
    itemized = item["extension_attributes"]["itemized_taxes"]
    amounts = [(tax["amount"], tax["real_amount"]) for tax in itemized]
    assert amounts == [(6.75, 6), (6.75, 0.75)]
    applied = order["extension_attributes"]["item_applied_taxes"][0]["applied_taxes"]
    assert [tax["amount"] for tax in applied] == [6, 0.75]


def test_shipping_has_a_tax_and_a_discount(shop):
    order = shop.place_order(["SKU-008"], shipping_taxes=["FR20"], shipping_discount=2)
    assert _amounts(order, *TOTALS) == (250, -2, 50.6, 5, 303.6)
    names = ("shipping_tax_amount", "shipping_incl_tax", "shipping_discount_amount")
    assert _amounts(order, *names) == (0.6, 6, 2)
    kinds = [tax["type"] for tax in order["extension_attributes"]["item_applied_taxes"]]
    assert kinds == ["product", "shipping"]


def test_shipping_prices_with_tax(shop):
    shop.shop.view("default").shipping_includes_tax = True
    order = shop.place_order(["SKU-001"], shipping_amount=6, shipping_taxes=["FR20"])
    names = ("shipping_amount", "shipping_tax_amount", "shipping_incl_tax")
    assert _amounts(order, *names) == (5, 1, 6)
    assert order["grand_total"] == 18


def test_other_totals_change_the_grand_total(shop):
    order = shop.place_order(extra_totals={"gift_cards_amount": -10, "surcharge": 3})
    assert order["grand_total"] == 17 - 10 + 3
    extension = order["extension_attributes"]
    assert _amounts(extension, "gift_cards_amount", "surcharge") == (10, 3)
    assert extension["base_gift_cards_amount"] == 10
    shop.admin.invoice(1)
    assert order["total_due"] == 0


def test_a_company_elsewhere_pays_no_french_tax(shop):
    company = {"company": "Rad GmbH", "country_id": "DE", "vat_id": "DE123456789"}
    order = shop.place_order(billing=company, fields={"customer_taxvat": "DE123456789"})
    assert order["tax_amount"] == 0
    assert order["billing_address"]["vat_id"] == "DE123456789"
    assert order["customer_taxvat"] == "DE123456789"


def test_the_shipping_address_decides_the_tax(shop):
    order = shop.place_order(shipping={"country_id": "BE", "city": "Gent"})
    assert order["tax_amount"] == 0
    assert order["billing_address"]["country_id"] == "FR"
    shown = shop.book.orders.shown(order)["extension_attributes"]
    address = shown["shipping_assignments"][0]["shipping"]["address"]
    assert _amounts(address, "country_id", "city") == ("BE", "Gent")


def test_customers_and_guests(shop):
    jane = shop.add_customer(taxvat="FR1")
    order = shop.place_order(customer=jane)
    assert _amounts(order, "customer_id", "customer_is_guest") == (1, 0)
    assert _amounts(order, "customer_email", "customer_taxvat") == (
        jane["email"],
        "FR1",
    )
    guest = shop.place_order(customer={"email": "x@example.com", "lastname": "X"})
    assert "customer_id" not in guest
    assert guest["customer_lastname"] == guest["billing_address"]["lastname"] == "X"


def test_kinds_of_products(shop):
    shop.catalog.add("EBOOK", "E-book", 5, "downloadable")
    shop.catalog.add("MUG", "Mug", 9)
    order = shop.place_order(
        [
            "EBOOK",
            {"sku": "MUG", "custom_options": {1: "Zoé"}},
            {"sku": "SKU-001", "grouped": True},
            ("SKU-DEC", "0.75"),
        ]
    )
    types = [item["product_type"] for item in order["items"]]
    assert types == ["downloadable", "simple", "grouped", "simple"]
    option = order["items"][1]["product_option"]["extension_attributes"]
    assert option["custom_options"] == [{"option_id": "1", "option_value": "Zoé"}]
    assert _amounts(order["items"][3], "qty_ordered", "row_total") == (0.75, 3.15)
    assert _amounts(order, "is_virtual", "total_qty_ordered") == (0, 3.75)


def test_a_bundle_with_a_fixed_price_of_our_own(shop):
    shop.catalog.add_bundle("KIT", [("SKU-001", 2, 1), ("SKU-003", 1, 5)], 30)
    order = shop.place_order([("KIT", 2)])
    prices = [(item["price"], item["qty_ordered"]) for item in order["items"]]
    assert prices == [(30 + 2 * 1 + 5, 2), (0, 4), (0, 2)]


def test_a_store_view_of_our_own(shop):
    shop.shop.add_view("uk", currency="GBP", rate=Decimal("0.85"))
    order = shop.place_order(store="uk")
    assert _amounts(order, "order_currency_code", "grand_total") == ("GBP", 14.45)
    assert order["increment_id"] == "4000000001"


def test_states_that_only_extensions_know(shop):
    order = shop.place_order(state="warehouse", status="picking")
    assert _amounts(order, "state", "status") == ("warehouse", "picking")


def test_a_line_that_cannot_be(shop):
    with pytest.raises(TypeError):
        shop.place_order([{"sku": "SKU-001", "quantity": 3}])
    with pytest.raises(KeyError):
        shop.place_order(["NOPE"])


def _percents(order):
    """Return the percentages that an order shows, by item and of the shipping."""
    items = order["items"]
    applied = order["extension_attributes"]["item_applied_taxes"]
    return (
        [item["tax_percent"] for item in items],
        sorted(
            (each.get("item_id", 0) - items[0]["item_id"], tax["code"], tax["percent"])
            for each in applied
            if each["type"] == "product"
            for tax in each["applied_taxes"]
        ),
    )


def test_percentages_of_taxes_upon_another(shop):
    """Recorded: a rate on top of another shows what it adds to the net price."""
    recorded = json.loads((CASES / "compound_tax_upon_another.json").read_text())
    shop.shop.add_tax_rate("CA-GST", 5, tax_class=-2)
    shop.shop.add_tax_rate("CA-QST", "9.975", tax_class=-2, priority=1)
    order = shop.place_order(
        [
            {"sku": "SKU-002", "taxes": ["CA-GST", "CA-QST"]},
            {"sku": "VIRT-1", "taxes": ["CA-GST", "CA-QST"]},
        ]
    )
    alone = [item for item in recorded["items"] if item["sku"] != "COMP-1"]
    percents, by_item = _percents(order)
    assert percents == [item["tax_percent"] for item in alone]
    _percents_recorded, recorded_by_item = _percents(recorded)
    assert [(code, percent) for _item, code, percent in by_item] == [
        (code, percent) for number, code, percent in recorded_by_item if number != 1
    ]
