"""Which process runs which file of Odoo tests."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devtools import dealing
from devtools.state import CHECKOUT

SOME, OTHER = CHECKOUT / "dev", CHECKOUT / "README.md"


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def _deal(seconds, hands):
    dealt = dealing.deal({Path(name): each for name, each in seconds.items()}, hands)
    return [{str(file) for file in hand} for hand in dealt]


def test_the_longest_are_dealt_first():
    seconds = {"a": 3, "b": 3, "c": 2, "d": 2, "e": 2}
    assert _deal(seconds, 2) == [{"a", "c", "e"}, {"b", "d"}]
    assert _deal({"short": 1, "long": 5, "middle": 3}, 2) == [
        {"long"},
        {"middle", "short"},
    ]


def test_no_hand_is_empty():
    assert _deal({"a": 1}, 3) == [{"a"}]
    assert _deal({}, 3) == []


@given(
    st.dictionaries(st.text(min_size=1), st.floats(0, 100), max_size=30),
    st.integers(1, 6),
)
def test_each_file_is_dealt_once_and_evenly(seconds, hands):
    files = {Path(f"test_{name}.py"): each for name, each in seconds.items()}
    dealt = dealing.deal(files, hands)
    assert sorted(file for hand in dealt for file in hand) == sorted(files)
    totals = [sum(hand.values()) for hand in dealt] + [0] * (hands - len(dealt))
    assert max(totals) - min(totals) <= max(files.values(), default=0) + 1e-6


def test_what_a_file_took_the_last_time_is_expected():
    dealing.remember({"dev": 4.5, "README.md": 1.5})
    dealing.remember({"dev": 2.5})
    assert dealing.expected([SOME, OTHER]) == {SOME: 2.5, OTHER: 1.5}


def test_a_file_that_never_ran_is_judged_by_its_size():
    seconds = dealing.expected([SOME, OTHER])
    assert 0 < seconds[SOME] < seconds[OTHER]
