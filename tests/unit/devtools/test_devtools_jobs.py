"""Parts of a test run, several at a time."""

import multiprocessing
import os
import signal
import time

import pytest

from devtools import jobs, process
from devtools.jobs import Part
from devtools.state import DevError
from devtools.tally import Tally

FORK = multiprocessing.get_context("fork")
PATIENCE = 60


def _nothing(tally):
    pass


def _pass(tally):
    tally.passed += 1


def _names(parts):
    return [part.name for part in parts]


def test_what_takes_longest_goes_first_with_what_waits_for_it():
    parts = [
        Part("lint", 15, _nothing),
        Part("long", 100, _nothing),
        Part("install", 30, _nothing),
        Part("shard", 90, _nothing, after=("install",)),
    ]
    assert _names(jobs.by_urgency(parts)) == ["install", "long", "shard", "lint"]


def test_a_part_waits_for_the_one_it_needs():
    parts = [Part("shard", 9, _nothing, after=("install",)), Part("lint", 1, _nothing)]
    assert _names(jobs.startable(parts, {})) == ["lint"]
    assert _names(jobs.startable(parts, {"install": False})) == ["lint"]
    assert len(jobs.startable(parts, {"install": True})) == 2


def test_a_part_may_wait_for_several():
    parts = [Part("both", 9, _nothing, after=("one", "other"))]
    assert not jobs.startable(parts, {"one": True})
    assert jobs.startable(parts, {"one": True, "other": True}) == parts


def _fail_by_bug(tally):
    raise ZeroDivisionError("a bug")


def _fail_by_machine(tally):
    raise DevError("Resolution: mend it.")


def _vanish(tally):
    os._exit(3)


def test_counts_are_added_up_and_every_failure_is_shown(capfd):
    tally = Tally()
    parts = [
        Part("good", 1, _pass),
        Part("bug", 2, _fail_by_bug),
        Part("machine", 3, _fail_by_machine),
        Part("vanished", 4, _vanish),
    ]
    jobs.run(parts, 2, tally)
    assert tally == Tally(passed=1, failed=3)
    output = capfd.readouterr().out
    for text in ("good: 1 passed, 0 failed (", "ZeroDivisionError: a bug"):
        assert text in output
    assert "Resolution: mend it." in output
    assert "vanished: its process ended before its time." in output


def test_what_needs_a_part_that_failed_is_not_run(capfd):
    tally = Tally()
    parts = [
        Part("install", 1, _fail_by_machine),
        Part("shard", 1, _pass, after=("install",)),
        Part("after the shard", 1, _pass, after=("shard",)),
        Part("lint", 1, _pass),
    ]
    jobs.run(parts, 2, tally)
    assert tally == Tally(passed=1, failed=1)
    output = capfd.readouterr().out
    assert "NOT RUN: shard, for “install” failed." in output
    assert "NOT RUN: after the shard, for “shard” failed." in output


def test_as_many_parts_at_a_time_as_asked_for(tmp_path):
    meeting = FORK.Barrier(2)
    alone = tmp_path / "alone"

    def meet(tally):
        meeting.wait(PATIENCE)
        tally.passed += 1

    def be_alone(tally):
        alone.mkdir()  # raises if somebody else is here
        tally.passed += 1
        alone.rmdir()

    together, apart = Tally(), Tally()
    jobs.run([Part(name, 1, meet) for name in ("one", "other")], 2, together)
    jobs.run([Part(name, 1, be_alone) for name in ("one", "other")], 1, apart)
    assert together == apart == Tally(passed=2, failed=0)


def test_an_interrupt_ends_every_part_in_good_order(tmp_path):
    is_working = FORK.Event()

    def work(tally):
        process.interrupt_on_signals()
        try:
            is_working.set()
            time.sleep(PATIENCE)
        finally:
            (tmp_path / "tidied up").touch()

    def interrupt(tally):
        is_working.wait(PATIENCE)
        os.kill(os.getppid(), signal.SIGINT)
        signal.pause()

    with pytest.raises(KeyboardInterrupt):
        jobs.run([Part("work", 2, work), Part("all", 1, interrupt)], 2, Tally())
    assert (tmp_path / "tidied up").exists()
    assert not multiprocessing.active_children()
