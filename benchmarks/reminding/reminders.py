"""Which way ten thousand overdue invoices go, who is reminded, and what holds them.

The way of each is chosen; the levels and the reasons of all of them are read at once;
then what may go is written down, and looked at again as the next night does. The
letters are those of customers with two invoices each.
"""

from ...models.reminding.holding import Shops
from ...models.sending.dispatching import Channels
from ..shared._measure import clock, median
from ._debtors import Debtors

INVOICES = 10_000
DAYS = 20


def run(env, full=False, count=INVOICES):
    """Measure both.

    :param env: of a fresh database that has the addon
    :param int count: how many invoices are overdue
    :rtype: list[dict]
    """
    debtors = Debtors(env, count // 2, DAYS)
    cases = examine(debtors, count)
    debtors.company.billing_remind = "propose"  # what is on its way is not looked at
    nights = ("the whole run", "a second night")
    return [*cases, *(_find(debtors, what) for what in nights)]


def _find(debtors, what):
    queries = []
    with clock(debtors.env, queries) as seconds:
        debtors.operation("find_reminders")._run_logged("schedule")
    return {"what": what, "seconds": round(seconds[0], 1), "queries": queries[-1]}


def examine(debtors, count):
    """Measure choosing ways, levels and reasons, of which nothing is written down.

    :param debtors: `Debtors`
    :param int count: how many invoices are overdue
    :rtype: list[dict]
    """
    return [
        _measure(debtors, "ways", lambda: _choose(debtors)),
        _measure(debtors, "levels and reasons", lambda: _examine(debtors, count)),
    ]


def _measure(debtors, what, do):
    queries = []

    def measured():
        debtors.env.invalidate_all()
        with clock(debtors.env, queries) as seconds:
            do()
        return seconds[0]

    seconds = round(median(measured), 1)
    return {"what": what, "seconds": seconds, "queries": queries[-1]}


def _choose(debtors):
    channels = Channels(debtors.env)
    assert all(channels.choose(move).channel for move in debtors.moves)


def _examine(debtors, count):
    reminders = debtors.env["billing.reminder"]
    batch = reminders._make_batch(debtors.company, Shops(debtors.env))
    batch.examine()
    assert len(batch.letters) == count // 2
    assert not any(letter.is_held for letter in batch.letters)
