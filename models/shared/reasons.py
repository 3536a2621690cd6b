"""What people say of what they do, kept where nobody deletes it."""

from odoo import fields

from ...tools.text.cleaning import clean_words


def read_words(text):
    """Return what came from outside as it can be kept, False if nothing is said."""
    words = clean_words(str(text or "")).strip()
    is_seen = any(each.isprintable() and not each.isspace() for each in words)
    return is_seen and words


def add_reason(env, kept, words):
    """Return all reasons of a record, with a new one: when (UTC), who, why.

    :param str kept: those that there are, one each line
    :param str words: the new one
    """
    now = fields.Datetime.to_string(fields.Datetime.now())
    return "\n".join(filter(None, [kept, f"{now} UTC, {env.user.name}: {words}"]))
