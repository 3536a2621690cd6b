"""Mails that nobody takes here."""

from contextlib import contextmanager
from unittest.mock import patch


@contextmanager
def mails_kept(env):
    """Have mails stay in Odoo's queue, in processes that begin meanwhile as well."""
    with patch.object(type(env["mail.mail"]), "send", lambda _mails, *_a, **_k: True):
        yield
