from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..shared.versions import PERIOD_LOCK, archive_account
from .checks_common import ChecksCommon


@tagged("post_install", "-at_install")
class TestBillingChecksInvoices(ChecksCommon):
    """The invoice itself, and its customer."""

    def test_duplicate_by_reference(self):
        """The same total for the same reference, twice within a week."""
        first = self.make_invoice(ref="PO 7", invoice_date="2024-06-10")
        second = self.make_invoice(ref="PO 7", invoice_date="2024-06-17")
        found = self.assert_found(second, "duplicate_invoice", "error")
        self.assertEqual(found.record, first)
        second.invoice_date = "2024-06-18"
        self.assert_clean(second, "duplicate_invoice")

    def test_duplicate_of_another(self):
        """Another reference, customer or total, or a cancelled invoice: none."""
        move = self.make_invoice(ref="PO 7")
        self.make_invoice(ref="PO 8")
        self.make_invoice(ref="PO 7", price=11)
        self.make_invoice(self.make_customer("Other"), ref="PO 7")
        self.make_invoice(ref="PO 7").button_cancel()
        self.assert_clean(move)

    def test_duplicate_by_contact(self):
        """A contact of the same customer is the same customer."""
        contact = self.make_customer(
            "Ann", parent_id=self.customer.id, is_company=False
        )
        self.make_invoice(contact, ref="PO 7")
        move = self.make_invoice(ref="PO 7")
        self.assert_found(move, "duplicate_invoice", "error")

    def test_duplicate_by_lines(self):
        """The same order lines, of which more is billed than there is."""
        order = self.make_order()
        move = self.bill(order)
        again = move.copy()
        again.invoice_line_ids.sale_line_ids = order.order_line
        self.assert_found(again, "duplicate_invoice", "error")

    def test_two_equal_deliveries(self):
        """Two halves of an order have equal invoices, each rightly."""
        order = self.make_order(quantity=4, client_order_ref="PO 7")
        self.bill(order).invoice_line_ids.quantity = 2
        self.assert_clean(self.bill(order))

    def test_credited_is_no_duplicate(self):
        """What a credit note undid may be billed once more."""
        first = self.make_invoice(ref="PO 7")
        first.action_post()
        first._reverse_moves(cancel=True)
        self.assert_clean(self.make_invoice(ref="PO 7"), "duplicate_invoice")

    def test_total_zero(self):
        """Nobody pays nothing."""
        move = self.make_invoice(price=0)
        self.assertIn("total_zero", self.find(move))
        self.assert_found(move, "total_zero", "warning")

    def test_total_negative(self):
        """What is owed to the customer is a credit note."""
        self.assert_found(self.make_invoice(price=-1), "total_negative", "error")

    def test_account_missing(self):
        """A line without an account, as a damaged import may leave."""
        move = self.make_invoice()
        self.env.flush_all()
        line = move.invoice_line_ids
        self.env.cr.execute(
            "ALTER TABLE account_move_line"
            " DROP CONSTRAINT account_move_line_check_accountable_required_fields"
        )
        self.env.cr.execute(
            "UPDATE account_move_line SET account_id = NULL WHERE id = %s", [line.id]
        )
        line.invalidate_recordset(["account_id"])
        self.assert_found(move, "account_missing", "error")

    def test_account_archived(self):
        """An account that is no longer to be used."""
        move = self.make_invoice()
        archive_account(move.invoice_line_ids.account_id)
        self.assert_found(move, "account_archived", "error")

    def test_period_locked(self):
        """The invoice would be booked in a later period."""
        move = self.make_invoice(invoice_date="2024-06-10")
        self.company[PERIOD_LOCK] = "2024-06-30"
        self.assert_found(move, "period_locked", "warning")
        move.invoice_date = "2024-07-01"
        self.assert_clean(move, "period_locked")

    def make_decision(self, move):
        """Return the decision of automation that made an invoice."""
        policy = self.env["billing.policy"].create(
            {
                "name": "Bread",
                "company_id": self.company.id,
                "approver_id": self.approver.id,
                "journal_id": move.journal_id.copy({"code": "BREAD"}).id,
            }
        )
        return self.env["billing.decision"].create(
            {
                "event_key": "test",
                "event": "order",
                "event_at": fields.Datetime.now(),
                "company_id": self.company.id,
                "trigger": "schedule",
                "policy_id": policy.id,
                "move_id": move.id,
                "was_made": True,
            }
        )

    def test_journal_wrong(self):
        """What automation made is in the journal of its policy."""
        move = self.make_invoice()
        self.assert_clean(move)
        decision = self.make_decision(move)
        self.assert_found(move, "journal_wrong", "error")
        decision.policy_id.journal_id = move.journal_id
        self.assert_clean(move)

    # The customer

    def test_term_missing(self):
        """Nobody said when the customer pays."""
        self.customer.property_payment_term_id = False
        self.assert_found(self.make_invoice(), "term_missing", "warning")

    def test_term_of_a_shop(self):
        """Who buys in a shop pays there, whatever the term in Odoo."""
        self.customer.property_payment_term_id = False
        order = self.make_order()
        order.payment_term_id = False
        order.write(
            {"magento_order_id": "77", "magento_grand_total": order.amount_total}
        )
        self.assert_clean(self.bill(order), "term_missing")

    def test_due_in_past(self):
        """An invoice that is overdue before the customer has it."""
        today = fields.Date.context_today(self.company)
        move = self.make_invoice(
            invoice_date=today - timedelta(days=9), invoice_payment_term_id=False
        )
        move.invoice_date_due = today - timedelta(days=1)
        self.assert_found(move, "due_in_past", "warning")
        move.invoice_date_due = today
        self.assert_clean(move, "due_in_past")

    def test_credit_limit(self):
        """Odoo's own words of the credit limit."""
        self.company.account_use_credit_limit = True
        self.customer.write({"use_partner_credit_limit": True, "credit_limit": 5})
        self.assert_found(self.make_invoice(), "credit_limit", "warning")

    def test_bad_debtor(self):
        """A customer who does not pay."""
        self.customer.trust = "bad"
        self.assert_found(self.make_invoice(), "bad_debtor", "warning")

    def test_address_incomplete(self):
        """An invoice has to have the customer's address."""
        self.customer.write({"city": False, "zip": False})
        found = self.assert_found(self.make_invoice(), "address_incomplete", "warning")
        self.assertEqual(found.value, "zip, city")

    def test_bank_account_missing(self):
        """Who pays by transfer has to know whereto."""
        move = self.make_invoice(partner_bank_id=False)
        self.assert_found(move, "bank_account_missing", "warning")

    def test_without_customer(self):
        """A draft that has nothing yet has findings, no errors of the program."""
        move = self.env["account.move"].create({"move_type": "out_invoice"})
        self.assertIn("total_zero", self.find(move))
