"""What invoices and credit memos of a real shop come to."""

import json
from decimal import Decimal
from pathlib import Path

from tools.magento.creditmemo import read_creditmemo
from tools.magento.invoice import read_invoice

CASES = Path(__file__).parents[2] / "data" / "magento" / "cases"


def recorded(name):
    return json.loads((CASES / f"{name}.json").read_text(), parse_float=Decimal)


def test_discount_on_the_delivery_of_a_shop_with_tax_in_prices():
    """The first invoice has the delivery, as the order has it: 2.75 and 0.52 tax."""
    first, second = map(read_invoice, recorded("gross_shipping_discount_invoices"))
    assert (first.shipping_net, first.shipping_tax) == (
        Decimal("2.75"),
        Decimal("0.52"),
    )
    assert (first.shipping_discount, second.shipping_net) == (Decimal("1.63"), 0)
    for invoice in (first, second):
        assert (invoice.residual, invoice.tax_residual) == (0, 0)


def test_credit_memo_that_gives_back_more_than_its_items():
    """Magento counts a part of the delivery's discount; nobody can explain that."""
    [memo] = map(read_creditmemo, recorded("gross_shipping_discount_creditmemos"))
    assert memo.residual == Decimal("0.2057")
    assert memo.tax_residual == 0
