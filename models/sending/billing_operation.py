import smtplib
import time

from odoo import _, api, fields, models
from odoo.tools import SQL

from ..billing.deciding.conflicts import is_conflict_of_others
from .billing_dispatch import LONGEST_WORDS

OPERATIONS = [
    ("send_invoices", "Send Invoices"),
    ("find_lost_mails", "Look for Lost Mails"),
    ("verify_archive", "Verify the Archive"),
]
# Scheduled actions that send side by side
SENDERS = ("ir_cron_billing_send", "ir_cron_billing_send_too")


class BillingOperation(models.Model):
    """Sending what waits, one invoice a transaction."""

    _inherit = "billing.operation"

    code = fields.Selection(
        selection_add=OPERATIONS,
        ondelete={code: "cascade" for code, _label in OPERATIONS},
    )

    def _is_exclusive(self):
        """Let several processes send: what one has locked, the others pass over."""
        return self.code != "send_invoices" and super()._is_exclusive()

    @api.model
    def _wake_senders(self):
        """Have all that send begin, or go on."""
        for cron in SENDERS:
            self._go_on_later(cron)

    @api.model
    def _find_companies_to_send_invoices(self):
        return self._find_companies([("state", "=", "queued")], "billing.dispatch")

    def _run_send_invoices(self, log, deadline):
        """Send all that waits; what cannot be sent holds up no other."""
        while self._send_next(log):
            self.env.invalidate_all()  # memory must not grow with the work
            if deadline and time.monotonic() > deadline:
                self._wake_senders()
                break
        self._commit()

    @api.model
    def _find_companies_to_find_lost_mails(self):
        return self._find_companies([("state", "=", "mailed")], "billing.dispatch")

    def _run_find_lost_mails(self, log, deadline):
        """Say of which invoices somebody took the mail from Odoo's queue."""
        dispatches = self.env["billing.dispatch"].sudo()
        self._do_step(dispatches._fail_lost, self.company_id)

    def _send_next(self, log):
        """Send the next one, and commit it; say whether there may be another."""
        return self._do_mailing_step(self._send_step, log)

    def _do_mailing_step(self, step, log, *args):
        """Do a step after which Odoo mails, and commit it; say what it says."""
        try:
            return self._do_step(step, log, *args)
        except smtplib.SMTPException as error:
            # It is sent as far as we are concerned: once that was committed, a mail
            # server hung up. Odoo's queue of mails tries again
            self._do_step(log._add_lines, [(str(error)[:LONGEST_WORDS], None)])
            return True

    def _send_step(self, log):
        """Send the next one; say whether there was one."""
        dispatch = self._claim_dispatch()
        if not dispatch:
            return False
        try:
            with self.env.cr.savepoint():
                if dispatch._send():
                    log.done_count += 1
        except Exception as error:
            if is_conflict_of_others(error, self.env):
                raise
            self.env.invalidate_all()
            dispatch._fail(
                _("%s Resolution: correct what is named, then press Try Again.", error)
            )
            log.failed_count += 1
            text = self._describe(dispatch, dispatch.last_error)
            log._add_lines([(text, dispatch)], "warning")
        return True

    def _claim_dispatch(self):
        """Lock the oldest one that waits and nobody else is at; elevated."""
        self.env["billing.dispatch"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM billing_dispatch
                 WHERE state = 'queued' AND company_id = %s
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
                """,
                self.company_id.id,
            ),
            log_exceptions=False,  # others may have just been at it: it is done again
        )
        return self._get_claimed("billing.dispatch")

    def _get_claimed(self, model):
        """Return what was just locked, elevated. Its mails go once that is committed.

        Odoo has whatever a scheduled action mails wait for its queue.
        """
        ids = [row[0] for row in self.env.cr.fetchall()]
        records = self.env[model].sudo().browse(ids).with_company(self.company_id)
        return records.with_context(mail_notify_force_send=True)
