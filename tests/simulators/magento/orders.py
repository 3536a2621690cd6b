"""New orders in the book: placed, taken from a recording, or many at once."""

import secrets
from decimal import Decimal

from .amounts import decimal
from .book import Book
from .buyers import home_of, order_address, order_customer
from .catalog import Catalog
from .order_json import kept_order
from .order_lines import read_line
from .order_taxes import add_taxes
from .placing import Cart, PricedCart, extra_json, item_json, order_amounts, price_cart
from .shop import PaymentMethod, Shop, StoreView

COUPONS = {"TEN": (Decimal(10), "Ten off", "1")}


class Orders:
    """What puts orders into the book."""

    def __init__(self, book: Book, shop: Shop, catalog: Catalog):
        self._book = book
        self._shop = shop
        self._catalog = catalog

    def place(
        self,
        lines: object = ("SKU-001",),
        *,
        store: str | int = "default",
        customer: dict | None = None,
        billing: dict | None = None,
        shipping: dict | None = None,
        payment: str = "checkmo",
        coupon: str = "",
        discount_percent: object = 0,
        shipping_amount: object = None,
        shipping_taxes: list[str] | None = None,
        shipping_discount: object = 0,
        shipping_method: str = "flatrate_flatrate",
        shipping_description: str = "Flat Rate - Fixed",
        extra_totals: dict[str, object] | None = None,
        state: str = "",
        status: str = "",
        at: str = "",
        fields: dict | None = None,
        extension_attributes: dict | None = None,
    ) -> dict:
        """Place an order and return it.

        :param lines: see :func:`read_line`
        :param customer: of :meth:`add_customer`; or a guest's ``email``, ``firstname``,
            ``lastname``; None is the usual guest
        :param billing: what differs in the billing address
        :param shipping: what differs in the shipping address from the billing one
        :param at: the date, instead of now
        :param fields: further fields of the order
        """
        view = self._shop.view(store)
        home = home_of(view) | _name_of(customer) | (billing or {})
        delivery = home | (shipping or {})
        percent, rule = decimal(discount_percent), {}
        if coupon:
            percent, text, rule_id = COUPONS[coupon]
            rule = {
                "applied_rule_ids": rule_id,
                "coupon_code": coupon,
                "discount_description": text,
            }
        cart = Cart(
            lines=[read_line(one) for one in lines],
            view=view,
            country=delivery.get("country_id", "FR"),
            discount_percent=percent,
            shipping_amount=(
                None if shipping_amount is None else decimal(shipping_amount)
            ),
            shipping_taxes=shipping_taxes,
            shipping_discount=decimal(shipping_discount),
            extra_totals={
                name: decimal(amount) for name, amount in (extra_totals or {}).items()
            },
        )
        priced = price_cart(cart, self._shop, self._catalog)
        method = self._shop.payment_methods[payment]
        order = self._head(view, at or self._book.now())
        order |= order_amounts(priced) | order_customer(customer) | rule
        self._add_state(order, method, state, status)
        self._add_items(order, priced, view, rule)
        self._add_addresses(order, home, delivery)
        self._add_payment(order, method)
        order["extension_attributes"] = {
            "payment_additional_info": [{"key": "method_title", "value": method.title}]
        } | (extension_attributes or {})
        order["extension_attributes"] |= extra_json(priced)
        order["_product_tax_in_subtotal"] = self._shop.product_tax_in_subtotal
        add_taxes(order, priced, self._book)
        if not order["is_virtual"]:
            order["shipping_description"] = shipping_description
            order["_shipping_method"] = shipping_method
        order |= fields or {}
        return self._book.orders.add(order)

    def add(self, shown: dict) -> dict:
        """Put an order in as REST showed it, with its ids."""
        order = kept_order(shown, self._catalog)
        self._book.reserve("order", order["entity_id"])
        increment = order.get("increment_id", "")[-9:]
        if increment.isdecimal():
            key = ("order", order.get("store_id"))
            self._book.reserve(key, int(increment))
        for item in order["items"]:
            self._book.reserve("order_item", item["item_id"])
        for address in (order.get("billing_address"), order.get("_shipping_address")):
            if address:
                self._book.reserve("order_address", address.get("entity_id", 0))
        for comment in order["status_histories"]:
            self._book.reserve("order_comment", comment["entity_id"])
        return self._book.orders.add(order)

    def _head(self, view: StoreView, now: str) -> dict:
        number = self._book.next("order")
        return {
            "base_currency_code": self._shop.base_currency,
            "base_to_global_rate": 1,
            "base_to_order_rate": float(view.rate) if view.rate != 1 else 1,
            "created_at": now,
            "customer_note_notify": 1,
            "email_sent": 1,
            "entity_id": number,
            "global_currency_code": self._shop.base_currency,
            "increment_id": self._book.next_increment("order", view.id),
            "order_currency_code": view.currency,
            "protect_code": secrets.token_hex(16),
            "quote_id": number,
            "remote_ip": "127.0.0.1",
            "store_currency_code": self._shop.base_currency,
            "store_id": view.id,
            "store_name": self._shop.store_name(view),
            "store_to_base_rate": 0,
            "store_to_order_rate": 0,
            "updated_at": now,
            "status_histories": [],
        }

    def _add_state(
        self, order: dict, method: PaymentMethod, state: str, status: str
    ) -> None:
        order["state"] = state or ("processing" if method.gateway else "new")
        known = self._shop.statuses.get(order["state"], [order["state"]])
        order["status"] = status or known[0]

    def _add_items(
        self, order: dict, priced: PricedCart, view: StoreView, rule: dict
    ) -> None:
        items, numbers = [], {}
        for ordered in priced.items:
            item = item_json(ordered, priced, view.rate)
            number = numbers[id(ordered)] = self._book.next("order_item")
            item |= {
                "item_id": number,
                "quote_item_id": number,
                "order_id": order["entity_id"],
                "store_id": order["store_id"],
                "created_at": order["created_at"],
                "updated_at": order["created_at"],
            }
            if ordered.parent:
                item["parent_item_id"] = numbers[id(ordered.parent)]
            if rule and item["discount_amount"]:
                item["applied_rule_ids"] = rule["applied_rule_ids"]
            items.append(item)
        order["items"] = items

    def _add_addresses(self, order: dict, billing: dict, shipping: dict) -> None:
        email, number = order["customer_email"], order["entity_id"]
        region = {} if order["customer_is_guest"] else {"region_id": 0}
        if not order["is_virtual"]:
            order["_shipping_address"] = order_address(
                "shipping",
                region | shipping,
                email,
                number,
                self._book.next("order_address"),
            )
        order["billing_address"] = order_address(
            "billing", region | billing, email, number, self._book.next("order_address")
        )
        order["billing_address_id"] = order["billing_address"]["entity_id"]

    def _add_payment(self, order: dict, method: PaymentMethod) -> None:
        order["payment"] = {
            "account_status": None,
            "additional_information": [method.title],
            "amount_ordered": order["grand_total"],
            "base_amount_ordered": order["base_grand_total"],
            "base_shipping_amount": order["base_shipping_amount"],
            "cc_last4": None,
            "entity_id": order["entity_id"],
            "method": method.code,
            "parent_id": order["entity_id"],
            "shipping_amount": order["shipping_amount"],
        }
        if method.gateway:
            order["_gateway"] = True
            order["payment"] |= {
                "amount_authorized": order["grand_total"],
                "base_amount_authorized": order["base_grand_total"],
            }


def _name_of(customer: dict | None) -> dict:
    """Return the buyer's name, for the address."""
    given = customer or {}
    return {name: given[name] for name in ("firstname", "lastname") if name in given}
