"""Thousands of orders at once: copies of a few, with buyers of their own."""

import random
from datetime import timedelta

from .book import Book
from .buyers import add_customer
from .orders import Orders
from .shop import StoreView

# As many different carts; with a few hundred, pricing them takes longer than copying.
TEMPLATES = 40
_SKUS = tuple(f"SKU-00{number}" for number in range(1, 9))
_FIRST_NAMES = ("Ana", "Bruno", "Chloé", "Dirk", "Elena", "Farid", "Gina", "Hugo")
_LAST_NAMES = ("Martin", "García", "Schmidt", "Rossi", "Dubois", "Novak", "Silva")
_CITIES = (("Paris", "75002"), ("Lyon", "69001"), ("Lille", "59000"), ("Nice", "06000"))
DATE = "%Y-%m-%d %H:%M:%S"


class Bulk:
    """Places many orders.

    :param orders: what places the orders that are copied
    """

    def __init__(self, book: Book, orders: Orders):
        self._book = book
        self._orders = orders

    def place(
        self,
        count: int,
        view: StoreView,
        *,
        lines: int = 3,
        registered: bool = False,
        seconds_apart: int = 1,
        seed: int = 0,
        **terms,
    ) -> range:
        """Place orders one second after the other up to now, and return their ids.

        :param registered: the buyers are customers, not guests
        :param terms: as for placing one order
        """
        draw = random.Random(seed)
        with self._book.rehearsal():
            templates = [
                self._template(draw, lines, view, terms)
                for _number in range(min(count, TEMPLATES))
            ]
        now = self._book.clock()
        first = self._book.next("order")
        self._book.reserve("order", first + count - 1)
        for number in range(count):
            age = timedelta(seconds=(count - 1 - number) * seconds_apart)
            order = self._copy(
                templates[number % len(templates)],
                first + number,
                (now - age).strftime(DATE),
                registered and view,
            )
            self._book.orders.add(order)
        return range(first, first + count)

    def _template(
        self, draw: random.Random, lines: int, view: StoreView, terms: dict
    ) -> dict:
        skus = draw.sample(_SKUS, min(lines, len(_SKUS)))
        cart = [(sku, draw.randint(1, 4)) for sku in skus]
        order = self._orders.place(cart, store=view.id, **terms)
        self._book.orders.remove(order["entity_id"])
        return order

    def _copy(
        self, template: dict, order_id: int, date: str, registered: object
    ) -> dict:
        """Return a copy of the order with ids, dates and a buyer of its own."""
        book, store_id = self._book, template["store_id"]
        dates = {"created_at": date, "updated_at": date}
        numbers, items = {}, []
        for item in template["items"]:
            number = numbers[item["item_id"]] = book.next("order_item")
            copy = item | dates
            copy |= {"item_id": number, "quote_item_id": number, "order_id": order_id}
            if parent := item.get("parent_item_id"):
                copy["parent_item_id"] = numbers[parent]
            itemized = item["extension_attributes"]["itemized_taxes"]
            copy["extension_attributes"] = {
                "itemized_taxes": [tax | {"item_id": number} for tax in itemized]
            }
            items.append(copy)
        buyer = self._buyer(order_id, registered)
        order = template | dates | buyer["order"]
        order |= {
            "entity_id": order_id,
            "quote_id": order_id,
            "increment_id": book.next_increment("order", store_id),
            "items": items,
            "payment": template["payment"]
            | {"entity_id": order_id, "parent_id": order_id},
            "status_histories": [],
        }
        for name in ("_shipping_address", "billing_address"):
            if name in template:
                order[name] = template[name] | buyer["address"]
                order[name]["parent_id"] = order_id
                order[name]["entity_id"] = book.next("order_address")
        order["billing_address_id"] = order["billing_address"]["entity_id"]
        extension = template["extension_attributes"]
        order["extension_attributes"] = extension | {
            "item_applied_taxes": [
                tax | {"item_id": numbers[tax["item_id"]]} if "item_id" in tax else tax
                for tax in extension["item_applied_taxes"]
            ],
            "taxes": [tax | {"order_id": order_id} for tax in extension["taxes"]],
        }
        return order

    def _buyer(self, number: int, registered: object) -> dict:
        first = _FIRST_NAMES[number % len(_FIRST_NAMES)]
        last = f"{_LAST_NAMES[number % len(_LAST_NAMES)]} {number}"
        city, postcode = _CITIES[number % len(_CITIES)]
        email = f"buyer{number}@example.com"
        address = {
            "firstname": first,
            "lastname": last,
            "email": email,
            "city": city,
            "postcode": postcode,
            "street": [f"{number} rue de la Paix"],
        }
        order = {
            "customer_email": email,
            "customer_firstname": first,
            "customer_lastname": last,
        }
        if registered:
            home = {name: address[name] for name in ("city", "postcode", "street")}
            customer = add_customer(self._book, registered, email, first, last, home)
            order |= {
                "customer_id": customer["id"],
                "customer_group_id": 1,
                "customer_is_guest": 0,
            }
        return {"order": order, "address": address}
