"""What a whole test run consists of, by the Odoos that there are."""

from pathlib import Path

import pytest

from devtools import selection, testing, upgrade_tests
from devtools.odoo import Odoo
from devtools.odoo_source import Source
from devtools.parts import Parts
from devtools.selection import Selection

HANDS = 3
# The addon's own work, whatever Odoo it is in
ONCE = {"kill test", "faults test"}
EACH = {
    *("template", "install", "upgrade", "demonstration"),
    *("browser tests", "tests with other modules", "tests 1", "tests 2", "tests 3"),
}


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def _parts(*versions):
    tests = Selection(selection.everything().odoo, [])
    sources = [Source(each, Path(), Path(), Path(), ()) for each in versions]
    odoos = [Odoo(source, {}, Path()) for source in sources]
    return testing._parts([Parts(odoo, "installed", tests, HANDS) for odoo in odoos])


def _names(parts, number):
    prefix = f"Odoo {number} "
    names = {part.name for part in parts}
    return {name.removeprefix(prefix) for name in names if name.startswith(prefix)}


def test_each_version_is_tested_and_what_is_of_none_once():
    parts = _parts("17.0", "18.0", "19.0")
    assert len({part.name for part in parts}) == len(parts)
    of_source = {f"upgrade from {version}" for version in upgrade_tests.COMMITS}
    of_source.add("translations")
    assert _names(parts, 17) == EACH | ONCE | of_source | {"to 18", "to 19"}
    assert _names(parts, 18) == _names(parts, 19) == EACH


def test_what_a_part_waits_for_is_there():
    parts = _parts("17.0", "19.0")
    names = {part.name for part in parts}
    assert all(names.issuperset(part.after) for part in parts)
    [moved] = (part for part in parts if part.name == "Odoo 17 to 19")
    assert set(moved.after) == {"Odoo 17 install", "Odoo 19 install"}


def test_what_is_left_out_without_the_oldest_is_told(capfd):
    parts = _parts("19.0")
    assert _names(parts, 19) == EACH | ONCE
    told = capfd.readouterr().out
    assert "NOT RUN: TRANSLATIONS, AND UPGRADES FROM EARLIER VERSIONS" in told


def test_every_file_of_odoo_tests_is_dealt_once():
    parts = _parts("19.0")
    shards = [part for part in parts if part.name.startswith("Odoo 19 tests ")]
    assert len(shards) == HANDS + 1  # and those with other modules


def test_without_an_odoo_there_are_no_parts_of_one():
    assert _parts() == []
