"""What Odoo keeps in memory of the database, from one test to the next."""

import sys
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from .versions import get_cached, put_cached

# What a change of these makes outdated is kept by these models, and by no other
KEPT_BY = {
    "billing.policy": {"billing.policy"},
    "decimal.precision": {"decimal.precision"},
    "product.product": {"product.template"},
}


class _Level:
    """What a class, or a test of it, made outdated."""

    def __init__(self):
        self.names = set()  # of caches that were cleared
        self.before = {}  # what all of them had before the first was
        self.models = set()  # of which no more than what they keep is outdated


class KeptCaches:
    """The caches of Odoo while the tests of a class run.

    Odoo's own tests clear all of them, and each test would begin by reading rights,
    rules and ids again. Here the end of a test, and of a class, takes away what was
    made outdated: the database is as it was before, and so are they.
    """

    def __init__(self, registry):
        self._caches = registry._Registry__caches
        self._clear = registry.clear_cache
        self._levels = [_Level()]

    def begin_test(self):
        self._levels.append(_Level())

    def end(self):
        """End the test, or the class if no test has begun."""
        level = self._levels.pop()
        if level.names:
            self._clear(*level.names)
            for name, values in level.before.items():
                put_cached(self._caches[name], values)
        if level.models:
            self._forget(lambda model: model in level.models)
        if not self._levels:
            # Another class has other data; of itself Odoo knows the same
            self._forget(lambda model: model[:3] != "ir." or model == "ir.rule")

    def clear(self, *names):
        """Clear caches as Odoo does, or of a model that is known what it keeps."""
        level = self._levels[-1]
        changed = sys._getframe(1).f_locals.get("self")
        if models := KEPT_BY.get(getattr(changed, "_name", "")):
            level.models |= models
            self._forget(lambda model: model in models)
            return
        if not level.names:
            level.before = {
                name: get_cached(cache) for name, cache in self._caches.items()
            }
        level.names.update(names or ("default",))
        self._clear(*names)

    def _forget(self, is_outdated):
        for cache in self._caches.values():
            for key in get_cached(cache):
                if is_outdated(key[0]):
                    cache.pop(key)


@contextmanager
def kept_caches(registry):
    """Keep the caches of Odoo from one test to the next."""
    caches = KeptCaches(registry)
    with ExitStack() as stack:
        for name, method in (
            ("clear_cache", caches.clear),
            ("clear_all_caches", caches.end),
        ):
            stack.enter_context(patch.object(registry, name, method))
        yield caches
