"""Records of a real shop, each of their fields broken in each way, read and kept."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulators.breakage import BREAKAGES, break_field, fields_of

from tools.magento.amounts import MalformedOrderError
from tools.magento.answers import Answer, Call, read_answer
from tools.magento.creditmemo import read_creditmemo
from tools.magento.invoice import read_invoice
from tools.magento.order import read_order
from tools.magento.order_figures import read_figures
from tools.magento.shipment import read_shipment

RECORDINGS = Path(__file__).parents[2] / "data" / "magento" / "recordings"
READERS = {
    "order_get_bundle": (read_order, read_figures),
    "order_get_configurable": (read_order, read_figures),
    "order_get_coupon_discount": (read_order, read_figures),
    "order_get_usd_store": (read_order, read_figures),
    "invoice_get_bundle": (read_invoice,),
    "shipment_get": (read_shipment,),
    "creditmemo_get": (read_creditmemo,),
}


def recorded(name):
    return json.loads((RECORDINGS / f"{name}.json").read_text())["response"]["body"]


def decoded(text):
    return read_answer(Call("GET", "x"), Answer("http://x/", 200, {}, text.encode()))


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_readers_let_nothing_out(name, data):
    """What is odd is malformed, or is read; and either can be kept as JSON."""
    record = recorded(name)
    path = data.draw(st.sampled_from(list(fields_of(record))))
    breakage = data.draw(st.sampled_from(list(BREAKAGES)))
    raw = decoded(break_field(record, path, BREAKAGES[breakage]))
    for reader in READERS[name]:
        try:
            reader(raw)
        except MalformedOrderError as error:
            assert error.name
    kept = json.dumps(raw, default=float, allow_nan=False)
    assert "\\u0000" not in kept and "\\ud800" not in kept
