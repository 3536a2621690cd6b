"""The tests that need no Odoo, run by pytest."""

import os
from pathlib import Path
from xml.etree import ElementTree

from . import process, python_env, selection, state
from .selection import Selection
from .state import CHECKOUT
from .tally import Tally, show


def run(tests: Selection, tally: Tally):
    """Run the selected unit tests and show what failed."""
    report = state.own() / f"unit-{os.getpid()}.xml"
    settings = ["-c", str(selection.UNIT_TESTS / "pytest.ini"), f"--junitxml={report}"]
    command = [str(python_env.python()), "-m", "pytest", "--quiet", *settings]
    code, output = process.output([*command, *tests.pytest_arguments()], CHECKOUT)
    passed, failed = _counts(report)
    tally.passed += passed
    tally.failed += failed
    if code:
        show(output)
        if not failed:
            tally.fail(f"pytest failed: exit code {code}.")


def _counts(report: Path) -> tuple[int, int]:
    if not report.exists():
        return 0, 0
    counts = ElementTree.parse(report).find("testsuite").attrib
    report.unlink()
    failed = int(counts["failures"]) + int(counts["errors"])
    return int(counts["tests"]) - failed - int(counts["skipped"]), failed
