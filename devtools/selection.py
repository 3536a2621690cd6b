"""Which test files a run is about, and how to name them to pytest and to Odoo."""

import re
from dataclasses import dataclass
from pathlib import Path

from .state import ADDON, CHECKOUT, DevError

TESTS = CHECKOUT / "tests"
UNIT_TESTS = TESTS / "unit"
# Need modules that only the tests with other modules install
EXAMPLE_TESTS = TESTS / "shared" / "test_example_addon.py"
# Make real PDFs, where there is what makes them
PDF_TESTS = TESTS / "sending" / "test_smtp.py"
KITS_TESTS = TESTS / "billing" / "test_billing_kits.py"
HOURS_TESTS = TESTS / "billing" / "test_billing_hours.py"
# Ask for pages, as the tours do, and need no browser
PORTAL_TESTS = TESTS / "sending" / "test_portal.py"
PEPPOL_TESTS = TESTS / "sending" / "test_sending_peppol.py"


@dataclass(frozen=True)
class Selection:
    """Test files, and the names within them that a pattern asked for."""

    files: list[Path]
    names: list[str]

    @property
    def unit(self) -> list[Path]:
        return [file for file in self.files if UNIT_TESTS in file.parents]

    @property
    def odoo(self) -> list[Path]:
        return [file for file in self.files if UNIT_TESTS not in file.parents]

    @property
    def tours(self) -> list[Path]:
        return [file for file in self.odoo if file.name.startswith("test_tour")]

    @property
    def pages(self) -> list[Path]:
        """Return the files that ask for pages: Odoo makes all their assets before."""
        pages = {*self.tours, PORTAL_TESTS}
        return [file for file in self.odoo if file in pages]

    def without_pages(self) -> "Selection":
        pages = set(self.pages)
        return Selection([file for file in self.files if file not in pages], self.names)

    def without_tours(self) -> "Selection":
        files = [file for file in self.files if file not in self.tours]
        return Selection(files, self.names)

    def pytest_arguments(self) -> list[str]:
        chosen = ["-k", " and ".join(self.names)] if self.names else []
        return [*map(str, self.unit), *chosen]

    def odoo_tags(self) -> str:
        """Return the value of ``--test-tags`` that chooses these files."""
        names = "".join(
            f".{name}" if name.startswith("test_") else f":{name}"
            for name in self.names
        )
        return ",".join(
            f"/{ADDON}/{file.relative_to(CHECKOUT)}{names}" for file in self.odoo
        )


def everything() -> Selection:
    files = set(TESTS.rglob("test_*.py")) - {
        EXAMPLE_TESTS,
        HOURS_TESTS,
        KITS_TESTS,
        PEPPOL_TESTS,
    }
    return Selection(sorted(files), [])


def matching(pattern: str) -> Selection:
    """Return what a pattern means: part of a path, ``::Class.method``, or both."""
    path, _, rest = pattern.partition(":")
    path = path.removeprefix(f"{CHECKOUT}/").removeprefix("./")
    names = rest.replace(":", ".").strip(".").split(".") if rest else []
    files = [
        file
        for file in everything().files
        if path in str(file.relative_to(CHECKOUT)) and _mentions(file, names)
    ]
    if not files:
        raise DevError(f"No test file matches “{pattern}”.")
    return Selection(files, names)


def _mentions(file: Path, names: list[str]) -> bool:
    text = file.read_text()
    return all(re.search(rf"^ *(class|def) {name}\b", text, re.M) for name in names)
