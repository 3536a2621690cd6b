"""The tests that Odoo runs, the tours in a browser included."""

from contextlib import contextmanager

from . import browser, database, odoo, ports, state, translations
from .odoo import Odoo
from .odoo_log import OdooLog
from .selection import TESTS, Selection
from .state import ADDON
from .tally import Tally

SECONDS_ALLOWED = 20 * 60
# Odoo's own modules that the addon gets along with, and the tag of the tests of that
OTHER_MODULES = "sale_mrp,stock_dropshipping"
WITH_OTHERS = "coopcycle_with_other_modules"
WITH_OTHERS_FILE = TESTS / "magento" / "exporting" / "test_magento_shipments.py"


def run_all(tests: Selection, tally: Tally):
    """Install the addon on a new database, test it, upgrade it, look at its texts."""
    tests = _without_tours_if_no_browser(tests)
    with odoo.session() as session, database.fresh(session, with_addon=False) as name:
        with tally.stage("Odoo tests"):
            install = [f"--init={ADDON}", "--without-demo=all"]
            tags = f"{_tags(f'/{ADDON}', tests)},-{WITH_OTHERS}"
            log = _run(session, name, "test", *install, tags)
            _judge(log, tests, tally)
        with tally.stage("Odoo upgrade"):
            log = _run(session, name, "upgrade", f"--update={ADDON}")
            if unwanted := log.unwanted():
                tally.fail(f"{unwanted}\nThe upgrade warns. Its log: {log.path}")
        with tally.stage("translations"):
            translations.check(session, name, tally)
        with tally.stage("Odoo tests with other modules"):
            others = (
                f"--init={OTHER_MODULES}",
                f"--update={ADDON}",
                "--without-demo=all",
            )
            tags = f"--test-tags={WITH_OTHERS}"
            log = _run(session, name, "test-others", *others, tags)
            _judge(log, Selection([WITH_OTHERS_FILE], []), tally)


def run_some(tests: Selection, tally: Tally):
    """Test on the database that is kept for this, upgraded: it takes seconds."""
    tests = _without_tours_if_no_browser(tests)
    with odoo.session() as session, _kept_database(session) as name:
        with tally.stage("Odoo tests"):
            tags = _tags(tests.odoo_tags(), tests)
            log = _run(session, name, "test", f"--update={ADDON}", tags)
            _judge(log, tests, tally)
            if not log.result():  # the next run had better begin anew
                database.drop(session, name)


def _without_tours_if_no_browser(tests: Selection) -> Selection:
    if not tests.tours or browser.find_or_install():
        return tests
    count = len(tests.tours)
    print(f"\nNOT RUN: {count} BROWSER TEST FILE(S), THERE IS NO CHROMIUM.")
    print(browser.RESOLUTION)
    return tests.without_tours()


def _tags(wanted: str, tests: Selection) -> str:
    unwanted = "" if tests.tours else ",-coopcycle_tour"
    return f"--test-tags={wanted}{unwanted}"


def _run(session: Odoo, database_name: str, stage: str, *options: str) -> OdooLog:
    log = state.log_file(stage)
    options += (
        "--http-interface=127.0.0.1",
        f"--http-port={ports.free()}",
        f"--screenshots={state.own() / 'screenshots'}",
    )
    session.run(database_name, *options, log=log, seconds=SECONDS_ALLOWED)
    return OdooLog(log)


def _judge(log: OdooLog, tests: Selection, tally: Tally):
    """Count the tests of a run and show what is wrong with it."""
    result = log.result()
    if not result:
        tally.fail(f"{odoo.tail(log.path)}\nOdoo did not get through: {log.path}")
        return
    tally.passed += result.passed
    tally.failed += result.failed
    if skipped := log.skipped():
        print(f"{len(skipped)} ODOO TESTS WERE SKIPPED:", *skipped, sep="\n  ")
    if unwanted := log.unwanted():
        print(f"{unwanted}\nThe whole log: {log.path}")
        if not result.failed:
            tally.fail("A warning or an error in Odoo's log is a failure.")
    for file in tests.odoo:
        if not log.has_run(file):
            tally.fail(f"No test of {file.name} ran: does tests/__init__.py import it?")


@contextmanager
def _kept_database(session: Odoo):
    """Give a database that has the addon; only the first time is slow."""
    source = database.template(session)
    name = database.name("loop")
    with state.lock("loop"):
        if database.label(session, name) != source:
            database.drop(session, name)
            database.create(session, name, source)
            session.install(name, ADDON)
            database.set_label(session, name, source)
        yield name
