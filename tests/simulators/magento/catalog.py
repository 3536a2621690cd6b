"""The products and the stock of their sources."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

DEFAULT_SOURCE = "default"
PLENTY = 1000


@dataclass(frozen=True)
class Part:
    """What a bundle has one or several of.

    :param price: what it adds to a bundle with a fixed price
    """

    sku: str
    quantity: Decimal
    option_id: int
    price: Decimal


@dataclass(frozen=True)
class Option:
    """A custom option: what a customer may choose, or type in.

    :param sku: is appended to that of an item with the option
    :param values: of which one or several are chosen: id → (title, sku)
    :param kind: such as ``field``, ``drop_down``, ``date``
    """

    id: int
    title: str
    sku: str
    values: dict[int, tuple[str, str]]
    kind: str

    def skus(self, chosen: str) -> list[str]:
        """Return what is appended to the SKU for what was chosen."""
        if not self.values:
            return [self.sku] if self.sku else []
        found = [self.values[int(value)][1] for value in chosen.split(",")]
        return list(filter(None, found))


@dataclass
class Product:
    """A product, with what an order line needs to know of it.

    :param parts: of a bundle: what is in it
    :param variants: of a configurable: sku → value of its option
    :param dynamic: of a bundle: its price is the sum of its parts
    :param separately: of a bundle: its parts are shipped one by one
    :param options: its custom options
    """

    sku: str
    name: str
    price: Decimal
    type_id: str = "simple"
    id: int = 0
    weight: Decimal | None = Decimal("0.5")
    tax_class: int = 2
    is_qty_decimal: bool = False
    parts: list[Part] = field(default_factory=list)
    variants: dict[str, int] = field(default_factory=dict)
    dynamic: bool = False
    separately: bool = False
    options: list["Option"] = field(default_factory=list)
    created_at: str = "2026-11-21 01:35:16"
    updated_at: str = "2026-11-21 01:35:39"

    @property
    def is_virtual(self) -> bool:
        """Say whether there is nothing to ship."""
        return self.type_id in ("virtual", "downloadable")


class Catalog:
    """All products by sku; ``stock`` holds the quantities by (source, sku)."""

    def __init__(self):
        self._products: dict[str, Product] = {}
        self.sources = {DEFAULT_SOURCE: "Default Source"}
        self.stock: dict[tuple[str, str], Decimal] = {}
        self._add_measured()

    def __getitem__(self, sku: str) -> Product:
        return self._products[sku]

    def __contains__(self, sku: str) -> bool:
        return sku in self._products

    def __iter__(self) -> Iterator[Product]:
        return iter(list(self._products.values()))

    def get(self, sku: str) -> Product | None:
        """Return the product of that sku, if there is one."""
        return self._products.get(sku)

    def of_id(self, product_id: int) -> Product | None:
        """Return the product of that id, if there is one."""
        return next((one for one in self if one.id == product_id), None)

    def add(
        self,
        sku: str,
        name: str = "",
        price: object = 10,
        type_id: str = "simple",
        *,
        quantity: int = PLENTY,
        **details,
    ) -> Product:
        """Add a product with that stock in the default source."""
        number = max((one.id for one in self), default=0) + 1
        if type_id in ("virtual", "downloadable"):
            details.setdefault("weight", None)
        product = Product(
            sku, name or sku, Decimal(str(price)), type_id, number, **details
        )
        self._products[sku] = product
        if type_id == "simple":
            self.stock[DEFAULT_SOURCE, sku] = Decimal(quantity)
        return product

    def rename(self, sku: str, new: str) -> None:
        """Give a product another SKU; its id stays."""
        product = self._products.pop(sku)
        product.sku, self._products[new] = new, product

    def add_option(
        self, sku: str, title: str, *values: tuple, option_sku: str = "", kind: str = ""
    ) -> Option:
        """Let a product have a custom option.

        :param values: (title, sku) of what may be chosen; without, a text is typed in
        """
        taken = [option for one in self for option in one.options]
        first = sum(len(option.values) for option in taken) + 1
        option = Option(
            len(taken) + 1,
            title,
            option_sku,
            dict(enumerate(values, start=first)),
            kind or ("drop_down" if values else "field"),
        )
        self[sku].options.append(option)
        return option

    def add_bundle(
        self,
        sku: str,
        parts: list[tuple],
        price: object = None,
        *,
        separately: bool = False,
        **details,
    ) -> Product:
        """Add a bundle of these (sku, quantity, price in the bundle) parts.

        :param price: None makes the price dynamic: the sum of the parts' own prices
        """
        taken = sum(len(product.parts) for product in self)
        made = [
            Part(part, Decimal(str(quantity)), taken + number, Decimal(sum(extra)))
            for number, (part, quantity, *extra) in enumerate(parts, start=1)
        ]
        return self.add(
            sku,
            f"Bundle {sku}",
            price or 0,
            "bundle",
            parts=made,
            dynamic=price is None,
            separately=separately,
            **details,
        )

    def _add_measured(self) -> None:
        """Add the products of the shop that was recorded."""
        prices = ("10", "19.99", "7.5", "100", "3.33", "49.9", "15", "250")
        for number, price in enumerate(prices, start=1):
            self.add(f"SKU-00{number}", f"Simple product {number}", price)
        self.add("SKU-DEC", "Decimal qty product", "4.2", is_qty_decimal=True)
        self.add("SKU LEGACY/é 1", 'Odd SKU é "quoted" <b>', 12)
        self.add("VIRT-1", "Virtual service", 30, "virtual")
        sizes = {"S": 4, "M": 5, "L": 6}
        for size in sizes:
            self.add(f"TEE-{size}", f"Tee {size}", 25)
        variants = {f"TEE-{size}": value for size, value in sizes.items()}
        self.add(
            "TEE", "Tee shirt (configurable)", 0, "configurable", variants=variants
        )
        self.add_bundle("BUN-DYN", [("SKU-001", 1), ("SKU-002", 2)], weight=Decimal(0))
        self.add_bundle(
            "BUN-FIX-SEP",
            [("SKU-001", 1, 10), ("SKU-002", 2, 20)],
            60,
            separately=True,
            weight=Decimal(1),
        )
