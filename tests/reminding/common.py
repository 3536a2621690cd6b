from datetime import timedelta

from odoo import Command

from odoo.addons.mail.tests.common import MockEmail

from ..billing.common import BillingCommon


class RemindingCommon(BillingCommon, MockEmail):
    """A company that reminds its customers; nothing but what a test does holds it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.su["billing.reminder"]._get_today(cls.company)
        manager = cls.su["res.users"].browse(cls.manager.id)
        manager.email = "manager@example.com"
        cls.company.email = "company@example.com"
        cls.company.write(
            {
                "billing_remind": "propose",
                "billing_bank_days": 0,
                "billing_sent_since": cls.today,
                "billing_collector_id": cls.manager.id,
            }
        )
        cls.plan = cls.su["billing.reminder.plan"]._get_default(cls.company)
        cls.journal = cls.company_data["default_journal_sale"]

    # What customers owe

    def owe(self, days, amount=100.0, customer=None, kind="out_invoice", **vals):
        """Return a posted invoice that is overdue for so many days."""
        due = self.today - timedelta(days=days)
        move = self.su["account.move"].create(
            {
                "move_type": kind,
                "partner_id": (customer or self.customer).id,
                "invoice_date": due,
                **(
                    {}
                    if "invoice_payment_term_id" in vals
                    else {"invoice_date_due": due}
                ),
                "journal_id": self.journal.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Lamp",
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )
        move.action_post()
        return move

    def pay(self, move, amount=None, days_ago=0):
        """Register a payment of an invoice."""
        vals = {"payment_date": self.today - timedelta(days=days_ago)}
        if amount:
            vals["amount"] = amount
        wizard = self.su["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        return wizard.create(vals)._create_payments()

    # What becomes of it

    def find(self):
        """Look through what is due, as every night, and return what there is of it."""
        self.su["billing.operation"]._cron_run("find_reminders")
        self.assert_no_failure("find_reminders")
        return self.reminders()

    def remind(self, reminders=None):
        """Press *Send Now*, if on any, and let the scheduled action do its work."""
        if reminders:
            reminders.with_user(self.approver).action_send()
        self.su["billing.operation"]._cron_run("send_reminders")
        self.assert_no_failure("send_reminders")
        self.send_mails()

    def send_mails(self):
        """Let Odoo's queue of mails do its work, where it has not at once."""
        with self.mock_mail_gateway():
            self.su["mail.mail"].search([("state", "=", "outgoing")]).send()
        self.env.cr.flush()

    def assert_no_failure(self, code):
        operation = self.su["billing.operation"]._get(self.company, code)
        self.assertFalse(operation.last_error)

    def reminders(self, **vals):
        domain = [("company_id", "=", self.company.id)]
        domain += [(name, "=", value) for name, value in vals.items()]
        return self.su["billing.reminder"].search(domain, order="id")

    def open_one(self):
        """Look through what is due, and return the one reminder that has not left."""
        [reminder] = self.find().filtered(
            lambda each: each.state in ("proposed", "held", "failed")
        )
        return reminder

    def pass_days(self, reminders, days):
        """Let reminders have gone so many days earlier."""
        for reminder in reminders:
            reminder.date = reminder.date - timedelta(days=days)

    def codes(self, reminder):
        return set((reminder.hold_codes or "").split())

    def mails(self, reminder):
        return self.su["mail.mail"].search(
            [("mail_message_id", "=", reminder.message_id.id)]
        )
