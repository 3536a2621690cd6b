from dataclasses import dataclass, field


@dataclass
class PageResult:
    """How many orders of a run had which fate; every page adds to it.

    :ivar followed: the ids in Magento of those that were here, and are as in the shop
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    failed: int = 0
    followed: set = field(default_factory=set)
