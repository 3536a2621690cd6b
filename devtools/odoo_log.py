"""What a log of Odoo's says: the tests' result, and the lines nobody wants."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .state import ADDON, CHECKOUT

LINE = re.compile(
    r"\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ "
    r"(?P<logger>[\w.]+): (?P<message>.*)"
)
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading")
UNWANTED = {"WARNING", "ERROR", "CRITICAL"}

# What Odoo itself warns of on a developer's machine, and why it is no fault of ours.
NOISE = [
    # Deprecations in Odoo and in libraries; ours come with the addon's path.
    re.compile(rf"py\.warnings: (?!.*/addons/{ADDON}/)"),
    # The result itself, which is read and counted.
    re.compile(r"odoo\.tests\.result: "),
    # The PDF program is only needed to print, which no test does.
    re.compile(r"You need Wkhtmltopdf to print a pdf version"),
]


@dataclass
class Entry:
    """One message of the log, and its text with the lines that belong to it."""

    level: str
    logger: str
    message: str
    text: str

    def is_unwanted(self) -> bool:
        is_noise = any(noise.search(self.text) for noise in NOISE)
        return self.level in UNWANTED and not is_noise


@dataclass(frozen=True)
class Result:
    """How many tests passed and failed."""

    passed: int
    failed: int


class OdooLog:
    """The log of one run."""

    def __init__(self, path: Path):
        self.path = path
        self.entries = list(_entries(path.read_text(errors="replace")))

    def unwanted(self) -> str:
        """Return the messages that should not be there, in full."""
        return "\n".join(entry.text for entry in self.entries if entry.is_unwanted())

    def result(self) -> Result | None:
        """Return the result that Odoo logs at the end, if it came so far."""
        for entry in reversed(self.entries):
            if found := RESULT.match(entry.message):
                failures, errors, ran = map(int, found.groups())
                # A failed setUpClass counts as an error, of a test that did not run.
                passed = max(ran - failures - errors - len(self.skipped()), 0)
                return Result(passed, failures + errors)
        return None

    def skipped(self) -> list[str]:
        """Return what the log says of each skipped test."""
        prefix = f"odoo.addons.{ADDON}.tests."
        return [
            entry.message
            for entry in self.entries
            if entry.logger.startswith(prefix) and entry.message.startswith("skipped ")
        ]

    def has_run(self, file: Path) -> bool:
        """Tell whether a test of this file was started and not skipped."""
        path = file.relative_to(CHECKOUT).with_suffix("")
        logger = ".".join(["odoo.addons", ADDON, *path.parts])
        messages = [entry.message for entry in self.entries if entry.logger == logger]
        skipped = sum(message.startswith("skipped ") for message in messages)
        return len(messages) > 2 * skipped  # a skipped test is announced as well


def _entries(text: str) -> Iterator[Entry]:
    """Split a log into messages; a traceback belongs to the line above it."""
    entry = None
    for line in text.splitlines():
        if found := LINE.match(line):
            if entry:
                yield entry
            entry = Entry(**found.groupdict(), text=line)
        elif entry:
            entry.text += f"\n{line}"
    if entry:
        yield entry
