"""What a log of Odoo's says: the tests' result, and the lines nobody wants."""

import re
from dataclasses import dataclass
from pathlib import Path

from .state import ADDON

LINE = re.compile(
    r"\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[\w.]+): "
)
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading")
UNWANTED = {"WARNING", "ERROR", "CRITICAL"}

# What Odoo itself warns of on a developer's machine, and why it is no fault of ours.
NOISE = [
    # Deprecations in Odoo and in libraries; ours come with the addon's path.
    re.compile(rf"py\.warnings: (?!.*/addons/{ADDON}/)"),
    # The PDF program is only needed to print, which no test does.
    re.compile(r"You need Wkhtmltopdf to print a pdf version"),
]


@dataclass
class Entry:
    """One message of the log with the lines that belong to it."""

    level: str
    logger: str
    text: str

    def is_unwanted(self) -> bool:
        return self.level in UNWANTED and not any(
            noise.search(self.text) for noise in NOISE
        )


class OdooLog:
    """The log of one run."""

    def __init__(self, path: Path):
        self.path = path
        self.entries = list(_entries(path.read_text(errors="replace")))

    def unwanted(self) -> str:
        """Return the messages that should not be there, in full."""
        return "\n".join(entry.text for entry in self.entries if entry.is_unwanted())

    def result(self) -> tuple[int, int, int] | None:
        """Return how many tests failed, erred and ran; nothing if it did not end."""
        for entry in reversed(self.entries):
            if found := RESULT.search(entry.text):
                failures, errors, ran = map(int, found.groups())
                return failures, errors, ran
        return None

    def skipped(self) -> list[str]:
        """Return what the log says of each skipped test."""
        return [
            entry.text[entry.text.index("skipped ") :]
            for entry in self._of_tests()
            if ": skipped " in entry.text
        ]

    def has_tests_of(self, file: Path) -> bool:
        """Tell whether a test of this file was started."""
        module = f"odoo.addons.{ADDON}.tests.{file.stem}"
        return any(entry.logger.startswith(module) for entry in self._of_tests())

    def _of_tests(self):
        prefix = f"odoo.addons.{ADDON}.tests."
        return (entry for entry in self.entries if entry.logger.startswith(prefix))


def _entries(text: str):
    entry = None
    for line in text.splitlines():
        if found := LINE.match(line):
            if entry:
                yield entry
            entry = Entry(found["level"], found["logger"], line)
        elif entry:
            entry.text += f"\n{line}"
    if entry:
        yield entry
