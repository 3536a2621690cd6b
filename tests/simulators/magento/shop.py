"""The shop's settings: websites, store views, currencies, taxes, payment methods."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass
class StoreView:
    """One store view: what decides an order's currency, prices and numbers."""

    id: int
    code: str
    name: str
    website_id: int
    group_id: int
    currency: str = "EUR"
    rate: Decimal = Decimal(1)
    timezone: str = "Europe/Paris"
    locale: str = "en_US"
    prices_include_tax: bool = False
    shipping_includes_tax: bool = False


@dataclass(frozen=True)
class TaxRate:
    """A rate, and which products sold to which country it is for."""

    code: str
    percent: Decimal
    country: str = ""
    tax_class: int = 2
    region_id: int = 0
    region: str = ""
    # One of a higher priority is computed on the price with those of lower ones
    priority: int = 0


@dataclass
class PaymentMethod:
    """A payment method.

    :param gateway: it is paid online: an invoice stays open until it is captured
    """

    code: str
    title: str
    gateway: bool = False


STATES = {
    "new": ["pending"],
    "pending_payment": ["pending_payment"],
    "processing": ["processing"],
    "complete": ["complete"],
    "closed": ["closed"],
    "canceled": ["canceled"],
    "holded": ["holded"],
    "payment_review": ["payment_review", "fraud"],
}
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
# How taxes are rounded: Magento's "Total", "Row" and "Unit" (price).
ROUNDINGS = ("total", "row", "unit")


class Shop:
    """The measured shop, which tests may change.

    :ivar statuses: the statuses of each state, the default one first
    :ivar rounding: one of ROUNDINGS
    :ivar tax_before_discount: "Apply Customer Tax: Before Discount"
    :ivar product_tax_is_taxed: "Apply Tax To FPT"
    :ivar product_tax_in_subtotal: "Include FPT In Subtotal"
    """

    def __init__(self):
        self.base_currency = "EUR"
        self.rounding = "total"
        self.tax_before_discount = False
        self.product_tax_is_taxed = True
        self.product_tax_in_subtotal = False
        self.shipping_per_piece = Decimal(5)
        self.shipping_tax_class = 0
        self.websites = {
            0: ("admin", "Admin", 0),
            1: ("base", "Main Website", 1),
            2: ("b2b", "B2B Website", 2),
        }
        self.groups = {
            0: ("default", "Default", 0, 0, 0),
            1: ("main_website_store", "Main Website Store", 1, 2, 1),
            2: ("b2b_store", "B2B Store", 2, 2, 3),
        }
        self.views = [
            StoreView(1, "default", "Default Store View", 1, 1),
            StoreView(0, "admin", "Admin", 0, 0),
            StoreView(
                2,
                "us",
                "US Store View",
                1,
                1,
                currency="USD",
                rate=Decimal("1.1"),
                timezone="America/New_York",
            ),
            StoreView(3, "b2b_en", "B2B English", 2, 2),
        ]
        self.tax_rates = [
            TaxRate("US-CA-*-Rate 1", Decimal("8.25"), "US", -1, 12, "CA"),
            TaxRate("US-NY-*-Rate 1", Decimal("8.375"), "US", -1, 43, "NY"),
            TaxRate("FR20", Decimal(20), "FR"),
        ]
        self.payment_methods = {
            method.code: method
            for method in (
                PaymentMethod("checkmo", "Check / Money order"),
                PaymentMethod("banktransfer", "Bank Transfer Payment"),
                PaymentMethod("paypal_express", "PayPal Express Checkout", True),
            )
        }
        self.statuses = {state: list(statuses) for state, statuses in STATES.items()}

    def view(self, code_or_id: str | int) -> StoreView:
        """Return the store view of that code or id."""
        for view in self.views:
            if code_or_id in (view.code, view.id):
                return view
        raise KeyError(f"no store view {code_or_id!r}")

    def has_view(self, code: str) -> bool:
        """Say whether a URL may name this store view."""
        return code == "all" or any(view.code == code for view in self.views)

    def add_view(self, code: str, name: str = "", website_id: int = 1, **settings):
        """Add a store view, with settings as StoreView has them."""
        group_id = next(
            id for id, group in self.groups.items() if group[2] == website_id
        )
        number = max(view.id for view in self.views) + 1
        view = StoreView(number, code, name or code, website_id, group_id, **settings)
        self.views.append(view)
        return view

    def add_tax_rate(
        self,
        code: str,
        percent: object,
        country: str = "",
        tax_class: int = 2,
        priority: int = 0,
    ) -> TaxRate:
        """Add a tax rate; without a country only lines that name it have it."""
        percent = Decimal(str(percent))
        rate = TaxRate(code, percent, country, tax_class, priority=priority)
        self.tax_rates.append(rate)
        return rate

    def rates_for(self, country: str, tax_class: int) -> tuple[TaxRate, ...]:
        """Return the rates on a product of this class sold to this country."""
        return tuple(
            rate
            for rate in self.tax_rates
            if rate.country == country and rate.tax_class == tax_class
        )

    def rate(self, code: str) -> TaxRate:
        """Return the tax rate of that code."""
        return next(rate for rate in self.tax_rates if rate.code == code)

    def store_name(self, view: StoreView) -> str:
        """Return the three names that an order carries."""
        website, group = self.websites[view.website_id], self.groups[view.group_id]
        return f"{website[1]}\n{group[1]}\n{view.name}"

    def default_status(self, state: str) -> str:
        """Return the status that Magento gives an order entering this state."""
        return self.statuses[state][0]

    def price(self, amount: object) -> str:
        """Return an amount in base currency as Magento's texts show it."""
        symbol = SYMBOLS.get(self.base_currency, self.base_currency)
        return f"{symbol}{Decimal(str(amount)):,.2f}"
