from datetime import timedelta

from ..billing.common import BillingCommon
from .steps import RemindingSteps


class RemindingCommon(RemindingSteps, BillingCommon):
    """A company that reminds its customers; nothing but what a test does holds it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.su["billing.reminder"]._get_today(cls.company)
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
        if "invoice_payment_term_id" not in vals:
            vals.setdefault("invoice_date_due", due)
        vals = {
            "move_type": kind,
            "invoice_date": due,
            "journal_id": self.journal.id,
            **vals,
        }
        return self.post_invoice(amount, customer, **vals)

    def pay(self, move, amount=None, days_ago=0):
        """Register a payment of an invoice."""
        vals = {"payment_date": self.today - timedelta(days=days_ago)}
        if amount:
            vals["amount"] = amount
        wizard = self.su["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        return wizard.create(vals)._create_payments()
