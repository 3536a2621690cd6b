"""The tests that Odoo runs, the tours in a browser included.

Each function gets a database of its own, which has the addon.
"""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from . import browser, database, dealing, odoo, odoo_log, pdf, ports, state
from .building import package
from .odoo import Odoo
from .odoo_log import OdooLog
from .selection import (
    EXAMPLE_TESTS,
    HOURS_TESTS,
    KITS_TESTS,
    PDF_TESTS,
    PEPPOL_TESTS,
    TESTS,
    Selection,
)
from .state import ADDON, CHECKOUT, DevError
from .tally import Tally, show

TEST_COMPANIES = Path(__file__).with_name("test_companies.py")
SECONDS_ALLOWED = 40 * 60
# Odoo's own modules that the addon gets along with, and the tag of the tests of that
OTHER_MODULES = ",".join(
    (
        "sale_mrp",
        "stock_dropshipping",
        "account_peppol",
        "sale_timesheet",
        "sale_expense",
        "purchase",
        "coopcycle_magento_example",
    )
)
OTHER_ADDONS = TESTS / "addons"
WITH_OTHERS = "coopcycle_with_other_modules"
WITH_OTHERS_FILES = [
    HOURS_TESTS,
    KITS_TESTS,
    TESTS / "magento" / "exporting" / "test_magento_shipments.py",
    EXAMPLE_TESTS,
    PEPPOL_TESTS,
]


class Run(NamedTuple):
    """What a run of Odoo left."""

    log: OdooLog
    path: Path  # of the log
    code: int | None  # Odoo's exit code, none if it took too long


def install(session: Odoo, name: str, tally: Tally):
    """Install the built addon on a new database, which other parts get copies of."""
    database.create(session, name, database.template(session))
    # Always in the same place, for Python keeps what it compiled by the path
    with state.lock(f"package-{session.version}"):
        _zipped, addons = package.build(session.version, state.own() / "dist")
        built = replace(session, addons=addons)
        _run_quietly(built, name, "install", session.installation(ADDON), tally)
    make_companies(session, name)


def make_companies(session: Odoo, name: str):
    """Have the companies of the tests made once for all copies."""
    if session.run_file(name, TEST_COMPANIES):
        raise DevError(f"{TEST_COMPANIES} failed: its traceback is above.")


def run_files(tests: Selection, session: Odoo, name: str, tally: Tally):
    """Run test files, their tours left out."""
    _test(session, name, "test", tests.without_tours(), [], tally)


def run_pages(tests: Selection, session: Odoo, name: str, tally: Tally):
    """Run what asks for pages: the tours, if there is a browser, and the portal."""
    pages = _without_tours_if_no_browser(Selection(tests.pages, []))
    if pages.files:
        _test(session, name, "test-pages", pages, [], tally)


def run_with_others(session: Odoo, name: str, tally: Tally):
    """Install modules that the addon gets along with, and run the tests of that."""
    options = [*session.installation(OTHER_MODULES), f"--update={ADDON}"]
    options.append(f"--test-tags={WITH_OTHERS}")
    session = replace(session, more_addons=(OTHER_ADDONS,))
    run = _run(session, name, "test-others", options)
    _judge(run, Selection(WITH_OTHERS_FILES, []), tally)


def upgrade(session: Odoo, name: str, tally: Tally):
    _run_quietly(session, name, "upgrade", [f"--update={ADDON}"], tally)


def run_some(tests: Selection, session: Odoo, tally: Tally):
    """Test on the database that is kept for this, upgraded: it takes seconds."""
    tests = _without_tours_if_no_browser(tests)
    with _kept_database(session) as name:
        with tally.stage(f"Odoo {session.number} tests"):
            update = [f"--update={ADDON}"]
            if not _test(session, name, "test", tests, update, tally):
                database.drop(session, name)  # the next run had better begin anew


def _without_tours_if_no_browser(tests: Selection) -> Selection:
    if not tests.tours or browser.find_or_install():
        return tests
    count = len(tests.tours)
    show(
        f"\nNOT RUN: {count} BROWSER TEST FILE(S), THERE IS NO CHROMIUM.\n"
        f"{browser.RESOLUTION}"
    )
    return tests.without_tours()


def _test(session, name, stage, tests, options, tally) -> bool:
    """Run tests and count them; tell whether Odoo got through."""
    if PDF_TESTS in tests.files:
        pdf.find_or_install()  # without it, those tests are skipped, and told
    unwanted = [WITH_OTHERS] if tests.tours else [WITH_OTHERS, "coopcycle_tour"]
    tags = ",-".join([tests.odoo_tags(), *unwanted])
    options = [*options, f"--test-tags={tags}", odoo_log.TIMES_OPTION]
    run = _run(session, name, stage, options)
    if not tests.names:  # which would be a part of their files
        dealing.remember(run.log.seconds())
    return _judge(run, tests, tally)


def _run_quietly(session, name, stage, options, tally):
    """Run Odoo without tests; whatever it warns of is a failure."""
    run = _run(session, name, stage, [*options, "--no-http"])
    if run.code != 0:
        tally.fail(f"{odoo.tail(run.path)}\nThe {stage} failed. Its log: {run.path}")
    elif not run.log.is_clean:
        tally.fail(f"The {stage} warns. Its log: {run.path}")


def _run(session, name, stage, options) -> Run:
    """Run Odoo to its end; show at once what it warns of."""
    path = state.log_file(stage)
    options = [
        "--stop-after-init",
        "--http-interface=127.0.0.1",
        f"--http-port={ports.free()}",
        f"--screenshots={state.own() / 'screenshots'}",
        *options,
    ]
    with session.running(name, *options, log=path) as process:
        lines = odoo_log.lines_of(path, process, SECONDS_ALLOWED)
        return Run(OdooLog(lines, show), path, process.returncode)


def _judge(run: Run, tests: Selection, tally: Tally) -> bool:
    """Count the tests of a run and show what is wrong with it.

    :return: whether Odoo got through
    """
    result = run.log.result()
    if not result:
        late = " in time" if run.code is None else ""
        tally.fail(f"{odoo.tail(run.path)}\nOdoo did not get through{late}: {run.path}")
        return False
    tally.passed += result.passed
    tally.failed += result.failed
    if skipped := run.log.skipped():
        show("\n  ".join([f"{len(skipped)} ODOO TESTS WERE SKIPPED:", *skipped]))
    if not run.log.is_clean:
        show(f"The whole log: {run.path}")
        if not result.failed:
            tally.fail("A warning or an error in Odoo's log is a failure.")
    for file in tests.odoo:
        if not run.log.has_run(file.relative_to(CHECKOUT)):
            tally.fail(f"No test of {file.name} ran: does tests/__init__.py import it?")
    return True


@contextmanager
def _kept_database(session: Odoo):
    """Give a database that has the addon; only the first time is slow."""
    source = database.template(session)
    name = database.name("loop", session)
    with state.lock(f"loop-{session.version}"):
        if database.label(session, name) != source:
            database.drop(session, name)
            database.create(session, name, source)
            session.install(name, ADDON)
            make_companies(session, name)
            database.set_label(session, name, source)
        yield name
