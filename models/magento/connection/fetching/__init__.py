"""What a shop has: its stores, taxes, sources, payment and shipping methods."""

from .shop_reader import ShopReader
