"""``./dev test``: the checks, the unit tests, and Odoo's tests."""

import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from . import browser, database, lint, odoo, odoo_source, python_env, selection, state
from .odoo import Odoo
from .odoo_log import OdooLog
from .selection import Selection
from .state import ADDON, CHECKOUT, DevError

SECONDS_ALLOWED = 20 * 60


@dataclass
class Tally:
    """How many tests passed and failed; a failed check counts as a failed test."""

    passed: int = 0
    failed: int = 0

    def fail(self, text: str):
        print(text)
        self.failed += 1


def test(pattern: str | None) -> int:
    """Run all, or the tests that a pattern names, and return the exit code."""
    tally = Tally()
    try:
        if pattern:
            _run_some(selection.matching(pattern), tally)
        else:
            _run_all(selection.everything(), tally)
    except DevError as error:
        tally.fail(f"\n{error}")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


def _run_all(tests: Selection, tally: Tally):
    tally.failed += lint.run()
    _run_unit_tests(tests, tally)
    if not _has_odoo(tests):
        return
    with odoo.session() as session, database.fresh(session, with_addon=False) as name:
        with _stage("Odoo tests"):
            install = [f"--init={ADDON}", "--without-demo=all"]
            tags = f"/{ADDON}"
            _run_odoo_tests(session, name, tests, install, tags, tally)
        with _stage("Odoo upgrade"):
            _check_upgrade(session, name, tally)


def _run_some(tests: Selection, tally: Tally):
    _run_unit_tests(tests, tally)
    if not tests.odoo or not _has_odoo(tests):
        return
    with (
        odoo.session() as session,
        _kept_database(session) as name,
        _stage("Odoo tests"),
    ):
        upgrade = [f"--update={ADDON}"]
        _run_odoo_tests(session, name, tests, upgrade, tests.odoo_tags(), tally)


def _has_odoo(tests: Selection) -> bool:
    try:
        odoo_source.locate()
    except DevError as error:
        print(f"\n{len(tests.odoo)} ODOO TEST FILES WERE NOT RUN: THERE IS NO ODOO.")
        print(error)
        return False
    return True


def _run_unit_tests(tests: Selection, tally: Tally):
    if not tests.unit:
        return
    report = state.own() / f"unit-{time.time_ns()}.xml"
    command = [str(python_env.python()), "-m", "pytest", "--quiet"]
    command += ["-c", str(selection.UNIT_TESTS / "pytest.ini"), f"--junitxml={report}"]
    with _stage("unit tests"):
        done = subprocess.run(
            [*command, *tests.pytest_arguments()],
            cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        failed = _count_unit_tests(report, tally)
        if done.returncode and not failed:
            tally.failed += 1
        if done.returncode:
            print(done.stdout)


def _count_unit_tests(report: Path, tally: Tally) -> int:
    if not report.exists():
        return 0
    counts = ElementTree.parse(report).find("testsuite").attrib
    report.unlink()
    failed = int(counts["failures"]) + int(counts["errors"])
    tally.failed += failed
    tally.passed += int(counts["tests"]) - failed - int(counts["skipped"])
    return failed


def _run_odoo_tests(
    session: Odoo,
    name: str,
    tests: Selection,
    update: list[str],
    tags: str,
    tally: Tally,
):
    expected = tests.odoo
    if tests.tours and not browser.find_or_install():
        print(f"{len(tests.tours)} BROWSER TEST FILES WERE NOT RUN: NO CHROMIUM.")
        print(browser.RESOLUTION)
        expected = [file for file in expected if file not in tests.tours]
        tags += ",-coopcycle_tour"
    log = _run_odoo(session, name, "test", *update, f"--test-tags={tags}")
    _judge(log, expected, tally)


def _run_odoo(session: Odoo, name: str, stage: str, *arguments: str) -> OdooLog:
    path = state.log_file(stage)
    command = session.command(
        *arguments,
        "--stop-after-init",
        "--http-interface=127.0.0.1",
        f"--http-port={odoo.free_port()}",
        f"--screenshots={state.own() / 'screenshots'}",
        database=name,
    )
    session.run(command, path, SECONDS_ALLOWED)
    return OdooLog(path)


def _judge(log: OdooLog, expected: list[Path], tally: Tally):
    """Count the tests of a run and show what is wrong with it."""
    result = log.result()
    if not result:
        tally.fail(f"{odoo.tail(log.path)}\nOdoo did not end well. Its log: {log.path}")
        return
    failures, errors, ran = result
    skipped = log.skipped()
    tally.failed += failures + errors
    tally.passed += max(ran - failures - errors - len(skipped), 0)
    if skipped:
        print(f"{len(skipped)} ODOO TESTS WERE SKIPPED:", *skipped, sep="\n  ")
    if unwanted := log.unwanted():
        print(f"{unwanted}\nThe whole log: {log.path}")
        if not failures + errors:
            tally.fail("The log has warnings or errors: that is a failure.")
    for file in expected:
        if not log.has_tests_of(file):
            tally.fail(f"No test of {file.name} ran: does tests/__init__.py import it?")


def _check_upgrade(session: Odoo, name: str, tally: Tally):
    log = _run_odoo(session, name, "upgrade", f"--update={ADDON}")
    if unwanted := log.unwanted():
        tally.fail(f"{unwanted}\nThe upgrade is not silent. Its log: {log.path}")


@contextmanager
def _kept_database(session: Odoo):
    """Give the database that the runs of single tests share: only its first is slow."""
    source = database.template(session)
    name = database.name("loop")
    with state.lock("loop"):
        if database.label(session, name) != source:
            database.drop(session, name)
            database.create(session, name, source)
            session.install(name, ADDON)
            database.set_label(session, name, source)
        yield name


@contextmanager
def _stage(name: str):
    start = time.monotonic()
    yield
    print(f"{name}: {time.monotonic() - start:.0f} s")
