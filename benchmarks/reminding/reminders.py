"""Who is to be reminded of ten thousand overdue invoices, and what holds them.

The levels and the reasons of all of them are read at once; then what may go is written
down. The letters are those of customers with two invoices each.
"""

from ...models.reminding.holding import Shops
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
    reminders = debtors.env["billing.reminder"]
    queries = []

    def examine():
        debtors.env.invalidate_all()
        with clock(debtors.env, queries) as seconds:
            batch = reminders._make_batch(debtors.company, Shops(debtors.env))
            batch.examine()
            assert len(batch.letters) == count // 2
            assert not any(letter.is_held for letter in batch.letters)
        return seconds[0]

    examined = {"what": "levels and reasons", "seconds": round(median(examine), 1)}
    examined["queries"] = queries[-1]
    with clock(debtors.env, queries) as seconds:
        debtors.operation("find_reminders")._run_logged("schedule")
    found = {"what": "the whole run", "seconds": round(seconds[0], 1)}
    return [examined, {**found, "queries": queries[-1]}]
