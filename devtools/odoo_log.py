"""What a log of Odoo's says: the tests' result, and the lines nobody wants."""

import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .state import ADDON

LINE = re.compile(
    r"\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ "
    r"(?P<logger>[\w.]+): (?P<message>.*)"
)
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading")
UNWANTED = {"WARNING", "ERROR", "CRITICAL"}

# What makes Odoo log how long each class of tests took, and its lines of that
TIMES_OPTION = "--log-handler=odoo.tests.stats:DEBUG"
CLASS_TIME = re.compile(
    rf"^\t{ADDON}\.(?P<file>(?:\w+\.)*test_\w+)\.\w+: (?P<seconds>[\d.]+)s ", re.M
)

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
    """The log of one run, read while it is written."""

    def __init__(self, lines: Iterable[str], show: Callable[[str], None]):
        """Read all lines.

        :param show: is told at once each message that should not be there, in full
        """
        self.entries: list[Entry] = []
        self.is_clean = True
        for entry in _entries(lines):
            self.entries.append(entry)
            if entry.is_unwanted():
                self.is_clean = False
                show(entry.text)

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
        """Tell whether a test of this file was started and not skipped.

        :param file: its path in the addon
        """
        logger = ".".join(["odoo.addons", ADDON, *file.with_suffix("").parts])
        messages = [entry.message for entry in self.entries if entry.logger == logger]
        skipped = sum(message.startswith("skipped ") for message in messages)
        return len(messages) > 2 * skipped  # a skipped test is announced as well

    def seconds(self) -> dict[str, float]:
        """Return how long each file of tests took, by its path in the addon."""
        seconds = Counter()
        for entry in self.entries:
            for found in CLASS_TIME.finditer(entry.text):
                path = f"tests/{found['file'].replace('.', '/')}.py"
                seconds[path] += float(found["seconds"])
        return dict(seconds)


def unwanted(log: Path) -> str:
    """Return the messages of a finished log that should not be there, in full."""
    found: list[str] = []
    OdooLog(log.read_text(errors="replace").splitlines(), found.append)
    return "\n".join(found)


def lines_of(log: Path, process: subprocess.Popen, seconds: float) -> Iterator[str]:
    """Give the lines of a log as they are written, until the process has ended.

    :param seconds: how long to wait for that
    """
    deadline = time.monotonic() + seconds
    begun, is_over = b"", False
    with open(log, "rb") as file:
        while not is_over:
            is_over = _has_ended(process) or time.monotonic() > deadline
            *lines, begun = (begun + file.read()).split(b"\n")
            for line in lines:
                yield line.decode(errors="replace")
    yield begun.decode(errors="replace")


def _has_ended(process: subprocess.Popen) -> bool:
    """Wait a little for the end of a process."""
    try:
        process.wait(0.5)
    except subprocess.TimeoutExpired:
        return False
    return True


def _entries(lines: Iterable[str]) -> Iterator[Entry]:
    """Put lines together to messages; a traceback belongs to the line above it."""
    entry = None
    for line in lines:
        if found := LINE.match(line):
            if entry:
                yield entry
            entry = Entry(**found.groupdict(), text=line)
        elif entry:
            entry.text += f"\n{line}"
    if entry:
        yield entry
