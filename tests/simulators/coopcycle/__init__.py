"""A CoopCycle API in memory, as the public source of August 2026 answers.

    with CoopcycleSimulator() as instance:
        store = instance.add_store("Les Vélos du Canal")
        order = instance.deliver(store, total=499, tax=83)
        ...  # a client of instance.url, signed in as instance.username
        assert order.exports

Each module says which files of coopcycle/coopcycle-web it follows.
"""

from .simulator import CoopcycleSimulator

__all__ = ("CoopcycleSimulator",)
