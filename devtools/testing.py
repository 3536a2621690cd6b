"""``./dev test``: the checks, the unit tests, and Odoo's tests."""

from . import (
    demo_check,
    hardship_tests,
    lint,
    odoo_source,
    odoo_tests,
    python_env,
    selection,
    unit_tests,
    upgrade_tests,
)
from .selection import Selection
from .state import DevError
from .tally import Tally


def test(pattern: str | None) -> int:
    """Run all, or the tests that a pattern names, and return the exit code."""
    tally = Tally()
    try:
        python_env.python()
        if pattern and (names := hardship_tests.named(pattern)):
            _run_hardship(names, tally)
        elif pattern:
            _run_some(selection.matching(pattern), tally)
        else:
            _run_all(selection.everything(), tally)
    except DevError as error:
        tally.fail(f"\n{error}")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


def _run_all(tests: Selection, tally: Tally):
    tally.failed += lint.run()
    unit_tests.run(tests, tally)
    if _has_odoo(f"{len(tests.odoo)} ODOO TEST FILE(S)"):
        odoo_tests.run_all(tests, tally)
        demo_check.run(tally)
        upgrade_tests.run(tally)
        hardship_tests.run(list(hardship_tests.COUNTS), tally)


def _run_some(tests: Selection, tally: Tally):
    unit_tests.run(tests, tally)
    if tests.odoo and _has_odoo(f"{len(tests.odoo)} ODOO TEST FILE(S)"):
        odoo_tests.run_some(tests, tally)


def _run_hardship(names: list[str], tally: Tally):
    if _has_odoo(f"THE {' AND '.join(names).upper()} TEST"):
        hardship_tests.run(names, tally)


def _has_odoo(what: str) -> bool:
    try:
        odoo_source.locate()
    except DevError as error:
        print(f"\nNOT RUN: {what}, THERE IS NO ODOO.")
        print(error)
        return False
    return True
