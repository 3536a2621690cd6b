"""Posted invoices that are sent by e-mail, and as many by Odoo's wizard one by one.

1,000 invoices of three lines each, to 200 customers, and as many others for Odoo's
wizard. One of ours and one of Odoo's take turns, so that whatever else the machine
does befalls both. No PDF is rendered: a page with a number stands for it in both. Mails
stay in the queue. Own queries are those of an invoice, beyond Odoo's. Then as many
again are sent by one process, and by two at once. In the end the ways, levels and
reasons to hold of 10,000 overdue invoices are found out.
"""

import time

from ...compat import send
from ..reminding._debtors import Debtors
from ..reminding.reminders import DAYS, examine
from ..shared._mails import mails_kept
from ..shared._measure import clock, peak_memory
from ..shared._process import start, wait_for
from ._invoices import Invoices, without_rendering

INVOICES = 1000
OVERDUE = 10  # times as many, of which ways, levels and reasons to hold are chosen
WARM_UP = 20


def run(env, full=False, count=INVOICES):
    """Measure.

    :param env: of a fresh database that has the addon
    :param bool full: five times the invoices as well
    :param int count: how many invoices
    :rtype: list[dict]
    """
    invoices = Invoices(env)
    with without_rendering(env), mails_kept(env):
        Race(invoices, WARM_UP).run()
        cases = [_measure(invoices, count)]
        if full:
            cases.append(_measure(invoices, 5 * count))
    overdue = OVERDUE * count
    return cases + examine(Debtors(invoices.env, overdue // 2, DAYS), overdue)


def _measure(invoices, count):
    race = Race(invoices, count)
    _analyze(invoices.env)
    with peak_memory() as peak:
        race.run()
    one = _send_by_processes(invoices, count, 1)
    two = _send_by_processes(invoices, count, 2)
    return {
        "invoices": count,
        "sending_s": race.ours,
        "odoo_s": race.theirs,
        "ratio": race.ours / race.theirs,
        "own_queries": (race.queries - race.their_queries) / count,
        "one_worker_s": one,
        "two_workers_s": two,
        "peak_mib": peak[0],
    }


class Race:
    """Ours and Odoo's, in turns.

    :param invoices: `Invoices`
    :param int count: how many of each
    :ivar ours: the seconds of ours
    :ivar theirs: the seconds of Odoo's
    """

    def __init__(self, invoices, count):
        self.count = count
        self.env = invoices.env
        self.theirs_left = invoices.post(count)
        self.operation = _queue(invoices, invoices.post(count))
        self.ours = self.theirs = self.queries = self.their_queries = 0

    def run(self):
        log = self.operation._open_log("schedule")
        self.env.cr.commit()
        for move in self.theirs_left:
            ours, queries = self._take(self._send_ours, log)
            theirs, their_queries = self._take(self._send_theirs, move)
            self.ours += ours
            self.queries += queries
            self.theirs += theirs
            self.their_queries += their_queries
        assert log.done_count == self.count, log.line_ids.mapped("message")
        ours, queries = self._take(self.operation._seal_archive)
        self.ours += ours
        self.queries += queries

    def _take(self, do, *args):
        self.env.invalidate_all()
        queries = []
        with clock(self.env, queries) as seconds:
            do(*args)
        return seconds[0], queries[0]

    def _send_ours(self, log):
        self.operation._do_step(self.operation._send_step, log)

    def _send_theirs(self, move):
        send(move, "email", self.env["billing.template.rule"]._find(move))
        self.env.cr.commit()


def _queue(invoices, moves):
    """Queue invoices, and return the operation that sends them."""
    moves.action_billing_send()
    operation = invoices.env["billing.operation"]._get(
        invoices.company, "send_invoices"
    )
    operation = operation.with_company(invoices.company)
    invoices.env.cr.commit()
    return operation


def _send_by_processes(invoices, count, number):
    """Return the seconds that some processes take for invoices."""
    operation = _queue(invoices, invoices.post(count))
    env = invoices.env
    context = dict(env.context)
    began = time.perf_counter()
    children = [
        start(
            env.cr.dbname,
            lambda env: operation.with_env(env(context=context))._run_logged(
                "schedule"
            ),
        )
        for _number in range(number)
    ]
    for child in children:
        wait_for(child)
    seconds = time.perf_counter() - began
    env.cr.rollback()
    env.invalidate_all()
    states = env["billing.dispatch"]._read_group([], ["state"], ["__count"])
    assert dict(states).keys() == {"mailed"}, states
    return seconds


def _analyze(env):
    """Let PostgreSQL know how large its tables are."""
    env.cr.commit()
    env.cr.execute(
        "ANALYZE account_move, account_move_line, ir_attachment, mail_message,"
        " mail_notification, mail_mail, billing_dispatch, billing_archived_file"
    )
    env.cr.commit()
