"""The tests that need no Odoo, run by pytest."""

import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree

from . import python_env, selection, state
from .selection import Selection
from .state import CHECKOUT
from .tally import Tally


def run(tests: Selection, tally: Tally):
    """Run the selected unit tests, if there are any, and show what failed."""
    if tests.unit:
        with tally.stage("unit tests"):
            _run(tests.pytest_arguments(), tally)


def _run(arguments: list[str], tally: Tally):
    report = state.own() / f"unit-{time.time_ns()}.xml"
    settings = ["-c", str(selection.UNIT_TESTS / "pytest.ini"), f"--junitxml={report}"]
    done = subprocess.run(
        [str(python_env.python()), "-m", "pytest", "--quiet", *settings, *arguments],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    passed, failed = _counts(report)
    tally.passed += passed
    tally.failed += failed
    if done.returncode:
        print(done.stdout)
        if not failed:
            tally.fail(f"pytest failed: exit code {done.returncode}.")


def _counts(report: Path) -> tuple[int, int]:
    if not report.exists():
        return 0, 0
    counts = ElementTree.parse(report).find("testsuite").attrib
    report.unlink()
    failed = int(counts["failures"]) + int(counts["errors"])
    return int(counts["tests"]) - failed - int(counts["skipped"]), failed
