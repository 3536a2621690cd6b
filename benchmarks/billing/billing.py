"""Deliveries billed by a policy, and by Odoo's own calls in the same batches.

1,000 deliveries of three lines each, to 200 customers, and as many others for Odoo's
calls. A batch of ours and one of Odoo's take turns, so that whatever else the machine
does befalls both. Own queries are those of an invoice, drafted or posted, beyond
Odoo's. Then somebody posts invoices by hand in the same journal while 200 more are
posted: the longest wait is that of one of them, until it is committed.
"""

import mmap
import statistics
import struct
import time
from contextlib import contextmanager
from unittest.mock import patch

from ...models.billing.capturing import Capture
from ...models.billing.posting.billing_operation import POST_BATCH
from ..shared._measure import clock, peak_memory
from ..shared._process import start, wait_for
from ._company import Company

DELIVERIES = 1000
POSTED_MEANWHILE = 200
BY_HAND = 400
PAUSE_BY_HAND_SECONDS = 0.05
WARM_UP = 20


def run(env, full=False, count=DELIVERIES):
    """Measure.

    :param env: of a fresh database that has the addon
    :param bool full: ten times the deliveries as well, without Odoo's calls
    :param int count: how many deliveries
    :rtype: list[dict]
    """
    company = Company(env)
    theirs = company.sell(count + WARM_UP)
    with captures() as unwanted:
        company.deliver(theirs)
    assert not any(queries for _seconds, queries in unwanted), unwanted
    company.make_policy()
    _measure(company, WARM_UP, theirs[:WARM_UP])
    cases = [_measure(company, count, theirs[WARM_UP:])]
    if full:
        cases.append(_measure(company, 10 * count))
    for case in cases:
        case["longest_wait_s"] = measure_longest_wait(company)
    return cases


def _measure(company, count, theirs=None):
    env = company.env
    with captures() as captured:
        company.deliver(company.sell(count))
    analyze(env)
    with peak_memory() as peak:
        draft = Draft(company, theirs)
        draft.run()
        analyze(env)
        post = Post(company, draft.made)
        post.run()
    assert draft.count == post.count == count, (draft.count, post.count)
    capture_seconds, capture_queries = zip(*captured, strict=True)
    return {
        "deliveries": count,
        "capture_ms": 1000 * statistics.median(capture_seconds),
        "capture_queries": max(capture_queries),
        "draft_s": draft.ours,
        "odoo_draft_s": draft.theirs if theirs else None,
        "post_s": post.ours,
        "odoo_post_s": post.theirs if theirs else None,
        "own_queries": max(draft.own_queries, post.own_queries) if theirs else None,
        "draft_queries": draft.queries / count,
        "post_queries": post.queries / count,
        "peak_mib": peak[0],
    }


class Race:
    """Batches of ours, and of Odoo's own calls, in turns.

    :ivar count: how many invoices it was for
    :ivar ours: the seconds of ours
    :ivar theirs: the seconds of Odoo's
    :ivar own_queries: for each invoice, beyond those of Odoo's
    """

    code = None

    def __init__(self, company, theirs=None):
        self.env = company.env(context={})  # as the scheduled action's
        self.operation = self.env["billing.operation"]._get(company.company, self.code)
        self.left = theirs and theirs.with_env(self.env)
        self.count = self.ours = self.theirs = self.queries = self.their_queries = 0
        self.longest = 0.0

    @property
    def own_queries(self):
        return (self.queries - self.their_queries) / self.count

    def run(self):
        log = self.operation._open_log("schedule")
        self.env.cr.commit()
        while True:
            self.env.invalidate_all()
            before, queries = log.done_count, []
            with clock(self.env, queries) as seconds:
                is_more = self.step(log)
            done = log.done_count - before
            if not is_more:
                return
            assert not log.failed_count, log.line_ids.mapped("message")
            self.count += done
            self.ours += seconds[0]
            self.queries += queries[0]
            if self.left:
                self._let_odoo(done)

    def _let_odoo(self, count):
        batch, self.left = self.left[:count], self.left[count:]
        self.env.invalidate_all()
        queries = []
        with clock(self.env, queries) as seconds:
            self.do_theirs(batch)
            self.env.cr.commit()
        self.theirs += seconds[0]
        self.their_queries += queries[0]

    def step(self, log):
        raise NotImplementedError

    def do_theirs(self, batch):
        raise NotImplementedError


class Draft(Race):
    """Draft invoices of what was delivered."""

    code = "draft_invoices"

    def __init__(self, company, theirs=None):
        super().__init__(company, theirs)
        self.made = self.env["account.move"]

    def step(self, log):
        return self.operation._draft_batch(log)

    def do_theirs(self, batch):
        # Nobody gets a mail of each, as with ours
        orders = batch.with_context(mail_auto_subscribe_no_notify=True)
        self.made |= orders._create_invoices(grouped=True)


class Post(Race):
    """Post these drafts."""

    code = "post_invoices"

    def step(self, log):
        return self.operation._do_step(self.operation._post_step, log, POST_BATCH)

    def do_theirs(self, batch):
        batch.action_post()


@contextmanager
def captures():
    """Measure captures but the first, which fills caches: (seconds, queries)."""
    found = []
    record = Capture.try_record

    def measured(capture, *args):
        capture.env.flush_all()  # what the transfers have written
        cr = capture.env.cr
        queries, began = cr.sql_log_count, time.perf_counter()
        record(capture, *args)
        found.append((time.perf_counter() - began, cr.sql_log_count - queries))

    with patch.object(Capture, "try_record", measured):
        yield found
    del found[0]


def analyze(env):
    """Let PostgreSQL know how large its tables are."""
    env.cr.commit()
    env.cr.execute(
        "ANALYZE account_move, account_move_line, sale_order, sale_order_line,"
        " stock_move, stock_picking, billing_decision, billing_decision_line"
    )
    env.cr.commit()


def measure_longest_wait(company):
    """Return the longest wait of somebody who posts by hand meanwhile, in seconds."""
    env = company.env
    company.deliver(company.sell(POSTED_MEANWHILE))
    env["billing.operation"]._cron_run("draft_invoices")
    approved = env["billing.decision"].search([("state", "=", "approved")])
    by_hand = approved.move_id[:1]
    copies = by_hand.browse()
    for _number in range(BY_HAND):
        copies |= by_hand.copy({"billing_is_automatic": False})
    env.cr.commit()
    shared = mmap.mmap(-1, 16)  # whether it is over, and the longest wait
    person = start(env.cr.dbname, lambda env: _post_by_hand(env, copies.ids, shared))
    operation = env["billing.operation"]._get(company.company, "post_invoices")
    operation._run()
    shared[0] = 1
    wait_for(person)
    env.invalidate_all()
    assert set(approved.mapped("state")) == {"posted"}, approved.mapped("state")
    return struct.unpack("d", shared[8:16])[0]


def _post_by_hand(env, ids, shared):
    """Post one invoice after the other until it is over; tell the longest wait."""
    longest = 0.0
    env["account.move"].browse(ids[0]).action_post()  # fills caches
    env.cr.commit()
    for id_ in ids[1:]:
        if shared[0]:
            break
        began = time.perf_counter()
        env["account.move"].browse(id_).action_post()
        env.cr.commit()
        longest = max(longest, time.perf_counter() - began)
        env.invalidate_all()
        shared[8:16] = struct.pack("d", longest)
        time.sleep(PAUSE_BY_HAND_SECONDS)
