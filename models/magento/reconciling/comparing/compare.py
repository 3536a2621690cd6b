"""The figures of one order on both sides."""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field

from ...ordering.importing.rounding import is_rounding

KINDS = ("ordered", "invoiced", "shipped", "refunded")
AMOUNTS = ("ordered", "invoiced", "refunded")
QUANTITY_DIGITS = 4


@dataclass
class Side:
    """One system's figures of an order.

    :param quantities: {kind: {item id: quantity}}; what is no item of Magento's has ""
    :param amounts: {kind: amount in the order's currency, with tax}
    """

    quantities: dict = field(
        default_factory=lambda: {kind: defaultdict(float) for kind in KINDS}
    )
    amounts: dict = field(default_factory=lambda: dict.fromkeys(AMOUNTS, 0.0))

    def quantity(self, kind):
        """Return how many pieces in all."""
        return round(sum(self.quantities[kind].values()), QUANTITY_DIGITS)

    @property
    def is_nothing(self):
        """Say whether nothing is left of the order, if there ever was anything."""
        return not any(
            round(quantity, QUANTITY_DIGITS)
            for items in self.quantities.values()
            for quantity in items.values()
        ) and not any(round(amount, 2) for amount in self.amounts.values())


@dataclass(frozen=True)
class Comparison:
    """What of an order differs.

    :param pieces: {kind: {item id: (Odoo's quantity, Magento's)}} of items that differ
    :param amounts: {kind: Magento's amount minus Odoo's} of amounts that differ
    """

    odoo: Side
    magento: Side
    pieces: dict
    amounts: dict
    other_currency: str = ""

    @property
    def is_equal(self):
        return not self.pieces and not self.amounts and not self.other_currency

    def surplus(self, kind):
        """Return (pieces that only Odoo has, pieces that only Magento has)."""
        pairs = self.pieces.get(kind, {}).values()
        here = sum(max(mine - theirs, 0) for mine, theirs in pairs)
        there = sum(max(theirs - mine, 0) for mine, theirs in pairs)
        return here, there

    @property
    def fingerprint(self):
        """Return what stays the same as long as all figures do."""
        figures = [
            [
                [sorted(_rounded(side.quantities[kind]).items()) for kind in KINDS],
                [f"{side.amounts[kind]:.2f}" for kind in AMOUNTS],
            ]
            for side in (self.odoo, self.magento)
        ]
        content = json.dumps([figures, self.other_currency])
        return hashlib.sha256(content.encode()).hexdigest()[:32]


def compare(odoo, magento, currency, other_currency=""):
    """Compare two sides of an order.

    :param odoo, magento: `Side`s
    :param currency: the `res.currency` by which amounts are rounded
    :param other_currency: the name of Odoo's currency, if it is not the order's
    """
    pieces = {}
    for kind in KINDS:
        mine, theirs = odoo.quantities[kind], magento.quantities[kind]
        found = {
            item: (mine.get(item, 0.0), theirs.get(item, 0.0))
            for item in {**mine, **theirs}
            if round(mine.get(item, 0.0) - theirs.get(item, 0.0), QUANTITY_DIGITS)
        }
        if found:
            pieces[kind] = found
    # Magento's may have more digits: discounts of decimal quantities are not rounded
    differences = {
        kind: currency.round(currency.round(magento.amounts[kind]) - odoo.amounts[kind])
        for kind in AMOUNTS
    }
    amounts = {
        kind: amount
        for kind, amount in differences.items()
        if not currency.is_zero(amount)
    }
    if "invoiced" not in pieces and _settles_later(magento, amounts, currency):
        del amounts["invoiced"]
    return Comparison(odoo, magento, pieces, amounts, other_currency)


def _settles_later(magento, amounts, currency):
    """Say whether what is invoiced differs by cents that the last invoice settles.

    Each side rounds the parts of an order in its own way; the last one has the rest.
    """
    ordered, invoiced = magento.quantities["ordered"], magento.quantities["invoiced"]
    is_open = any(
        round(quantity - invoiced.get(item, 0.0), QUANTITY_DIGITS) > 0
        for item, quantity in ordered.items()
    )
    return (
        is_open and "invoiced" in amounts and is_rounding(amounts["invoiced"], currency)
    )


def magento_side(figures):
    """Return Magento's `Side` of `OrderFigures`."""
    side = Side()
    for item in figures.billed:
        side.quantities["ordered"][item.item_id] = float(item.ordered)
        side.quantities["invoiced"][item.item_id] = float(item.invoiced)
        side.quantities["refunded"][item.item_id] = float(item.refunded)
    for item in figures.shipped:
        side.quantities["shipped"][item.item_id] = float(item.shipped)
    side.amounts.update(
        ordered=figures.ordered, invoiced=figures.invoiced, refunded=figures.refunded
    )
    return side


def _rounded(quantities):
    return {
        item: f"{quantity:.4f}"
        for item, quantity in quantities.items()
        if round(quantity, QUANTITY_DIGITS)
    }
