"""Why something was done that is not done by itself, kept where nobody deletes it."""

from odoo import fields


def add_reason(env, kept, words):
    """Return all reasons of a record, with a new one: when (UTC), who, why.

    :param str kept: those that there are, one each line
    :param str words: the new one
    """
    now = fields.Datetime.to_string(fields.Datetime.now())
    return "\n".join(filter(None, [kept, f"{now} UTC, {env.user.name}: {words}"]))
