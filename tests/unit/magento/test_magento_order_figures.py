"""How far recorded orders have got."""

import json
from pathlib import Path

from tools.magento.order_figures import read_figures

CASES = Path(__file__).parents[2] / "data" / "magento" / "cases"


def case(name):
    return json.loads((CASES / f"{name}.json").read_text())


def shipped(raw):
    return {
        item.sku: (item.ordered, item.shipped) for item in read_figures(raw).shipped
    }


def test_bundle_that_ships_separately():
    """It is in each of two shipments itself, with quantity 1."""
    raw = case("bundle_separately_two_shipments")
    assert raw["items"][0]["qty_shipped"] == 2
    assert shipped(raw) == {"SKU-001": (4, 4), "SKU-002": (8, 8)}


def test_bundle_that_ships_together():
    """Its parts are counted with it, in the same proportion, or not at all."""
    raw = case("bundle_separately_two_shipments")
    bundle, *parts = raw["items"]
    bundle["qty_shipped"] = 3
    for counted in (True, False):
        for part in parts:
            part["qty_shipped"] = part["qty_ordered"] * 3 / 4 * counted
        assert shipped(raw) == {"BUN-DYN-SEP": (4, 3)}
