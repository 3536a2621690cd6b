import time

import psycopg2

from odoo import _, api, fields, models
from odoo.tools import SQL, split_every

from ..shared.running import is_conflict
from .billing_reminder import OPEN_INDEX
from .billing_reminder_line import LEVEL_INDEX
from .holding import Shops

OPERATIONS = [
    ("find_reminders", "Find Reminders"),
    ("send_reminders", "Send Reminders"),
]
INDEXES = (OPEN_INDEX, LEVEL_INDEX)
# Letters that one commit holds
LETTER_BATCH = 200
SEND_CRON = "ir_cron_billing_remind"


class BillingOperation(models.Model):
    """Finding out by night who is to be reminded, and writing to one at a time."""

    _inherit = "billing.operation"

    code = fields.Selection(
        selection_add=OPERATIONS,
        ondelete={code: "cascade" for code, _label in OPERATIONS},
    )
    bank_alert_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")

    @api.model
    def _remind_soon(self):
        self._go_on_later(SEND_CRON)

    @api.model
    def _get_indexes(self):
        return super()._get_indexes() + INDEXES

    # By night

    @api.model
    def _find_companies_to_find_reminders(self):
        return self.env["res.company"].search([("billing_remind", "!=", "off")])

    def _run_find_reminders(self, log, deadline):
        """Count how customers pay, propose what is due, and say why some is held."""
        company = self.company_id
        reminders = self.env["billing.reminder"].sudo()
        today = reminders._get_today(company)
        self._do_step(self.env["billing.payer"]._refresh, company, today)
        self._do_step(reminders._note_paid, company)
        self._do_mailing_step(self._fail_lost, log)
        shops = Shops(self.env)
        batch = reminders._make_batch(company, shops)
        if shops.read_again(batch.move_ids):
            batch = reminders._make_batch(company, shops)
        batch.examine()
        self._do_mailing_step(self._tell_of_bank, log, today)
        for letters in split_every(LETTER_BATCH, batch.letters, list):
            self._do_step(self._propose_step, log, letters)
            self.env.invalidate_all()  # memory must not grow with the work
        self._do_step(reminders._close_others, batch)
        self._remind_soon()
        self._commit()

    def _propose_step(self, log, letters):
        found = self.env["billing.reminder"].sudo()._propose(letters)
        held = len(found.filtered(lambda each: each.state == "held"))
        log.done_count += len(found) - held
        log.failed_count += held

    def _fail_lost(self, log):
        self.env["billing.reminder"].sudo()._fail_lost(self.company_id)

    def _tell_of_bank(self, log, today):
        """Say once that nobody knows who has paid, until somebody does."""
        reason = self.env["billing.reminder.hold"]._get_bank_reason(
            self.company_id.sudo(), today
        )
        if not reason:
            self.bank_alert_id.action_feedback(feedback=_("The bank's data are there."))
            self.bank_alert_id = False
            return
        log._add_lines([(reason.words, None)], "warning")
        user = self.company_id.billing_collector_id or self._get_alerted_user()
        if user and not self.bank_alert_id:
            self.bank_alert_id = self._integration_ask(
                user, _("All reminders are held"), reason.words
            )

    # One customer a transaction

    @api.model
    def _find_companies_to_send_reminders(self):
        domain = [("state", "=", "queued"), ("message_id", "=", False)]
        companies = self._find_companies(domain, "billing.reminder")
        return companies.filtered(lambda company: company.billing_remind != "off")

    def _run_send_reminders(self, log, deadline):
        """Send all that is queued; what cannot be sent holds up no other.

        What is queued meanwhile waits for the next run: its shop was not read. So does
        that whose shop another process is just reading.
        """
        shops = Shops(self.env)
        queued = self._find_queued()
        shops.read_again(queued.line_ids.move_id.ids)
        busy_ids = shops.find_busy(queued.line_ids.move_id.ids)
        ready = queued.filtered(
            lambda each: not busy_ids & set(each.line_ids.move_id.ids)
        )
        while self._do_mailing_step(self._remind_step, log, shops, ready.ids):
            self.env.invalidate_all()
            if deadline and time.monotonic() > deadline:
                self._remind_soon()
                break
        if self._find_queued() - queued:
            self._remind_soon()
        self._commit()

    def _find_queued(self):
        return (
            self.env["billing.reminder"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "queued"),
                    ("message_id", "=", False),
                ]
            )
        )

    def _remind_step(self, log, shops, ids):
        """Send the next one of some; say whether there was one."""
        reminder = self._claim_reminder(ids)
        if not reminder:
            return False
        try:
            with self.env.cr.savepoint():
                if reminder._send(shops):
                    log.done_count += 1
        except Exception as error:
            if isinstance(error, psycopg2.Error) and is_conflict(error, INDEXES):
                raise
            self.env.invalidate_all()
            reminder._fail(
                str(error),
                _("Resolution: correct what is named, then press Send Now."),
            )
            log.failed_count += 1
            text = self._describe(reminder, reminder.last_error)
            log._add_lines([(text, reminder)], "warning")
        return True

    def _claim_reminder(self, ids):
        """Lock the oldest of some that waits and nobody else is at; elevated."""
        self.env["billing.reminder"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM billing_reminder
                 WHERE state = 'queued' AND message_id IS NULL AND id = ANY(%s)
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
                """,
                list(ids),
            ),
            log_exceptions=False,  # others may have just been at it: it is done again
        )
        return self._get_claimed("billing.reminder")
