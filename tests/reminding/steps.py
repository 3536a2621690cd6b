from datetime import timedelta

from odoo.addons.mail.tests.common import MockEmail


class RemindingSteps(MockEmail):
    """What happens to what is overdue: by night, and by people.

    :cvar su: the environment, elevated
    :cvar company: the one that reminds
    :cvar approver: who sends
    """

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
        values = {"company_id": self.company.id, **vals}
        domain = [(name, "=", value) for name, value in values.items()]
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
