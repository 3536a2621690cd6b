"""Customers reminded by two processes that are killed again and again."""

import random

from odoo.tools import SQL, mute_logger

from ..shared._mails import mails_kept
from ..shared._process import kill_until_done, start
from ._debtors import Debtors

CUSTOMERS_PER_KILL = 4
LEVELS = 2
DAYS = 40
OPERATIONS = ("find_reminders", "send_reminders")

# Each as one row for what is wrong
TWICE = """
    SELECT move_id FROM billing_reminder_line
     WHERE is_live AND level > 0 GROUP BY move_id, level HAVING COUNT(*) > 1
"""
MAILED_TWICE = """
    SELECT mail.id
      FROM billing_reminder AS reminder
      JOIN mail_message AS message
        ON message.model = 'billing.reminder' AND message.res_id = reminder.id
      JOIN mail_mail AS mail ON mail.mail_message_id = message.id
     WHERE reminder.message_id IS DISTINCT FROM message.id
     UNION ALL
    SELECT MIN(id) FROM mail_mail GROUP BY mail_message_id HAVING COUNT(*) > 1
"""
NOT_REMINDED = """
    SELECT move.id
      FROM account_move AS move
     WHERE move.id = ANY(%s) AND %s != (
               SELECT COUNT(*)
                 FROM billing_reminder_line AS line
                 JOIN billing_reminder AS reminder ON reminder.id = line.reminder_id
                 JOIN mail_mail AS mail
                   ON mail.mail_message_id = reminder.message_id
                WHERE line.move_id = move.id AND line.is_live AND line.level > 0)
"""
# A letter whose invoices have not climbed, or the other way round
DISAGREE = """
    SELECT reminder.id
      FROM billing_reminder AS reminder
      JOIN billing_reminder_line AS line ON line.reminder_id = reminder.id
     WHERE line.level > 0
       AND COALESCE(line.is_live, FALSE) != (reminder.message_id IS NOT NULL)
"""


def kill_reminders(env, count):
    """Kill the processes, and compare.

    :param env: of a database that has the addon
    :param int count: how often they are killed at most
    :rtype: dict
    """
    debtors = Debtors(env, count * CUSTOMERS_PER_KILL, DAYS)
    for code in OPERATIONS:
        debtors.operation(code)
    kills, chance = 0, random.Random(1)
    # Of conflicts, which pass
    with mails_kept(env), mute_logger("odoo.sql_db"):
        for level in range(1, LEVELS + 1):
            for _kill in kill_until_done(
                lambda level=level: _start(debtors, level), count // LEVELS, chance
            ):
                kills += 1
            _remind(debtors.env, debtors.moves.ids, level)
            debtors.pass_days(20)
    return {**_compare(debtors), "kills": kills}


def _start(debtors, level):
    debtors.env.cr.commit()
    database, ids = debtors.env.cr.dbname, debtors.moves.ids
    return [start(database, lambda env: _remind(env, ids, level)) for _two in "12"]


def _remind(env, ids, level):
    """Find and send until each invoice has reached a level."""
    while _count(env, NOT_REMINDED, ids, level):
        for code in OPERATIONS:
            operation = env["billing.operation"]._get(env.company, code)
            operation._run_logged("schedule")
        env.cr.commit()


def _compare(debtors):
    env, ids = debtors.env, debtors.moves.ids
    env.cr.commit()
    return {
        "documents": len(ids) * LEVELS,
        "duplicates": _count(env, TWICE) + _count(env, MAILED_TWICE),
        "lost": _count(env, NOT_REMINDED, ids, LEVELS),
        "disagreements": _count(env, DISAGREE),
    }


def _count(env, query, *arguments):
    env.cr.execute(SQL("SELECT COUNT(*) FROM (%s) AS found", SQL(query, *arguments)))
    return env.cr.fetchone()[0]
