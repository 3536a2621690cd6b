"""Which items of an order stand for themselves, and which belong to another one.

A configurable product has its variant below it, a bundle its parts, and a part may be
configurable itself. What names a parent that is not there stands for itself: nobody is
to lose what he bought because an import or an extension wrote a wrong parent.
"""

from collections.abc import Iterator
from typing import Any

from .amounts import MalformedOrderError, amount, as_list, text

CONFIGURABLE = "configurable"


class OrderItems:
    """The items of an order, each once, however often it is listed.

    :param items: as REST shows them
    :raise MalformedOrderError: they are no items, or belong to each other in a circle
    """

    def __init__(self, items: Any):
        items = as_list(items)
        if items is None or not all(isinstance(item, dict) for item in items):
            raise MalformedOrderError("items")
        self._by_id: dict[str, dict] = {}
        for item in items:
            self._by_id.setdefault(text(item, "item_id", required=True), item)
        self._parents = dict(self._find_parents())
        self._parents.update(self._find_lost_variants())
        self._below: dict[str, list[dict]] = {}
        for item_id, parent_id in self._parents.items():
            self._check_depth(item_id)
            self._below.setdefault(parent_id, []).append(self._by_id[item_id])

    def __iter__(self) -> Iterator[tuple[dict, list[dict]]]:
        """Yield the items that stand for themselves, with those below each."""
        for item_id, item in self._by_id.items():
            if item_id not in self._parents:
                yield item, self.below(item)

    def below(self, item: dict) -> list[dict]:
        """Return the items that belong to one."""
        return self._below.get(text(item, "item_id"), [])

    def _find_parents(self) -> Iterator[tuple[str, str]]:
        for item_id, item in self._by_id.items():
            parent_id = text(item, "parent_item_id")
            if parent_id in self._by_id and parent_id != item_id:
                yield item_id, parent_id

    def _find_lost_variants(self) -> Iterator[tuple[str, str]]:
        """Yield variants that Magento lists beside their configurable product.

        A checkout with several addresses forgets whose they are. They have its SKU and
        quantity, and no price of their own: the same goods are not to leave twice.
        """
        related = {*self._parents, *self._parents.values()}
        alone = {
            _goods(item): item_id
            for item_id, item in self._by_id.items()
            if _is_configurable(item) and item_id not in related
        }
        for item_id, item in self._by_id.items() if alone else ():
            if _is_configurable(item) or item_id in self._parents or _has_price(item):
                continue
            if parent_id := alone.pop(_goods(item), ""):
                yield item_id, parent_id

    def _check_depth(self, item_id: str) -> None:
        """Check that nothing is below an item that is two levels down.

        :raise MalformedOrderError: it is in a circle, or deeper than Magento nests
        """
        parent_id = self._parents[item_id]
        above_id = self._parents.get(parent_id)
        if above_id is None:
            return
        if above_id in self._parents or not _is_configurable(self._by_id[parent_id]):
            raise MalformedOrderError("parent_item_id")


def _is_configurable(item: dict) -> bool:
    return text(item, "product_type") == CONFIGURABLE


def _has_price(item: dict) -> bool:
    return any(amount(item, name) for name in ("price", "row_total"))


def _goods(item: dict) -> tuple[str, object]:
    return text(item, "sku"), amount(item, "qty_ordered")
