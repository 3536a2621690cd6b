"""Who buys: guests, registered customers, their addresses."""

from .book import Book
from .shop import StoreView

PARIS = {
    "firstname": "Guest",
    "lastname": "Buyer",
    "street": ["12 rue de la Paix"],
    "city": "Paris",
    "postcode": "75002",
    "country_id": "FR",
    "telephone": "0102030405",
}
NEW_YORK = PARIS | {
    "city": "New York",
    "postcode": "10001",
    "country_id": "US",
    "region": "New York",
    "region_code": "NY",
    "region_id": 43,
}
GUEST = {"email": "guest@example.com", "firstname": "Guest", "lastname": "Buyer"}


def add_customer(
    book: Book,
    view: StoreView,
    email: str = "jane@example.com",
    firstname: str = "Jane",
    lastname: str = "Doe",
    address: dict | None = None,
    **details,
) -> dict:
    """Register a customer, with one address for everything.

    :param details: further fields, such as ``taxvat`` or ``group_id``
    """
    number, now = book.next("customer"), book.now()
    address_id = book.next("customer_address")
    given = {
        "street": ["1 rue X"],
        "telephone": "0101010101",
        "postcode": "75001",
        "city": "Paris",
        "country_id": "FR",
    } | (address or {})
    region = {
        "region_code": given.pop("region_code", None),
        "region": given.pop("region", None),
        "region_id": given.get("region_id", 0),
    }
    return book.customers.add(
        {
            "id": number,
            "group_id": 1,
            "default_billing": str(address_id),
            "default_shipping": str(address_id),
            "created_at": now,
            "updated_at": now,
            "created_in": view.name,
            "email": email,
            "firstname": firstname,
            "lastname": lastname,
            "store_id": view.id,
            "website_id": view.website_id,
            "addresses": [
                {
                    "id": address_id,
                    "customer_id": number,
                    "region": region,
                    "region_id": region["region_id"],
                    "firstname": firstname,
                    "lastname": lastname,
                    "default_shipping": True,
                    "default_billing": True,
                    **given,
                }
            ],
            "disable_auto_group_change": 0,
            "extension_attributes": {"is_subscribed": False},
            **details,
        }
    )


def home_of(view: StoreView) -> dict:
    """Return the address that a buyer of this store has if none is given."""
    return dict(NEW_YORK if view.code == "us" else PARIS)


def order_address(
    kind: str, given: dict, email: str, order_id: int, number: int
) -> dict:
    """Return an order's address.

    :param kind: ``billing`` or ``shipping``
    :param given: fields as in REST; ``None`` leaves one out
    """
    address = {
        "address_type": kind,
        "email": email,
        "entity_id": number,
        "parent_id": order_id,
        **given,
    }
    return {name: value for name, value in address.items() if value is not None}


def order_customer(customer: dict | None) -> dict:
    """Return the order's fields that say who bought; None is a guest."""
    guest = customer is None or "id" not in customer
    who = GUEST | (customer or {}) if guest else customer
    said = {
        "customer_email": who["email"],
        "customer_firstname": who["firstname"],
        "customer_group_id": 0 if guest else who["group_id"],
        "customer_is_guest": int(guest),
        "customer_lastname": who["lastname"],
    }
    if not guest:
        said["customer_id"] = who["id"]
    for name in ("prefix", "middlename", "suffix", "taxvat", "dob", "gender"):
        if who.get(name):
            said[f"customer_{name}"] = who[name]
    return said
