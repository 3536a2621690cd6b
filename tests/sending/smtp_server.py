"""A mail server on this machine, to which Odoo really sends."""

import email
import email.policy
import socket
from contextlib import contextmanager

from ..shared.versions import sends_mail

try:
    from aiosmtpd.controller import Controller
except ImportError:  # a package of developers
    Controller = None

MISSING = "aiosmtpd is not installed: no mail server."
HOST = "127.0.0.1"


class SmtpServer:
    """What it took, and whom it refuses.

    :ivar mails: what it took, as `email.message.EmailMessage`
    :ivar refusals: {address: bytes that it answers instead of taking the mail}
    :ivar hangs_up: whether it hangs up when it has a mail
    """

    def __init__(self):
        self.mails = []
        self.refusals = {}
        self.hangs_up = False

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):
        if self.hangs_up:
            server.transport.abort()
            return "451 nobody hears that"
        self.mails.append(
            email.message_from_bytes(envelope.content, policy=email.policy.default)
        )
        return "250 OK"


@contextmanager
def smtp_server(env):
    """Serve, and let Odoo send to it within the transaction of a test.

    :param env: of the superuser
    :return: a context that gives the `SmtpServer`
    """
    with serve() as (server, port), sends_mail(env):
        env["ir.mail_server"].search([]).active = False
        env["ir.mail_server"].create(prepare_mail_server(port))
        yield server


@contextmanager
def serve():
    """Serve, until the block ends or stops it; give the `SmtpServer` and its port."""
    server = SmtpServer()
    controller = Controller(server, hostname=HOST, port=_find_port())
    controller.start()
    server.stop = controller.stop
    try:
        yield server, controller.port
    finally:
        if controller.server:
            controller.stop()


def prepare_mail_server(port):
    return {"name": "Loopback", "smtp_host": HOST, "smtp_port": port, "sequence": 0}


def _find_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
