"""``./dev test``: the checks, the unit tests, and Odoo's tests."""

import math
import os
from contextlib import ExitStack

from . import (
    database,
    hardship_tests,
    jobs,
    odoo,
    odoo_source,
    odoo_tests,
    parts,
    python_env,
    selection,
    unit_tests,
)
from .building.tree import SOURCE_VERSION
from .jobs import Part
from .odoo_source import Source
from .parts import Parts
from .selection import Selection
from .state import DevError
from .tally import Tally, show

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
    """Run all parts on each version of Odoo, in one pool."""
    sources = _sources(version, _files(tests))
    with odoo.sessions(sources) as sessions, ExitStack() as stack:
        hands = math.ceil(at_once * SHARDS_FOR_EACH / max(len(sessions), 1))
        each = [
            Parts(
                session,
                stack.enter_context(database.reserved(session)),
                tests,
                hands if at_once > 1 else 1,
            )
            for session in sessions
        ]
        jobs.run([*parts.without_odoo(tests), *_parts(each)], at_once, tally)


def _parts(each: list[Parts]) -> list[Part]:
    """Return the parts of some versions of Odoo, oldest first."""
    found = [part for one in each for part in one.all()]
    for oldest in each[:1]:
        found += oldest.oldest()
        found += [newer.since(oldest) for newer in each[1:]]
        if oldest.odoo.version == SOURCE_VERSION:
            found += oldest.of_source()
        else:
            show(
                "NOT RUN: TRANSLATIONS, AND UPGRADES FROM EARLIER VERSIONS OF THE "
                f"ADDON, WHICH ARE FOR ODOO {odoo_source.number(SOURCE_VERSION)}."
            )
    return found


def _run_some(tests: Selection, version: str | None, tally: Tally):
    if tests.unit:
        with tally.stage("unit tests"):
            unit_tests.run(tests, tally)
    if tests.odoo and (source := _source(version, _files(tests))):
        with odoo.sessions([source]) as [session]:
            odoo_tests.run_some(tests, session, tally)


def _run_hardship(names: list[str], version: str | None, tally: Tally):
    if source := _source(version, f"THE {' AND '.join(names).upper()} TEST"):
        with odoo.sessions([source]) as [session], database.fresh(session) as fresh:
            odoo_tests.make_companies(session, fresh)  # as where all tests run
            for name in names:
                with tally.stage(f"{name} test"):
                    hardship_tests.run(name, session, fresh, tally)


def _sources(version: str | None, what: str) -> list[Source]:
    """Return the Odoos to test on, oldest first; say which are left out."""
    if version:
        return list(filter(None, [_source(version, what)]))
    try:
        return odoo_source.locate_all(_leave_out)
    except DevError as error:
        show(f"\nNOT RUN: {what}, THERE IS NO ODOO.\n{error}")
        return []


def _source(version: str | None, what: str) -> Source | None:
    try:
        return odoo_source.locate(version)
    except DevError as error:
        show(f"\nNOT RUN: {what}, THERE IS NO ODOO.\n{error}")
        return None


def _leave_out(version: str, why: str):
    show(f"NOT RUN: THE TESTS ON ODOO {odoo_source.number(version)}. {why}")


def _files(tests: Selection) -> str:
    return f"{len(tests.odoo)} ODOO TEST FILE(S)"
