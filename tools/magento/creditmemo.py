"""Magento's credit memo, read into a frozen dataclass."""

from dataclasses import dataclass

from .amounts import MalformedOrderError, text
from .sales_document import MoneyDocument, money, read_safely

OPEN, REFUNDED, CANCELED = "1", "2", "3"


@dataclass(frozen=True)
class CreditMemo(MoneyDocument):
    """One credit memo.

    `returned_item_ids` are the order items that went back into stock, None where
    Magento does not say; `invoice_id` is empty unless it was made for one.
    """

    invoice_id: str
    returned_item_ids: frozenset[str] | None

    @property
    def is_canceled(self) -> bool:
        """Say whether it does not count any more."""
        return self.state == CANCELED


def read_creditmemo(raw: dict) -> CreditMemo:
    """Read one credit memo.

    :param raw: the decoded JSON of a credit memo
    :raise MalformedOrderError: something that every one has is missing or unreadable
    """
    return read_safely(_read, raw)


def _read(raw: dict) -> CreditMemo:
    return CreditMemo(
        **money(raw),
        invoice_id=text(raw, "invoice_id"),
        returned_item_ids=_returned(raw),
    )


def _returned(raw: dict) -> frozenset[str] | None:
    extension = raw.get("extension_attributes") or {}
    if not isinstance(extension, dict):
        raise MalformedOrderError("extension_attributes")
    returned = extension.get("return_to_stock_items")
    return None if returned is None else frozenset(map(str, returned))
