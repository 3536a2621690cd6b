"""The demonstration shop: orders of every kind and in every state."""

from collections.abc import Iterator
from datetime import timedelta

DATE = "%Y-%m-%d %H:%M:%S"
COMPANY = {
    "company": "Vélo Dupont SARL",
    "vat_id": "FR40303265045",
    "vat_is_valid": 1,
    "vat_request_id": "WAPIAAAAYe7Qj3tD",
    "vat_request_date": "2026-11-20",
    "vat_request_success": 1,
}
BERLIN = {
    "city": "Berlin",
    "postcode": "10115",
    "country_id": "DE",
    "street": ["Invalidenstraße 1", "Hinterhaus"],
    "region": "Berlin",
    "region_code": "BER",
    "region_id": 82,
}


def plant(simulator) -> None:
    """Set up the demonstration shop: products, taxes, customers, orders."""
    set_up(simulator)
    orders = [
        simulator.place_order(**terms) for terms in _with_dates(simulator, _orders())
    ]
    _work(simulator.admin, [order["entity_id"] for order in orders])


def set_up(simulator) -> None:
    """Add the products, taxes and statuses that the measured shop does not have."""
    shop, catalog = simulator.shop, simulator.catalog
    if "EBOOK" in catalog:
        return
    shop.add_tax_rate("FR055", "5.5", "FR", tax_class=4)
    shop.add_tax_rate("ECO", "2.5")
    shop.add_tax_rate("DE19", 19, "DE")
    shop.statuses["processing"].append("preparing")
    catalog.add("BREAD", "Sourdough bread", "4.27", tax_class=4)
    catalog.add("MUG", "Mug with your name", "14.90")
    catalog.add("EBOOK", "Cycling through the city", "9.99", "downloadable")
    catalog.add("GIFT-10", "Gift card", 10, "virtual", tax_class=0)


def _orders() -> Iterator[dict]:
    """Yield the orders, the oldest one first."""
    jane = {"email": "jane@example.com", "firstname": "Jane", "lastname": "Doe"}
    simple = [("SKU-001", 3), ("SKU-002", 2), ("SKU-005", 7)]
    tee = {"sku": "TEE", "variant": "TEE-M", "qty": 2}
    yield {"lines": simple}
    yield {"lines": [tee, {"sku": "TEE", "variant": "TEE-L"}, "SKU-003"]}
    yield {"lines": [("SKU-002", 3), "SKU-004"], "coupon": "TEN"}
    yield {"lines": [("BUN-DYN", 2), "BUN-FIX-SEP"]}
    yield {"lines": [("VIRT-1", 2)]}
    yield {"lines": [("SKU-002", 2), "SKU-006"], "store": "us"}
    yield {"lines": [("SKU-001", 5), "SKU-008"], "store": "b2b_en", "billing": COMPANY}
    yield {"lines": [("SKU-001", 2), "SKU-004"], "registered": jane}
    yield {"lines": [("SKU-DEC", "2.5"), "SKU-001"]}
    yield {"lines": [("SKU LEGACY/é 1", 2)], "payment": "banktransfer"}
    yield {"lines": [("BREAD", 3), "SKU-001"]}
    yield {"lines": [{"sku": "SKU-007", "qty": 2, "taxes": ["FR20", "ECO"]}]}
    yield {"lines": [{"sku": "MUG", "custom_options": {"1": "Zoé"}}, "EBOOK"]}
    yield {"lines": [{"sku": "SKU-003", "qty": 4, "grouped": True}]}
    yield {"lines": simple, "payment": "paypal_express", "paid": True}
    yield {"lines": ["SKU-006"], "payment": "paypal_express"}
    yield {
        "lines": ["SKU-004"],
        "payment": "paypal_express",
        "state": "pending_payment",
    }
    yield {"lines": ["SKU-008"], "shipping_taxes": ["FR20"], "shipping_discount": 2}
    yield {"lines": [("SKU-001", 4)], "extra_totals": {"gift_cards_amount": -10}}
    yield {"lines": ["SKU-002"], "state": "payment_review", "status": "fraud"}
    yield {"lines": [("SKU-005", 10)], "billing": BERLIN, "payment": "banktransfer"}
    yield {"lines": simple, "registered": jane}
    yield {"lines": simple}
    yield {"lines": simple}
    yield {"lines": ["SKU-003", "VIRT-1"], "shipping": {"city": "Lyon"}}


def _with_dates(simulator, orders: Iterator[dict]) -> Iterator[dict]:
    """Yield the orders with their dates, eight hours apart, and their customers."""
    listed = list(orders)
    now, known = simulator.book.clock(), {}
    for number, terms in enumerate(listed):
        age = timedelta(hours=8 * (len(listed) - number))
        terms["at"] = (now - age).strftime(DATE)
        if buyer := terms.pop("registered", None):
            email = buyer["email"]
            known[email] = known.get(email) or simulator.add_customer(**buyer)
            terms["customer"] = known[email]
        yield terms


def _work(admin, orders: list[int]) -> None:
    """Do with some of the orders what a shop does, so that every state is there."""
    first, tees, coupon, bundles, virtual = orders[:5]
    admin.invoice(first)
    admin.invoice(tees)
    admin.ship(tees, tracks=[_track("DHL", "JJD0001")])
    admin.invoice(coupon)
    admin.ship(coupon)
    admin.refund(coupon)
    admin.ship(bundles)
    admin.invoice(virtual)
    *_others, returned, canceled, held, _last = orders
    admin.invoice(returned)
    admin.ship(returned, tracks=[_track("UPS", "1Z999")])
    admin.refund(returned, _first_item(admin, returned), shipping_amount=0)
    admin.cancel(canceled)
    admin.hold(held)
    admin.edit(orders[9], [("SKU LEGACY/é 1", 1)])


def _first_item(admin, order_id: int) -> dict[int, int]:
    return {admin.order(order_id)["items"][0]["item_id"]: 1}


def _track(title: str, number: str) -> dict:
    return {"track_number": number, "title": title, "carrier_code": title.lower()}
