from dataclasses import dataclass


@dataclass
class PageResult:
    """How many orders of a run had which fate; every page adds to it."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left_out: int = 0
    failed: int = 0
