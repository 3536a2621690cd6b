"""Invoices that are sent by two processes, which are killed, and started anew."""

import random
from functools import partial

from odoo.tools import SQL, mute_logger

from ..shared._mails import mails_kept
from ..shared._process import kill_until_done, start
from ._invoices import Invoices, without_rendering

INVOICES_PER_KILL = 4
# Each has one message to its customer, one mail of that, and one archived file
COUNTS = """
    SELECT dispatch.id, dispatch.state,
           (SELECT count(*) FROM mail_message AS message
              JOIN mail_message_res_partner_rel AS rel
                ON rel.mail_message_id = message.id
             WHERE message.model = 'account.move' AND message.res_id = dispatch.move_id
               AND rel.res_partner_id = dispatch.partner_id),
           (SELECT count(*) FROM mail_mail AS mail
             WHERE mail.mail_message_id = dispatch.message_id),
           (SELECT count(*) FROM billing_archived_file AS file
             WHERE file.dispatch_id = dispatch.id AND file.seal_number > 0)
      FROM billing_dispatch AS dispatch
     WHERE dispatch.move_id = ANY(%s)
"""


def kill_sending(env, count):
    """Kill the processes that send, and compare.

    :param env: of a fresh database that has the addon
    :param int count: how often they are killed at most
    :rtype: dict
    """
    invoices = Invoices(env)
    moves = invoices.post(INVOICES_PER_KILL * count)
    moves.action_billing_send()
    operation = env["billing.operation"]._get(invoices.company, "send_invoices")
    operation = operation.with_company(invoices.company)
    env.cr.commit()
    quiet = mute_logger("odoo.sql_db")  # of conflicts, which pass
    with without_rendering(env), mails_kept(env), quiet:
        kills = sum(1 for _kill in _send_and_kill(env, operation, count))
        operation._run_logged("schedule")
    return {**_compare(env, moves, invoices.company), "kills": kills}


def _send_and_kill(env, operation, most):
    work = partial(_send, operation=operation, context=dict(env.context))

    def start_both():
        return [start(env.cr.dbname, work) for _number in range(2)]

    yield from kill_until_done(start_both, most, random.Random(1))


def _send(env, operation, context):
    operation.with_env(env(context=context))._run_logged("schedule")


def _compare(env, moves, company):
    env.invalidate_all()
    env.cr.execute(SQL(COUNTS, moves.ids))
    rows = env.cr.fetchall()
    files = env["billing.archived.file"].search([("company_id", "=", company.id)])
    broken = files._find_broken_chain(company) + files._find_differences()[0]
    return {
        "duplicates": sum(max(counts) > 1 for _id, _state, *counts in rows),
        "lost": len(moves)
        - sum(state == "mailed" and min(counts) > 0 for _id, state, *counts in rows),
        "disagreements": len(broken),
    }
