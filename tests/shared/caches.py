"""What Odoo keeps in memory of the database, from one test to the next."""

from contextlib import contextmanager
from unittest.mock import patch


@contextmanager
def cleared_if_outdated(registry):
    """Have the end of each test clear those caches alone that the test made outdated.

    Odoo's own tests clear all of them, and each test would begin by reading rights,
    rules and ids again; what nothing made outdated is true after the rollback as well.
    """
    clear = registry.clear_cache
    outdated = set()

    def clear_and_note(*names):
        outdated.update(names or ("default",))
        clear(*names)

    def clear_outdated():
        if outdated:
            clear(*outdated)
            outdated.clear()

    with (
        patch.object(registry, "clear_cache", clear_and_note),
        patch.object(registry, "clear_all_caches", clear_outdated),
    ):
        yield
