"""Finding what five thousand bank lines pay, of twenty thousand open items.

Everything is read, matched and written down. The lines are a made-up month of which it
is known what each pays: how many suggestions are certain, how many of these wrong, and
for how many of the rest the right one is among three (per mille).
"""

from ..shared._measure import clock
from . import _month, _quality
from ._account import Account

LINES = 5_000
ITEMS = 20_000


def run(env, full=False, count=LINES):
    """Measure a first look, and another one after which nothing is new.

    :param env: of a fresh database that has the addon
    :param int count: how many lines the bank has
    :rtype: list[dict]
    """
    items = count * ITEMS // LINES
    month = _month.make(count, items)
    account = Account(env, month)
    cases = []
    for what in ("first", "again"):
        queries = []
        account.env.invalidate_all()
        with clock(account.env, queries) as seconds:
            account.env["billing.operation"]._suggest_now(account.company)
        counts = _quality.measure(month.payments, account.find_suggested())
        rest = counts.pop("rest")
        right = counts.pop("likely_right")
        cases.append(
            {
                "what": what,
                "lines": count,
                "items": items,
                "seconds": round(seconds[0], 1),
                "queries": queries[-1],
                **counts,
                "likely_right": round(1000 * right / rest) if rest else 1000,
            }
        )
    return cases
