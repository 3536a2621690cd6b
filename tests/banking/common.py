import base64
from datetime import timedelta

from odoo import Command, fields

from ..billing.common import BillingCommon

IBAN = "FR7630006000011234567890189"


class BankingCommon(BillingCommon):
    """A company with a bank, and customers who owe it something."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.bank = cls.company_data["default_journal_bank"].with_env(cls.su)
        cls.sales = cls.company_data["default_journal_sale"]
        cls.currency = cls.company.currency_id
        cls.receivable = cls.company_data["default_account_receivable"]

    def owe(self, amount=100.0, customer=None, kind="out_invoice", days_ago=10, **vals):
        """Return a posted invoice."""
        vals = {
            "move_type": kind,
            "invoice_date": self.today - timedelta(days=days_ago),
            "journal_id": self.sales.id,
            **vals,
        }
        return self.post_invoice(amount, customer, **vals)

    def receive(self, amount, text="", name="", **vals):
        """Return a bank line, as Odoo's or another addon's importer makes it."""
        return self.su["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": self.today,
                "amount": amount,
                "payment_ref": text or "Transfer",
                "partner_name": name or False,
                **vals,
            }
        )

    def suggest(self):
        """Look for what all open lines pay."""
        self.su["billing.operation"]._suggest_now(self.company)
        operation = self.su["billing.operation"]._get(self.company, "suggest_matches")
        self.assertFalse(operation.last_error)

    def by_approver(self, records):
        return records.with_user(self.approver).with_context(
            allowed_company_ids=self.company.ids
        )

    def press(self, line, button):
        """Press a button of lines as the approver."""
        return getattr(self.by_approver(line), f"action_billing_{button}")()

    def items(self, move):
        return move.line_ids.filtered(lambda line: line.account_id == self.receivable)

    def keep_charges(self, journal):
        """Have a manager say where charges of a bank go, and return that account."""
        account = self.su["account.account"].search(
            [
                *self.su["account.account"]._check_company_domain(self.company),
                ("account_type", "=", "expense"),
            ],
            limit=1,
        )
        self.su["billing.bank"].with_user(self.manager).create(
            {"journal_id": journal.id, "charges_account_id": account.id}
        )
        return account

    def make_early(self):
        """Return a payment term with 2 % off for ten days."""
        return self.su["account.payment.term"].create(
            {
                "name": "2/10 net 30",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )

    # Files

    def wizard(self, content, user=None, **vals):
        """Return the wizard with a file, as a user has it."""
        wizards = self.su["billing.bank.import"].with_user(user or self.approver)
        wizards = wizards.with_context(allowed_company_ids=self.company.ids)
        return wizards.create(
            {"journal_id": self.bank.id, "file": base64.b64encode(content), **vals}
        )

    def lines(self, **vals):
        domain = [("journal_id", "=", self.bank.id)]
        domain += [(name, "=", value) for name, value in vals.items()]
        return self.su["account.bank.statement.line"].search(domain, order="id")
