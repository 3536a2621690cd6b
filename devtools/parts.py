"""The parts of a whole test run: those of each Odoo, and those that need none."""

from dataclasses import dataclass
from functools import partial

from . import (
    database,
    dealing,
    demo_check,
    hardship_tests,
    lint,
    moving,
    odoo_tests,
    translations,
    unit_tests,
    upgrade_tests,
)
from .jobs import Part
from .odoo import Odoo
from .selection import Selection
from .tally import Tally


def without_odoo(tests: Selection) -> list[Part]:
    """Return the parts that need no Odoo: name, seconds about, function."""
    return [
        Part("lint", 15, lint.count_failures),
        Part("unit tests", 30, partial(unit_tests.run, tests)),
    ]


@dataclass
class Parts:
    """The parts of one Odoo."""

    odoo: Odoo
    installed: str  # the database that has the addon
    tests: Selection
    hands: int  # among how many the files of tests are dealt

    def all(self) -> list[Part]:
        """Return those of every version."""
        return [
            Part(self.name("template"), 60, self._make_template),
            self._part("install", 30, self._install, after="template"),
            self._on_copy(
                "browser tests", 150, partial(odoo_tests.run_pages, self.tests)
            ),
            self._on_copy("upgrade", 15, odoo_tests.upgrade),
            self._on_copy("tests with other modules", 40, odoo_tests.run_with_others),
            self._on_copy("demonstration", 30, demo_check.run),
            *self._shards(),
        ]

    def oldest(self) -> list[Part]:
        """Return those that have the same outcome on every version."""
        return [
            self._on_copy("kill test", 60, partial(hardship_tests.run, "kill")),
            self._on_copy("faults test", 120, partial(hardship_tests.run, "faults")),
        ]

    def of_source(self) -> list[Part]:
        """Return those of the version that the addon is written for."""
        return [
            # Later versions write the same texts in other ways, and take these as well
            self._on_copy("translations", 10, translations.check),
            *self._upgrades(),
        ]

    def _upgrades(self) -> list[Part]:
        return [
            self._part(
                f"upgrade from {version}",
                45,
                partial(upgrade_tests.run, version, self.odoo, self.installed),
                after="install",
            )
            for version in upgrade_tests.COMMITS
        ]

    def since(self, older: "Parts") -> Part:
        """Return the part about databases that move here from an older version."""
        names = self.name("install"), older.name("install")
        move = partial(
            moving.run, (older.odoo, older.installed), (self.odoo, self.installed)
        )
        return Part(f"Odoo {older.odoo.number} to {self.odoo.number}", 30, move, names)

    def name(self, name: str) -> str:
        return f"Odoo {self.odoo.number} {name}"

    def _shards(self) -> list[Part]:
        files = dealing.expected(self.tests.without_pages().odoo)
        return [
            self._on_copy(
                f"tests {number}",
                sum(dealt.values()),
                partial(odoo_tests.run_files, Selection(list(dealt), [])),
            )
            for number, dealt in enumerate(dealing.deal(files, self.hands), 1)
        ]

    def _make_template(self, _tally: Tally):
        database.template(self.odoo)

    def _install(self, tally: Tally):
        odoo_tests.install(self.odoo, self.installed, tally)

    def _on_copy(self, name: str, seconds: float, function) -> Part:
        """Return a part that has a copy of the database with the addon."""

        def run(tally: Tally):
            with database.copy(self.odoo, self.installed) as copy:
                function(self.odoo, copy, tally)

        return self._part(name, seconds, run, after="install")

    def _part(self, name: str, seconds: float, run, after: str) -> Part:
        return Part(self.name(name), seconds, run, (self.name(after),))
