"""``./dev test``: the checks, the unit tests, and Odoo's tests."""

import os
from functools import partial

from . import (
    database,
    dealing,
    demo_check,
    hardship_tests,
    jobs,
    lint,
    odoo,
    odoo_source,
    odoo_tests,
    python_env,
    selection,
    translations,
    unit_tests,
    upgrade_tests,
)
from .jobs import Part
from .odoo import Odoo
from .selection import Selection
from .state import DevError
from .tally import Tally

INSTALL = "Odoo install"
# So that a guess that was wrong leaves nobody without work; each takes Odoo's start
SHARDS_FOR_EACH = 3


def test(pattern: str | None, at_once: int | None, version: str | None) -> int:
    """Run all, or the tests that a pattern names, and return the exit code."""
    tally = Tally()
    try:
        python_env.python()
        if pattern and (names := hardship_tests.named(pattern)):
            _run_hardship(names, version, tally)
        elif pattern:
            _run_some(selection.matching(pattern), version, tally)
        else:
            at_once = at_once or os.cpu_count() or 1
            _run_all(selection.everything(), version, at_once, tally)
    except DevError as error:
        tally.fail(f"\n{error}")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


def _run_all(tests: Selection, version: str | None, at_once: int, tally: Tally):
    if not _has_odoo(version, f"{len(tests.odoo)} ODOO TEST FILE(S)"):
        jobs.run(_parts(tests), at_once, tally)
        return
    with odoo.session(version) as session, database.reserved(session) as installed:
        parts = [
            *_parts(tests),
            Part(INSTALL, 30, partial(odoo_tests.install, session, installed)),
            *_parts_of_upgrades(),
            *_parts_on_copies(tests, at_once, session, installed),
        ]
        jobs.run(parts, at_once, tally)


def _parts(tests: Selection) -> list[Part]:
    """Return the parts that need no Odoo: name, seconds about, function."""
    return [
        Part("lint", 15, lint.count_failures),
        Part("unit tests", 30, partial(unit_tests.run, tests)),
    ]


def _parts_of_upgrades() -> list[Part]:
    """Return the parts that begin with the template that the installation made."""
    return [
        Part(
            f"upgrade from {version}",
            45,
            partial(upgrade_tests.run, version),
            after=INSTALL,
        )
        for version in upgrade_tests.COMMITS
    ]


def _parts_on_copies(tests, at_once, session: Odoo, installed: str) -> list[Part]:
    """Return the parts that each have a copy of the database with the addon."""
    parts = [
        ("browser tests", 60, partial(odoo_tests.run_tours, tests)),
        ("Odoo upgrade", 15, odoo_tests.upgrade),
        ("translations", 10, translations.check),
        ("Odoo tests with other modules", 40, odoo_tests.run_with_others),
        ("demonstration", 30, demo_check.run),
        ("kill test", 60, partial(hardship_tests.run, "kill")),
        ("faults test", 120, partial(hardship_tests.run, "faults")),
    ]
    hands = at_once * SHARDS_FOR_EACH if at_once > 1 else 1
    shards = dealing.deal(dealing.expected(tests.without_tours().odoo), hands)
    for number, files in enumerate(shards, 1):
        shard = partial(odoo_tests.run_files, Selection(list(files), []))
        parts.append((f"Odoo tests {number}", sum(files.values()), shard))

    def on_copy(function, tally: Tally):
        with database.copy(session, installed) as name:
            function(session, name, tally)

    return [
        Part(name, seconds, partial(on_copy, function), after=INSTALL)
        for name, seconds, function in parts
    ]


def _run_some(tests: Selection, version: str | None, tally: Tally):
    if tests.unit:
        with tally.stage("unit tests"):
            unit_tests.run(tests, tally)
    if tests.odoo and _has_odoo(version, f"{len(tests.odoo)} ODOO TEST FILE(S)"):
        odoo_tests.run_some(tests, version, tally)


def _run_hardship(names: list[str], version: str | None, tally: Tally):
    if _has_odoo(version, f"THE {' AND '.join(names).upper()} TEST"):
        with odoo.session(version) as session, database.fresh(session) as fresh:
            for name in names:
                with tally.stage(f"{name} test"):
                    hardship_tests.run(name, session, fresh, tally)


def _has_odoo(version: str | None, what: str) -> bool:
    try:
        odoo_source.locate(version)
    except DevError as error:
        print(f"\nNOT RUN: {what}, THERE IS NO ODOO.")
        print(error)
        return False
    return True
