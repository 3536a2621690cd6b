"""Routes of products, stock and customers."""

import re
from decimal import Decimal

from .amounts import ZERO, decimal, number
from .answers import RestError
from .catalog import DEFAULT_SOURCE, Catalog, Option, Product
from .columns import CUSTOMERS, PRODUCTS, SOURCE_ITEMS, SOURCES
from .inputs import entity, parameter
from .lists import list_documents, list_shelf
from .routes import Call, route

PRODUCT = "Magento_Catalog::products"
STOCK = "Magento_CatalogInventory::cataloginventory"
SOURCE = "Magento_InventoryApi::source"
CUSTOMER = "Magento_Customer::customer"
_OF_BUNDLES = ("shipment_type", "price_view", "sku_type", "price_type", "weight_type")


@route("GET", "/V1/products", PRODUCT)
def products(call: Call) -> dict:
    """Answer a page of products, without their stock and parts."""
    found = [_product(one) | {"entity_id": one.id} for one in call.server.catalog]
    answer = list_documents(call, found, PRODUCTS)
    for product in answer["items"]:
        del product["entity_id"]
    return answer


@route("GET", "/V1/products/:sku", PRODUCT)
def product(call: Call) -> dict:
    """Answer one product with its stock and options."""
    catalog, one = call.server.catalog, _find(call)
    shown = _product(one)
    extension = shown["extension_attributes"]
    extension["stock_item"] = _stock_item(catalog, one)
    if one.parts:
        extension["bundle_product_options"] = [
            _bundle_option(catalog, one, position)
            for position in range(1, len(one.parts) + 1)
        ]
    if one.variants:
        extension["configurable_product_options"] = [
            {
                "id": 1,
                "attribute_id": "137",
                "label": "Size",
                "position": 0,
                "values": [{"value_index": value} for value in one.variants.values()],
                "product_id": one.id,
            }
        ]
        extension["configurable_product_links"] = [
            catalog[sku].id for sku in one.variants
        ]
    return shown


@route("GET", "/V1/stockItems/:productSku", STOCK)
def stock_item(call: Call) -> dict:
    """Answer a product's quantity in the default source."""
    return _stock_item(call.server.catalog, _find(call, "productSku"))


@route("PUT", "/V1/products/:productSku/stockItems/:itemId", STOCK)
def save_stock_item(call: Call) -> int:
    """Set a product's quantity in the default source."""
    one = _find(call, "productSku")
    given = entity(call.body, "stockItem")
    if "qty" in given:
        call.server.catalog.stock[DEFAULT_SOURCE, one.sku] = decimal(given["qty"])
    return one.id


@route("GET", "/V1/inventory/source-items", SOURCE)
def source_items(call: Call) -> dict:
    """Answer the quantities in the sources."""
    found = [
        {
            "sku": sku,
            "source_code": source,
            "quantity": number(quantity),
            "status": int(quantity > 0),
        }
        for (source, sku), quantity in call.server.catalog.stock.items()
    ]
    return list_documents(call, found, SOURCE_ITEMS)


@route("POST", "/V1/inventory/source-items", SOURCE)
def save_source_items(call: Call) -> list:
    """Set quantities in sources; no sku is too strange."""
    for item in parameter(call.body, "sourceItems") or []:
        key = (parameter(item, "sourceCode"), item["sku"])
        call.server.catalog.stock[key] = decimal(item.get("quantity"))
    return []


@route("GET", "/V1/inventory/sources", SOURCE)
def sources(call: Call) -> dict:
    """Answer the sources."""
    found = [
        {"source_code": code, "name": name, "enabled": True, "country_id": "FR"}
        for code, name in call.server.catalog.sources.items()
    ]
    return list_documents(call, found, SOURCES)


@route("GET", "/V1/inventory/get-product-salable-quantity/:sku/:stockId", SOURCE)
def salable_quantity(call: Call) -> int | float:
    """Answer what can be sold: the stock less what is ordered and not shipped."""
    one = _find(call)
    stock = call.server.catalog.stock
    have = sum((qty for (_, sku), qty in stock.items() if sku == one.sku), ZERO)
    promised = sum(
        (
            decimal(item["qty_ordered"])
            - sum(
                decimal(item[f"qty_{kind}"])
                for kind in ("shipped", "canceled", "refunded")
            )
            for order in call.book.orders.all()
            for item in order["items"]
            if item["product_id"] == one.id
        ),
        ZERO,
    )
    return number(have - promised)


