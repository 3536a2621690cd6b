"""What the log of a test run says, while Odoo writes it and after."""

import subprocess
import sys
from pathlib import Path

import pytest

from devtools.odoo_log import OdooLog, Result, lines_of

TESTS = "odoo.addons.coopcycle_magento.tests"
FILE = Path("tests/coopcycle/test_import.py")


def _line(message, logger="odoo.service", level="INFO"):
    return f"2026-01-31 10:00:00,123 4711 {level} some_db {logger}: {message}"


def _log(*lines):
    return OdooLog(lines, lambda text: None)


STARTED = _line("Starting TestImport.test_one ...", f"{TESTS}.coopcycle.test_import")
SKIPPED = _line("skipped TestImport.test_one : why", f"{TESTS}.coopcycle.test_import")
FAILED = _line("FAIL: TestImport.test_one", f"{TESTS}.coopcycle.test_import", "ERROR")
RESULT = "{} failed, {} error(s) of {} tests when loading database 'some_db'"


def test_a_failure_is_shown_with_its_traceback_before_the_next_line_is_awaited():
    shown = []

    def lines():
        yield from [STARTED, FAILED, "Traceback (most recent call last):", "Oh: no"]
        yield STARTED
        assert shown == [f"{FAILED}\nTraceback (most recent call last):\nOh: no"]

    assert not OdooLog(lines(), shown.append).is_clean
    assert len(shown) == 1


@pytest.mark.parametrize(
    "noise",
    [
        _line("0 failed, 1 error(s) of 2 tests", "odoo.tests.result", "ERROR"),
        _line("/python/zeep.py:1: DeprecationWarning: old", "py.warnings", "WARNING"),
        STARTED,
    ],
)
def test_what_is_not_our_fault_is_not_shown(noise):
    shown = []
    assert OdooLog([noise], shown.append).is_clean
    assert shown == []


def test_warnings_of_the_addon_are_shown():
    shown = []
    path = "/somewhere/addons/coopcycle_magento/models/x.py:1: DeprecationWarning: old"
    OdooLog([_line(path, "py.warnings", "WARNING")], shown.append)
    assert len(shown) == 1


def test_the_result_counts_what_passed():
    log = _log(STARTED, SKIPPED, _line(RESULT.format(1, 2, 9), "odoo.tests.result"))
    assert log.result() == Result(passed=5, failed=3)
    assert _log(STARTED).result() is None


def test_a_file_has_run_if_one_of_its_tests_was_not_skipped():
    assert _log(STARTED).has_run(FILE)
    assert _log(STARTED, SKIPPED, STARTED).has_run(FILE)
    assert not _log(STARTED, SKIPPED).has_run(FILE)
    assert not _log(STARTED).has_run(Path("tests/magento/test_import.py"))


def test_the_seconds_of_a_file_are_those_of_its_classes():
    one = "\tcoopcycle_magento.coopcycle.test_import.TestImport"
    report = [
        _line("Detailed Tests Report:", "odoo.tests.stats", "DEBUG"),
        "\tcoopcycle_magento: 99.00s 999 queries",
        f"{one}: 3.50s 10 queries",
        f"{one}.setUpClass: 2.00s 9 queries",
        f"{one}.test_one: 1.50s 1 queries",
        "\tcoopcycle_magento.coopcycle.test_import.TestRights: 1.25s 2 queries",
        "\tcoopcycle_magento.test_log.TestLog: 0.50s 2 queries",
        "\tother.test_log.TestLog: 7.00s 2 queries",
    ]
    assert _log(*report).seconds() == {
        "tests/coopcycle/test_import.py": 4.75,
        "tests/test_log.py": 0.5,
    }


def test_lines_are_read_until_the_process_has_ended(tmp_path):
    code = "import os; [os.write(1, part) for part in (b'on', b'e\\ntw', b'o\\n\\xff')]"
    with open(tmp_path / "log", "wb") as log:
        process = subprocess.Popen([sys.executable, "-c", code], stdout=log)
    assert list(lines_of(tmp_path / "log", process, 60)) == ["one", "two", "\ufffd"]
    assert process.returncode == 0


def test_a_process_that_takes_too_long_is_given_up(tmp_path):
    (tmp_path / "log").write_text("one\n")
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert list(lines_of(tmp_path / "log", process, 0)) == ["one", ""]
        assert process.returncode is None
