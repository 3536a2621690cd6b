"""Whether an order is paid."""

from decimal import Decimal

from .amounts import amount

CENT = Decimal("0.01")
# Magento keeps so many decimals
STEP = Decimal("0.0001")


def is_paid(raw: dict) -> bool:
    """Say whether all is paid but less than a cent, or nothing is to be paid.

    What was cancelled is not to be paid any more; of an order that was cancelled before
    anything was paid, nothing ever was. An order is paid in the shop's base currency as
    well, and Magento's own “due” counts where it has one.

    :param raw: the decoded JSON of an order
    """
    if raw.get("total_due") is not None and _is_nothing(amount(raw, "total_due")):
        return True
    return any(_is_paid_in(raw, currency) for currency in ("", "base_"))


def _is_paid_in(raw: dict, currency: str) -> bool:
    if raw.get(f"{currency}grand_total") is None:
        return False
    total = amount(raw, f"{currency}grand_total")
    paid = amount(raw, f"{currency}total_paid")
    canceled = amount(raw, f"{currency}total_canceled")
    if not paid:
        return _is_nothing(total)
    return _is_nothing(total - canceled - paid)


def _is_nothing(amount_left: Decimal) -> bool:
    return amount_left.quantize(STEP) < CENT
