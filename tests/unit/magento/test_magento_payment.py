"""Whether an order is paid, in cents and without what was cancelled."""

from decimal import Decimal

import pytest

from tools.magento.payment import is_paid

ORDER = {"grand_total": 17, "total_paid": 17, "total_due": 17}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"total_paid": 18},
        {"grand_total": Decimal("17.005")},
        {"grand_total": Decimal("17.0049")},
        {"total_paid": 17 - 1e-9},
        {"total_paid": Decimal("16.995")},
        {"total_paid": 10, "total_canceled": 7},
        {"total_paid": 10, "total_canceled": Decimal("7.0001")},
        {"total_paid": Decimal("16.99"), "total_due": 0},
        {"total_paid": None, "total_due": 0},
        {"total_paid": None, "grand_total": 0, "total_due": None},
        {"total_paid": Decimal("16.99"), "base_total_paid": 15, "base_grand_total": 15},
    ],
)
def test_paid(fields):
    assert is_paid(ORDER | fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"total_paid": 17 - 0.01},
        {"total_paid": Decimal("16.99")},
        {"total_paid": None},
        {"total_paid": 0},
        {"total_paid": None, "total_due": None},
        {"total_paid": 10},
        {"total_paid": 10, "total_canceled": 6},
        {"total_paid": None, "total_canceled": 17},
        {"total_paid": 10, "base_grand_total": 15, "base_total_paid": None},
        {"total_paid": 10, "base_total_paid": 10},
    ],
)
def test_not_paid(fields):
    assert not is_paid(ORDER | fields)
