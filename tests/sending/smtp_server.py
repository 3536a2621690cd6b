"""A mail server on this machine, to which Odoo really sends."""

import email
import email.policy
import socket
from contextlib import contextmanager
from email.message import EmailMessage

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


def prepare_bounce(mail, address, bounce_address):
    """Return the mail with which another server says that it has no such user.

    :param mail: what it took first, as `email.message.EmailMessage`
    :param address: whom it does not know
    :param bounce_address: to whom it says so
    """
    report = EmailMessage()
    report["From"] = "MAILER-DAEMON@example.org"
    report["To"] = bounce_address
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Message-Id"] = "<report@example.org>"
    report.set_content(f"<{address}>: 550 5.1.1 no <b>such</b> user")
    report.add_attachment(
        f"Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\n",
        subtype="delivery-status",
        cte="7bit",
    )
    headers = "\n".join(f"{name}: {mail[name]}" for name in ("Message-Id", "To"))
    report.add_attachment(headers, subtype="rfc822-headers", cte="7bit")
    report.replace_header("Content-Type", "multipart/report")
    report.set_param("report-type", "delivery-status")
    return report.as_bytes()
