"""Routes of the shop's settings: stores, currencies, countries, taxes, modules."""

from decimal import Decimal

from .amounts import number
from .answers import no_such_entity
from .columns import CUSTOMER_GROUPS, TAX_RATES
from .lists import list_documents
from .routes import ANONYMOUS, Call, route
from .shop import SYMBOLS, StoreView

STORE = "Magento_Backend::store"
MODULES = [
    "Magento_Store",
    "Magento_Config",
    "Magento_Directory",
    "Magento_Catalog",
    "Magento_Sales",
    "Magento_Inventory",
    "Magento_Tax",
]
COUNTRIES = {
    "FR": (
        "FRA",
        "France",
        [("182", "1", "Ain"), ("257", "75", "Paris"), ("251", "69", "Rhône")],
    ),
    "US": (
        "USA",
        "United States",
        [("12", "CA", "California"), ("43", "NY", "New York")],
    ),
    "DE": ("DEU", "Germany", [("82", "BER", "Berlin")]),
    "BE": ("BEL", "Belgium", []),
    "ES": ("ESP", "Spain", [("161", "Madrid", "Madrid")]),
}
GROUPS = ("NOT LOGGED IN", "General", "Wholesale", "Retailer")


@route("GET", "/V1/store/websites", STORE)
def websites(call: Call) -> list[dict]:
    """Answer the websites, the administration among them."""
    return [
        {"id": id, "code": code, "name": name, "default_group_id": group}
        for id, (code, name, group) in call.server.shop.websites.items()
    ]


@route("GET", "/V1/store/storeGroups", STORE)
def store_groups(call: Call) -> list[dict]:
    """Answer the stores, which group the store views."""
    return [
        {
            "id": id,
            "website_id": website,
            "root_category_id": category,
            "default_store_id": view,
            "name": name,
            "code": code,
        }
        for id, (code, name, website, category, view) in call.server.shop.groups.items()
    ]


@route("GET", "/V1/store/storeViews", STORE)
def store_views(call: Call) -> list[dict]:
    """Answer the store views, the administration among them."""
    return [
        {
            "id": view.id,
            "code": view.code,
            "name": view.name,
            "website_id": view.website_id,
            "store_group_id": view.group_id,
            "is_active": 1,
        }
        for view in call.server.shop.views
    ]


@route("GET", "/V1/store/storeConfigs", STORE)
def store_configs(call: Call) -> list[dict]:
    """Answer the settings of the store views, without the administration."""
    shop, wanted = call.server.shop, call.query.get("storeCodes")
    codes = set(wanted.values()) if isinstance(wanted, dict) else None
    return [
        _config(view, shop.base_currency, call.server.url)
        for view in sorted(shop.views, key=lambda one: (one.id != 1, one.code))
        if view.id and (codes is None or view.code in codes)
    ]


def _config(view: StoreView, base_currency: str, url: str) -> dict:
    base = {
        "base_url": f"{url}/",
        "base_link_url": f"{url}/",
        "base_static_url": f"{url}/static/version1/",
        "base_media_url": f"{url}/media/",
    }
    return {
        "id": view.id,
        "code": view.code,
        "website_id": view.website_id,
        "locale": view.locale,
        "base_currency_code": base_currency,
        "default_display_currency_code": view.currency,
        "timezone": view.timezone,
        "weight_unit": "kgs",
        **base,
        **{f"secure_{name}": value for name, value in base.items()},
    }


@route("GET", "/V1/directory/currency", ANONYMOUS)
def currency(call: Call) -> dict:
    """Answer the currencies and their rates."""
    shop = call.server.shop
    rates = {shop.base_currency: Decimal(1)}
    rates |= {view.currency: view.rate for view in shop.views}
    symbol = SYMBOLS.get(shop.base_currency, shop.base_currency)
    return {
        "base_currency_code": shop.base_currency,
        "base_currency_symbol": symbol,
        "default_display_currency_code": shop.base_currency,
        "default_display_currency_symbol": symbol,
        "available_currency_codes": sorted(rates),
        "exchange_rates": [
            {"currency_to": code, "rate": number(rates[code])} for code in sorted(rates)
        ],
    }


@route("GET", "/V1/directory/countries", ANONYMOUS)
def countries(call: Call) -> list[dict]:
    """Answer some countries."""
    return [_country(code) for code in COUNTRIES]


@route("GET", "/V1/directory/countries/:countryId", ANONYMOUS)
def country(call: Call) -> dict:
    """Answer one country with its regions."""
    code = call.parts["countryId"]
    if code not in COUNTRIES:
        raise no_such_entity()
    return _country(code)


def _country(code: str) -> dict:
    three_letters, name, regions = COUNTRIES[code]
    said = {
        "id": code,
        "two_letter_abbreviation": code,
        "three_letter_abbreviation": three_letters,
        "full_name_locale": name,
        "full_name_english": name,
    }
    if regions:
        said["available_regions"] = [
            {"id": id, "code": region, "name": region_name}
            for id, region, region_name in regions
        ]
    return said


@route("GET", "/V1/taxRates/search", "Magento_Tax::manage_tax")
def tax_rates(call: Call) -> dict:
    """Answer the tax rates."""
    found = []
    for id, rate in enumerate(call.server.shop.tax_rates, start=1):
        said = {
            "id": id,
            "tax_country_id": rate.country,
            "tax_region_id": rate.region_id,
            "tax_postcode": "*",
            "rate": number(rate.percent),
            "code": rate.code,
            "titles": [],
        }
        found.append(said | {"region_name": rate.region} if rate.region else said)
    return list_documents(call, found, TAX_RATES)


@route("GET", "/V1/customerGroups/search", "Magento_Customer::group")
def customer_groups(call: Call) -> dict:
    """Answer the groups of customers."""
    groups = [
        {"id": id, "code": code, "tax_class_id": 3, "tax_class_name": "Retail Customer"}
        for id, code in enumerate(GROUPS)
    ]
    return list_documents(call, groups, CUSTOMER_GROUPS)


@route("GET", "/V1/modules", "Magento_Backend::modules")
def modules(call: Call) -> list[str]:
    """Answer some modules; ``searchCriteria`` changes nothing."""
    return MODULES


@route("GET", "/V1/categories", "Magento_Catalog::categories")
def categories(call: Call) -> dict:
    """Answer the tree of categories, which is one category."""
    return {
        "id": 2,
        "parent_id": 1,
        "name": "Default Category",
        "is_active": True,
        "position": 1,
        "level": 1,
        "product_count": 0,
        "children_data": [],
    }


@route("POST", "/V1/integration/admin/token", ANONYMOUS)
def admin_token(call: Call) -> str:
    """Answer a token for the administrator: a bare string."""
    return call.server.sign_ins.admin_token(call.body)
