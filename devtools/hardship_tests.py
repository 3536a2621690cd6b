"""The tests of what is killed while it exports, bills and reminds, and of a bad shop.

They are benchmarks that count what must not be, on a database of their own: a process
that is killed needs real transactions.
"""

from . import bench
from .odoo import Odoo
from .state import CHECKOUT
from .tally import Tally

# How many kills, and how many invoices
COUNTS = {"kill": 15, "faults": 50}
MUST_BE_NONE = ("duplicates", "lost", "disagreements")


def named(pattern: str) -> list[str]:
    """Return the tests of this kind that a pattern names, by name or by file."""
    path = pattern.removeprefix(f"{CHECKOUT}/").removeprefix("./")
    files = {name: str(bench.find(name).relative_to(CHECKOUT)) for name in COUNTS}
    return [name for name, file in files.items() if path in (name, file)]


def run(name: str, session: Odoo, database_name: str, tally: Tally):
    """Run one of these tests on a database that has the addon."""
    cases = bench.measure(session, database_name, name, count=COUNTS[name])
    if not cases:
        tally.fail(f"The {name} test did not get through: its traceback is above.")
        return
    wrong = [
        f"{case[key]} {key}" for case in cases for key in MUST_BE_NONE if case[key]
    ]
    if wrong:
        tally.fail(f"The {name} test left {', '.join(wrong)}.\n{bench.table(cases)}")
    else:
        tally.passed += 1
