"""Which fields of an extension are amounts of money, by their names.

What a shop counts otherwise is never a line: points, scores, slots, days, boxes.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from .amounts import MalformedOrderError, amount, text

# Fields of the order itself that an extension added have one of these in their names
WORDS = (
    "gift",
    "balance",
    "reward",
    "surcharge",
    "fee",
    "credit",
    "points",
    "handling",
    "insurance",
    "donation",
    "deposit",
    "wrapping",
    "gw",
)
MONEY = re.compile(
    r"((amount|fees?|charge)|(^|_)(amt|price|cost|total|credit|balance|discount"
    r"|tip|donation|deposit|handling|insurance|wrapping))$"
)
LOWERS = re.compile(r"(gift_?cards?|balance|credit|reward|points|discount|voucher)")
NO_MONEY = re.compile(
    r"(^|_)(points|miles|stars|stamps|level|score|rate|percent|qty|count|weight|days?)"
    r"(_(balance|total|price|cost|credit|discount))?$"
)
NO_TOTALS = ("base_", "notification_", "send_")
NOT_ON_THE_ORDER = ("_invoiced", "_refunded", "_canceled", "_id")
TAX = re.compile(r"(^|_)(tax|vat)(_|$)")


@dataclass(frozen=True)
class MoneyField:
    """One amount; `name` is the field in Magento, such as "gift_cards_amount".

    `tax` is what the shop says of its tax, in a field of its own.
    """

    name: str
    amount: Decimal
    tax: Decimal = Decimal(0)

    @property
    def lowers(self) -> bool:
        """Say whether such a thing usually lowers what the customer pays."""
        return self.amount < 0 or bool(LOWERS.search(self.name))


def find_money(raw: dict) -> list[MoneyField]:
    """Return the amounts that an extension may have added to an order, by name."""
    attributes = raw.get("extension_attributes") or {}
    own = {
        name: value
        for name, value in raw.items()
        if any(word.startswith(WORDS) for word in name.split("_"))
    }
    fields = {**own, **attributes}
    rate = amount(raw, "base_to_order_rate") or Decimal(1)
    found = []
    for name in sorted(fields):
        if (value := _read(fields, name)) and _is_money(fields, name, rate):
            found.append(MoneyField(name, value, _read_tax(fields, name)))
    found += _only_in_base(fields, rate)
    return found


def find_listed_money(raw: dict) -> list[MoneyField]:
    """Return what an extension lists with an amount each."""
    found = []
    for field, listed in (raw.get("extension_attributes") or {}).items():
        if field.endswith("taxes") or not isinstance(listed, list):
            continue
        for entry in listed:
            if isinstance(entry, dict) and "amount" in entry:
                names = (text(entry, name) for name in ("title", "label", "code"))
                name = next(filter(None, names), "")
                if (value := _read(entry, "amount")) and name:
                    tax = _read(entry, "tax") or _read(entry, "tax_amount")
                    found.append(MoneyField(name, value, tax))
    return found


def _is_money(fields: dict, name: str, rate: Decimal) -> bool:
    if name.startswith(NO_TOTALS) or name.endswith(NOT_ON_THE_ORDER):
        return False
    if TAX.search(name) or NO_MONEY.search(name):
        return False
    return bool(MONEY.search(name)) or _has_twin(fields, name, rate)


def _read_tax(fields: dict, name: str) -> Decimal:
    """Return the tax of an amount: of "gw_items_price" it is "gw_items_tax_amount"."""
    stem = MONEY.sub("", name).rstrip("_")
    names = (f"{each}_{tax}" for each in (name, stem) for tax in ("tax_amount", "tax"))
    return next((tax for each in names if (tax := _read(fields, each))), Decimal(0))


def _has_twin(fields: dict, name: str, rate: Decimal) -> bool:
    """Say whether the shop has it in its base currency too, which only money is."""
    base, own = _read(fields, f"base_{name}"), _read(fields, name)
    return bool(base) and abs(abs(base * rate) - abs(own)) <= Decimal("0.011")


def _only_in_base(fields: dict, rate: Decimal) -> list[MoneyField]:
    """Return what stands there in the base currency alone."""
    found = []
    for base in sorted(fields):
        name = base.removeprefix("base_")
        if base == name or name in fields or not _is_money(fields, name, rate):
            continue
        if value := _read(fields, base):
            found.append(MoneyField(name, (value * rate).quantize(Decimal("0.01"))))
    return found


def _read(fields: dict, name: str) -> Decimal:
    try:
        return amount(fields, name)
    except MalformedOrderError:
        return Decimal(0)
