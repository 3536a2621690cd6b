"""What a buyer puts into the cart, and the order items that it becomes."""

from dataclasses import dataclass, field, fields
from decimal import Decimal

from .amounts import ZERO, decimal
from .catalog import Catalog, Product
from .pricing import Wanted
from .shop import Shop, TaxRate


@dataclass
class Line:
    """One product in the cart.

    :param price: instead of the catalog's, in base currency
    :param variant: of a configurable: the sku of the chosen product
    :param discount: a fixed discount on the whole line, in base currency
    :param taxes: codes of the tax rates, instead of those of product and country;
        several add up
    :param custom_options: option id → value
    :param grouped: it was bought on the page of a grouped product
    :param product_tax: the fixed product tax of one, in base currency
    """

    sku: str
    qty: object = 1
    price: object = None
    variant: str = ""
    discount_percent: object = 0
    discount: object = 0
    taxes: list[str] | None = None
    custom_options: dict[object, object] = field(default_factory=dict)
    grouped: bool = False
    product_tax: object = 0


_NAMES = {one.name for one in fields(Line)}


def read_line(given: object) -> Line:
    """Return the line of a sku, a (sku, quantity), a dictionary or a Line."""
    if isinstance(given, Line):
        return given
    if isinstance(given, str):
        return Line(given)
    if isinstance(given, dict):
        if unknown := set(given) - _NAMES:
            raise TypeError(f"a line has no {', '.join(sorted(unknown))}")
        return Line(**given)
    return Line(*given)


@dataclass
class Ordered:
    """One item to be ordered.

    :param unit_price: in base currency; None where others carry the price
    """

    product: Product
    sku: str
    quantity: Decimal
    product_type: str
    unit_price: Decimal | None
    original_price: Decimal
    rates: tuple[TaxRate, ...] = ()
    discount_percent: Decimal = ZERO
    discount: Decimal = ZERO
    product_tax: Decimal = ZERO
    parent: "Ordered | None" = None
    children: list["Ordered"] = field(default_factory=list)
    option: dict | None = None

    @property
    def is_dynamic(self) -> bool:
        """Say whether the price is the sum of the children's."""
        return self.product.dynamic

    def wanted(self, rate: Decimal) -> Wanted:
        """Return what is to be priced, in the currency of this exchange rate."""
        return Wanted(
            self.unit_price * rate,
            self.quantity,
            self.rates,
            self.discount_percent,
            self.discount * rate,
            self.product_tax * rate,
        )


def ordered_items(
    lines: list[Line],
    shop: Shop,
    catalog: Catalog,
    country: str,
    discount_percent: Decimal,
) -> list[Ordered]:
    """Return the items of these lines: parents, each followed by its children."""
    items = []
    for line in lines:
        percent = decimal(line.discount_percent) or discount_percent
        product = catalog[line.sku]
        rates = _rates(line, shop, product, country)
        item = _item(line, product, rates, percent)
        items.append(item)
        if product.type_id == "bundle":
            _add_parts(item, line, shop, catalog, country, percent)
        elif product.type_id == "configurable":
            _add_variant(item, line, catalog)
        items.extend(item.children)
    return items


def pieces_to_ship(items: list[Ordered]) -> Decimal:
    """Return how many pieces the flat rate counts."""
    return sum(
        (
            item.quantity
            for item in items
            if not item.product.is_virtual
            and not (item.children and item.product.separately)
            and not (item.parent and not item.parent.product.separately)
        ),
        ZERO,
    )


def _rates(
    line: Line, shop: Shop, product: Product, country: str
) -> tuple[TaxRate, ...]:
    if line.taxes is not None:
        return tuple(shop.rate(code) for code in line.taxes)
    return shop.rates_for(country, product.tax_class)


def _item(
    line: Line, product: Product, rates: tuple[TaxRate, ...], percent: Decimal
) -> Ordered:
    price = product.price if line.price is None else decimal(line.price)
    return Ordered(
        product=product,
        sku="-".join([line.variant or product.sku, *_option_skus(line, product)]),
        quantity=decimal(line.qty),
        product_type="grouped" if line.grouped else product.type_id,
        unit_price=None if product.dynamic else price,
        original_price=price,
        rates=() if product.dynamic else rates,
        discount_percent=percent,
        discount=decimal(line.discount),
        product_tax=decimal(line.product_tax),
        option=_option(line, product),
    )


def _option_skus(line: Line, product: Product) -> list[str]:
    """Return the SKUs of the chosen options, which Magento appends to the item's."""
    return [
        sku
        for option in product.options
        if option.id in line.custom_options
        for sku in option.skus(str(line.custom_options[option.id]))
    ]


def _shown_value(product: Product, option: object, value: object) -> object:
    """Return what was chosen as REST shows it: of a date the same one twice."""
    dates = {each.id for each in product.options if each.kind == "date"}
    return [str(value)] * 2 if option in dates else str(value)


def _option(line: Line, product: Product) -> dict | None:
    """Return the ``product_option`` of REST."""
    chosen: dict = {}
    if product.type_id == "bundle":
        chosen["bundle_options"] = [
            {
                "option_id": part.option_id,
                "option_qty": int(part.quantity),
                "option_selections": [part.option_id],
            }
            for part in product.parts
        ]
    if product.type_id == "configurable":
        value = product.variants[line.variant]
        chosen["configurable_item_options"] = [
            {"option_id": "137", "option_value": value}
        ]
    if product.type_id == "downloadable":
        chosen["downloadable_option"] = {"downloadable_links": [1]}
    if line.custom_options:
        chosen["custom_options"] = [
            {
                "option_id": str(option),
                "option_value": _shown_value(product, option, value),
            }
            for option, value in line.custom_options.items()
        ]
    return {"extension_attributes": chosen} if chosen else None


def _add_parts(
    item: Ordered,
    line: Line,
    shop: Shop,
    catalog: Catalog,
    country: str,
    percent: Decimal,
) -> None:
    """Add the parts of a bundle."""
    for part in item.product.parts:
        product = catalog[part.sku]
        priced = item.product.dynamic
        child = Ordered(
            product=product,
            sku=product.sku,
            quantity=part.quantity * item.quantity,
            product_type=product.type_id,
            unit_price=product.price if priced else None,
            original_price=product.price if priced else ZERO,
            rates=_rates(line, shop, product, country) if priced else (),
            discount_percent=percent if priced else ZERO,
            parent=item,
        )
        item.children.append(child)
        if not priced and line.price is None:
            item.unit_price += part.price * part.quantity


def _add_variant(item: Ordered, line: Line, catalog: Catalog) -> None:
    """Add the product that was chosen of a configurable, which has its price."""
    product = catalog[line.variant]
    if line.price is None:
        item.unit_price = item.original_price = product.price
    child = Ordered(
        product=product,
        sku=product.sku,
        quantity=item.quantity,
        product_type=product.type_id,
        unit_price=None,
        original_price=ZERO,
        parent=item,
    )
    item.children.append(child)


def weight_of(item: Ordered) -> Decimal | None:
    """Return the weight of one piece."""
    if item.product.type_id == "bundle":
        each = (child.product.weight * child.quantity for child in item.children)
        return sum(each, ZERO) / item.quantity
    return item.product.weight


def row_weight_of(item: Ordered) -> Decimal:
    """Return the weight of the row; a parent's is its own."""
    if item.parent:
        return ZERO
    if item.product.type_id == "bundle" and not item.product.dynamic:
        return item.product.weight * item.quantity
    return (weight_of(item) or ZERO) * item.quantity