@route("GET", "/V1/customers/search", CUSTOMER)
def customers(call: Call) -> object:
    """Answer a page of customers."""
    return list_shelf(call, call.book.customers, CUSTOMERS)


@route("GET", "/V1/customers/:customerId", CUSTOMER)
def customer(call: Call) -> dict:
    """Answer one customer."""
    customer_id = call.number("customerId")
    if customer_id not in call.book.customers:
        raise RestError(
            404,
            "No such entity with %fieldName = %fieldValue",
            {"fieldName": "customerId", "fieldValue": customer_id},
        )
    return call.book.customers.find(customer_id)


def _find(call: Call, place: str = "sku") -> Product:
    found = call.server.catalog.get(call.parts[place])
    if not found:
        raise RestError(
            404,
            "The product that was requested doesn't exist. Verify the product and try "
            "again.",
        )
    return found


def _product(one: Product) -> dict:
    shown = {
        "id": one.id,
        "sku": one.sku,
        "name": one.name,
        "attribute_set_id": 4,
        "price": number(ZERO if one.variants else one.price),
        "status": 1,
        "visibility": 4,
        "type_id": one.type_id,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "extension_attributes": {"website_ids": [1, 2]},
        "product_links": [],
        "options": list(map(_option, one.options)),
        "media_gallery_entries": [],
        "tier_prices": [],
        "custom_attributes": [
            {"attribute_code": name, "value": value}
            for name, value in _attributes(one).items()
        ],
    }
    if one.weight is not None:
        shown["weight"] = number(one.weight)
    return shown


def _option(option: Option) -> dict:
    shown = {"option_id": option.id, "title": option.title, "type": option.kind}
    if option.values:
        shown["values"] = [
            {"option_type_id": value, "title": title, "sku": sku}
            for value, (title, sku) in option.values.items()
        ]
    return shown | ({"sku": option.sku} if option.sku else {})


def _attributes(one: Product) -> dict[str, object]:
    """Return the custom attributes; some are a bundle's alone."""
    attributes = {
        "shipment_type": str(int(one.separately)),
        "options_container": "container2",
        "msrp_display_actual_price_type": "0",
        "url_key": re.sub(r"[^a-z0-9]+", "-", one.name.lower()).strip("-"),
        "price_view": "0",
        "required_options": "0",
        "has_options": "0",
        "sku_type": "1",
        "price_type": str(int(not one.dynamic)),
        "tax_class_id": str(one.tax_class),
        "weight_type": "0",
        "category_ids": [],
    }
    if not one.parts:
        for name in _OF_BUNDLES:
            del attributes[name]
    return attributes


def _stock_item(catalog: Catalog, one: Product) -> dict:
    quantity = catalog.stock.get((DEFAULT_SOURCE, one.sku), Decimal(0))
    return {
        "item_id": one.id,
        "product_id": one.id,
        "stock_id": 1,
        "qty": number(quantity),
        "is_in_stock": True,
        "is_qty_decimal": one.is_qty_decimal,
        "show_default_notification_message": False,
        "use_config_min_qty": True,
        "min_qty": 0,
        "use_config_min_sale_qty": 1,
        "min_sale_qty": 1,
        "use_config_max_sale_qty": True,
        "max_sale_qty": 10000,
        "use_config_backorders": True,
        "backorders": 0,
        "use_config_notify_stock_qty": True,
        "notify_stock_qty": 1,
        "use_config_qty_increments": True,
        "qty_increments": 0,
        "use_config_enable_qty_inc": True,
        "enable_qty_increments": False,
        "use_config_manage_stock": one.type_id != "simple",
        "manage_stock": True,
        "low_stock_date": None,
        "is_decimal_divided": False,
        "stock_status_changed_auto": 0,
    }


def _bundle_option(catalog: Catalog, one: Product, position: int) -> dict:
    part = one.parts[position - 1]
    return {
        "option_id": part.option_id,
        "title": f"Part {chr(64 + position)}",
        "required": True,
        "type": "select",
        "position": position,
        "sku": one.sku,
        "product_links": [
            {
                "id": str(part.option_id),
                "sku": part.sku,
                "option_id": part.option_id,
                "qty": number(part.quantity),
                "position": 1,
                "is_default": True,
                "price": number(catalog[part.sku].price if one.dynamic else part.price),
                "price_type": None if one.dynamic else 0,
                "can_change_quantity": 0,
            }
        ],
    }
