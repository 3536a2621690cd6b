"""A Magento 2.4.7 REST server in memory, as the recordings of a real one answer.

    with MagentoSimulator() as shop:
        order = shop.place_order([("SKU-001", 3), {"sku": "TEE", "variant": "TEE-M"}])
        shop.faults.add("hang_up_after", method="POST", path=r"/invoice$", times=1)
        ...  # a client of shop.url with shop.consumer_key and the other three keys
        assert [one["order_id"] for one in shop.book.invoices] == [order["entity_id"]]

``shop.book`` holds the documents as the shop keeps them; what REST shows of an order is
``shop.book.orders.shown(order)``. ``shop.admin`` acts as the shop's own staff,
``shop.shop`` and ``shop.catalog`` are its settings and products. For other processes:
``python -m simulators.magento --help`` in the folder ``tests``, and :mod:`.control`.
"""

from .simulator import MagentoSimulator

__all__ = ("MagentoSimulator",)
