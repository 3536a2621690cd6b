from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..shared.versions import PERIOD_LOCK, forget_income_account
from .common import BillingCommon

DRAFTING = "odoo.addons.coopcycle_magento.models.billing.deciding.drafting"

REFUSAL = "Not on my watch."


@tagged("post_install", "-at_install")
class TestBillingBadInput(BillingCommon):
    """D3: what cannot be billed is held with cause and remedy; the others go on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy()

    def bill_beside(self, order):
        """Deliver and bill an order together with a good one; return the decision."""
        good = self.sell(2)
        for each in (order, good):
            self.deliver(each)
        self.run_all()
        self.assertEqual(self.billed(self.invoices(good)), {"Lamp": 2})
        self.assertEqual(self.invoices(good).state, "posted")
        return self.decisions(order)

    def assert_held(self, decision, *words):
        self.assertEqual(decision.state, "held", decision.reason)
        self.assertTrue(decision.error_code)
        for word in ("Resolution:", *words):
            self.assertIn(word, decision.last_error)

    @mute_logger("odoo.sql_db", DRAFTING)
    def test_no_account(self):
        """D3: a product without an account."""
        product = self.make_product("Strange", 5)
        product.categ_id = self.su["product.category"].create({"name": "None"})
        journal = self.company_data["default_journal_sale"].sudo()
        self.policy.journal_id = journal.copy({"name": "No account", "code": "NOACC"})
        self.policy.journal_id.default_account_id = False
        order = self.sell(1, product=product)
        forget_income_account(product, self.company)
        self.product.categ_id = self.su["product.category"].create(
            {
                "name": "Good",
                "property_account_income_categ_id": self.company_data[
                    "default_account_revenue"
                ].id,
            }
        )
        self.assert_held(self.bill_beside(order), "Strange")

    def test_archived(self):
        """D3: what was archived since is billed all the same."""
        product, customer = self.make_product("Old", 5), self.customer.copy()
        order = self.sell(1, product=product, partner_id=customer.id)
        product.active = False
        customer.active = False
        decision = self.bill_beside(order)
        self.assertEqual(decision.state, "posted", decision.reason)

    def test_deleted_order(self):
        """D3: an order that is gone leaves nothing to bill."""
        order = self.sell(1)
        decision = self.su["billing.decision"].browse(
            self.su["billing.decision"]._record(
                [order._billing_get_event(fields.Datetime.now())], "user"
            )
        )
        order.with_context(disable_cancel_warning=True).action_cancel()
        order.unlink()
        self.run_all()
        self.assertRecordValues(
            decision, [{"state": "skipped", "reason_code": "order_gone"}]
        )

    def test_locked_period(self):
        """D3: an invoice whose day is locked is dated as Odoo does it, or held."""
        self.company[PERIOD_LOCK] = "2024-12-31"
        self.policy.write({"invoice_date": "event", "start_date": "2024-01-01"})
        order = self.sell(1)
        self.deliver(order)
        self.decisions(order).event_at = "2024-05-06 12:00:00"
        move = self.bill(order)
        self.assertGreater(str(move.date), "2024-12-31")

    def test_branch(self):
        """D3: a branch bills in the journal of the company above it."""
        branch = self.su["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.approver.sudo().company_ids |= branch
        warehouse = self.su["stock.warehouse"].search(
            [("company_id", "=", branch.id)], limit=1
        )
        policy = self.make_policy(company_id=branch.id)
        order = self.sell(1, company_id=branch.id, warehouse_id=warehouse.id)
        self.deliver(order)
        move = self.bill(order)
        self.assertEqual((move.company_id, move.state), (branch, "posted"))
        self.assertEqual(move.journal_id.company_id, self.company)
        self.assertEqual(move.journal_id, policy._get_journal())

    def test_no_sales_journal(self):
        """D3: a company that has no sales journal."""
        company = self.su["res.company"].create({"name": "New"})
        self.approver.sudo().company_ids |= company
        self.su["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        ) or self.su["stock.warehouse"].create(
            {"name": "New", "code": "NEW", "company_id": company.id}
        )
        warehouse = self.su["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        self.make_policy(company_id=company.id)
        product = self.make_product("Here", 5, taxes_id=False)
        order = self.sell(
            1, product=product, company_id=company.id, warehouse_id=warehouse.id
        )
        self.assert_held(self.bill_beside(order), "New")

    def test_negative_quantities(self):
        """D3: an order that takes goods back is a credit note for a person."""
        order = self.sell(-2)
        self.deliver(order)
        self.run_all()
        note = self.invoices(order, "out_refund")
        self.assertRecordValues(note, [{"state": "draft", "amount_untaxed": 20}])

    def test_nothing_delivered(self):
        """D3: of a line of which nothing left, nothing is billed."""
        order = self.sell(2, 3)
        self.deliver(order, 0, 3)
        self.assertEqual(self.bill(order).invoice_line_ids.mapped("quantity"), [3])

    def test_refused_by_another_addon(self):
        """D3: whatever refuses one order, the others go on, and it is told."""
        order = self.sell(1)
        order.order_line.name = "REFUSED"
        moves = type(self.su["account.move.line"])
        create = moves.create

        def refuse(lines, vals_list):
            if any("REFUSED" in (vals.get("name") or "") for vals in vals_list):
                raise UserError(REFUSAL)
            return create(lines, vals_list)

        with patch.object(moves, "create", refuse):
            decision = self.bill_beside(order)
        self.assert_held(decision, REFUSAL)
        decision._try_again()
        self.assertEqual(self.billed(self.bill(order)), {"Lamp": 1})
        self.assertEqual(decision.attempt_count, 1)

    def test_scope(self):
        """4.12: a policy for a half of it holds it, the next policy takes it."""
        category = self.su["product.category"].create({"name": "Lights"})
        self.product.categ_id = category
        self.policy.category_ids = category
        order = self.sell(
            order_line=[
                Command.create({"product_id": product.id, "product_uom_qty": 1})
                for product in (self.product, self.on_order)
            ]
        )
        self.assert_held(self.bill_beside(order))
        self.make_policy(sequence=20)
        self.decisions(order)._try_again()
        self.assertEqual(self.billed(self.bill(order)), {"Lamp": 1, "Poster": 1})

    def test_journal_archived(self):
        """Whoever archives the journal of automation stops nothing but its posting."""
        journal = self.policy._get_journal()
        journal.active = False
        order = self.sell(1)
        self.deliver(order)
        self.run_all()
        self.assert_held(self.decisions(order), journal.name)
        journal.active = True
        self.decisions(order)._try_again()
        self.run_all()
        self.assertEqual(self.decisions(order).state, "posted")

    def test_journal_code_taken(self):
        """A journal of another kind that has its code is left alone."""
        self.su["account.journal"].create(
            {
                "name": "Cars",
                "code": "AUTO",
                "type": "purchase",
                "company_id": self.company.id,
            }
        )
        order = self.sell(1)
        self.deliver(order)
        self.run_all()
        self.assertEqual(self.invoices(order).journal_id.code, "AUTO1")
        self.assertEqual(self.policy._get_journal().code, "AUTO1")

    def test_cancelled_order(self):
        """An order that is cancelled meanwhile is billed once it is confirmed again."""
        order = self.sell(1)
        self.deliver(order)
        order._action_cancel()
        self.run_all()
        decision = self.decisions(order)
        self.assert_held(decision, order.name)
        self.assertFalse(order.invoice_ids)
        order.action_draft()
        order.action_confirm()
        decision._try_again()
        self.run_all()
        self.assertEqual(self.billed(self.invoices(order)), {"Lamp": 1})
