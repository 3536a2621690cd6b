from markupsafe import Markup

from odoo import _, api, fields, models

from ...sending.billing_dispatch import LONGEST_WORDS
from ...sending.billing_mailing_mixin import by_mail
from ...shared.running import lock_rows


class BillingReminder(models.Model):
    """From what may go to what the mail servers say of it."""

    _inherit = "billing.reminder"

    @api.depends_context("lang")
    @api.depends("line_ids")
    def _compute_letter_table(self):
        for reminder in self:
            reminder.letter_table = self.env["ir.qweb"]._render(
                "coopcycle_magento.billing_reminder_table",
                {"reminder": reminder, "lines": reminder._get_letter_lines()},
            )

    def _get_letter_lines(self):
        """Return the lines that the customer reads."""
        lines = self.line_ids.filtered(lambda each: not each.is_held)
        return lines.sorted(lambda each: (each.amount < 0, each.due_date, each.id))

    def _send(self, shops):
        """Look at one that is queued and locked once more, and send it if it may go.

        :param shops: `Shops` that were asked in this run
        :return: whether it has gone
        """
        self.ensure_one()
        self._check_is_no_copy()
        batch = self._make_batch(self.company_id, shops, self.partner_id.ids)
        batch.examine()
        letter = self._follow(batch).get(self)
        if not letter or letter.is_held:
            return False
        self.level_id._check_template_id()
        lock_rows(self.line_ids.move_id)  # who paid one meanwhile has us begin anew
        self._go()
        return True

    def _go(self):
        """Raise the invoices, and write to the customer or ask somebody."""
        self.line_ids.filtered("is_held").unlink()
        raised = self.line_ids.filtered("level")
        raised.is_live = True
        self.line_ids._write_links()
        self.date = self._get_today(self.company_id)
        self.env.flush_all()  # the database refuses a level that was reached already
        if self.action == "mail":
            self._write_to_customer()
        else:
            self._escalate()

    def _escalate(self):
        """Ask somebody to see to it, instead of writing once more."""
        self.write(
            {
                "state": "escalated",
                "sent_at": fields.Datetime.now(),
                "hold_reason": _(
                    "No letter has helped. Resolution: call the customer; then enter a"
                    " promise or a dispute, register the payment, or credit the"
                    " invoice."
                ),
            }
        )
        by_first = self._get_letter_lines().grouped(
            lambda line: tuple(self._get_concerned(line)[:1])
        )
        for lines in by_first.values():
            self._ask(
                self._get_concerned(lines),
                _("Reminders have not helped"),
                self._describe(lines),
            )
        self._note_on_records()

    @api.model
    def _describe(self, lines):
        """Return what some lines are about, as text."""
        text = _("%(invoice)s: %(amount)s, %(days)s days overdue")
        return "\n".join(
            text
            % {
                "invoice": line.number,
                "amount": line.currency_id.format(line.amount),
                "days": line.days,
            }
            for line in lines
        )

    def _write_to_customer(self):
        """Post the letter, which Odoo mails once the transaction is through."""
        contact, template = self.contact_id, self.level_id.template_id
        author = self._get_author()
        reminder = self.with_context(
            lang=contact.lang or self.env.lang,
            mail_create_nosubscribe=True,
            mail_post_autofollow=False,
            mail_auto_delete=False,
            mail_notify_author=author.partner_id == contact,
        )
        subject, body = (
            template._render_field(name, self.ids, compute_lang=True)[self.id]
            for name in ("subject", "body_html")
        )
        message = reminder.message_post(
            subject=subject,
            body=Markup(body),
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=contact.ids,
            author_id=author.partner_id.id,
            email_from=author.email_formatted or self.company_id.email_formatted,
            attachments=self._make_attachments(),
            email_layout_xmlid="mail.mail_notification_light",
        )
        self._check_mailed(message)
        self.write(
            {
                "state": "queued",
                "message_id": message.id,
                "recipient": contact.email_formatted,
                "last_error": False,
            }
        )
        self._take_receipt()

    def _get_author(self):
        """Return the user in whose name it is written."""
        return (self._get_concerned() or [self.env.user])[0]

    def _make_attachments(self):
        """Return (name, content) of the invoices' PDFs, if they are to go with it."""
        if not self.level_id.attach_invoices:
            return []
        return [
            self._make_attachment(move)
            for move in self._get_letter_lines().move_id
            if move.is_sale_document()
        ]

    def _make_attachment(self, move):
        if made := move.invoice_pdf_report_id:
            return made.name, made.raw
        report = self.env["ir.actions.report"]
        content, _kind = report._render("account.account_invoices", move.ids)
        return move._get_report_base_filename() + ".pdf", content

    def _note_on_records(self):
        """Note on the invoices and on the customer that they were reminded of."""
        asked = self._get_letter_lines().filtered(lambda line: line.amount > 0)
        moves = asked.move_id
        for move in moves:
            move._message_log(body=self._get_note(move.display_name))
        numbers = ", ".join(moves.mapped("name"))
        self.partner_id._message_log(body=self._get_note(numbers))

    def _get_note(self, what):
        """Return the note of what it is about, with a link to it."""
        text = (
            _("Reminder at level %(level)s, of %(what)s: %(link)s")
            if self.action == "mail"
            else _("Escalated at level %(level)s, %(what)s: %(link)s")
        )
        return Markup(text) % {
            "level": self.level,
            "what": what,
            "link": self._get_html_link(),
        }

    # What became of it

    def _get_addressee(self):
        return self.contact_id

    def _notify_get_recipients(self, *args, **kwargs):
        """Have the customer get a mail, who may be a user that reads in Odoo."""
        return by_mail(super()._notify_get_recipients(*args, **kwargs), self.contact_id)

    def _take_status(self, receipt):
        status = receipt.notification_status
        words = (receipt.failure_reason or "")[:LONGEST_WORDS]
        if status == "sent" and self.state in ("queued", "failed"):
            self._take_sent()
        elif status == "bounce" and self.state in ("queued", "sent"):
            self._fail(
                _("The mail came back: %s", words),
                _("Resolution: correct the address, then press Send Now."),
            )
        elif status in ("exception", "canceled") and self.state == "queued":
            self._fail(
                _(
                    "The mail was not sent: %s",
                    words or receipt.format_failure_reason(),
                ),
                _("Resolution: correct what is named, then press Send Now."),
            )

    def _take_sent(self):
        """Note that a mail server has it."""
        self.line_ids.filtered("level").is_live = True
        self.write(
            {
                "state": "sent",
                "sent_at": fields.Datetime.now(),
                "last_error": False,
            }
        )
        for reminder in self:
            reminder._note_on_records()

    @api.model
    def _fail_lost(self, company):
        """Note of which reminders the mail was taken from Odoo's queue, and not sent.

        :param company: whose
        """
        waiting = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "queued"),
                ("message_id", "!=", False),
            ]
        )
        for reminder in waiting._find_lost():
            reminder._fail(
                _("The mail was taken from Odoo's queue."),
                _("Resolution: press Send Now, or cancel the reminder."),
            )

    def _fail(self, cause, remedy):
        """Note that it did not go, and have somebody look: its invoices stay below.

        Where another letter has them by now, it is over.

        :param cause: why it did not go
        :param remedy: what to do so that it goes
        """
        self.line_ids.is_live = False
        state = "failed"
        if self._is_replaced():
            state = "cancelled"
            remedy = _(
                "Resolution: correct what is named; another reminder has the invoices."
            )
        text = f"{cause} {remedy}"
        self.write({"state": state, "last_error": text})
        self._ask(
            self._get_concerned(),
            _("The reminder does not reach the customer"),
            text,
        )

    def _is_replaced(self):
        """Return whether another one is open by now, or went at higher levels."""
        key = self._get_key()
        others = self._find_open(self.company_id, self.partner_id.ids) - self
        return any(each._get_key() == key for each in others) or all(
            line.move_id.billing_reminder_level > line.level
            for line in self.line_ids.filtered("level")
        )
