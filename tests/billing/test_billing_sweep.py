from odoo import Command
from odoo.tests import tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingSweep(BillingCommon):
    """By night it is found what nobody wrote down, once, and in scope alone."""

    def move_directly(self, order):
        """Deliver past the transfer, as code may do."""
        moves = order.picking_ids.move_ids
        for move in moves:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        moves._action_done()
        self.assertFalse(self.decisions(order))

    def test_past_the_transfer(self):
        """4.18, 4.64: what bypassed the hook is billed after the sweep."""
        self.make_policy()
        order = self.sell(3)
        self.move_directly(order)
        self.sweep()
        self.sweep()
        self.assertEqual(self.billed(self.bill(order)), {"Lamp": 3})
        self.assertEqual(self.decisions(order).trigger, "schedule")

    def test_before_there_was_a_policy(self):
        """4.64: so is what was delivered that day before, but nothing earlier."""
        order, old = self.sell(3), self.sell(4)
        self.deliver(order)
        self.deliver(old).date_done = "2024-01-01"
        self.make_policy()
        self.sweep()
        self.assertTrue(self.decisions(order))
        self.assertFalse(self.decisions(old))

    def test_first_day_where_the_company_is(self):
        """2.1: the first day begins at midnight where the company is."""
        self.company.partner_id.tz = "Asia/Tokyo"
        early, first = self.sell(3), self.sell(4)
        self.deliver(early).date_done = "2024-05-05 14:00:00"
        self.deliver(first).date_done = "2024-05-05 16:00:00"
        self.make_policy(start_date="2024-05-06")
        self.sweep()
        self.assertFalse(self.decisions(early))
        self.assertEqual(self.billed(self.bill(first)), {"Lamp": 4})

    def test_other_warehouse(self):
        """4.59: nothing is written down of warehouses that no policy is for."""
        other = self.su["stock.warehouse"].create(
            {"name": "Other", "code": "OTH", "company_id": self.company.id}
        )
        order = self.sell(3)
        self.deliver(order)
        self.make_policy(warehouse_ids=[Command.set(other.ids)])
        self.sweep()
        self.assertFalse(self.decisions(order))

    def test_returns(self):
        """4.64: a return that bypassed the hook is credited by a person."""
        order = self.sell(3)
        picking = self.deliver(order)
        self.make_policy()
        self.sweep()
        self.bill(order)
        self.su["billing.policy"].search([]).active = False
        self.send_back(picking, 1)
        self.su["billing.policy"].with_context(active_test=False).search(
            []
        ).active = True
        self.sweep()
        self.run_all()
        self.assertEqual(self.billed(self.invoices(order, "out_refund")), {"Lamp": 1})

    def test_orders(self):
        """4.02: a confirmation that was not written down is found, too."""
        order = self.sell(2, product=self.on_order)
        self.make_policy(event_order=True, event_delivery=False)
        self.sweep()
        self.assertEqual(self.billed(self.bill(order)), {"Poster": 2})

    def test_companies(self):
        """D4: each company's deliveries are billed by its own policies."""
        self.make_policy()
        company = self.company_data_2["company"].with_env(self.su)
        warehouse = self.su["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        tax = self.company_data_2["default_tax_sale"]
        product = self.make_product("There", 7, taxes_id=[Command.set(tax.ids)])
        order = self.sell(
            3, product=product, company_id=company.id, warehouse_id=warehouse.id
        )
        self.deliver(order)
        self.sweep()
        self.assertFalse(self.decisions(order))
        self.approver.sudo().company_ids |= company
        self.make_policy(company_id=company.id)
        self.sweep()
        move = self.bill(order)
        self.assertRecordValues(
            move, [{"company_id": company.id, "state": "posted", "amount_untaxed": 21}]
        )
        self.assertEqual(move.journal_id.company_id, company)

    def test_held_is_tried_again(self):
        """2.2: what was held is looked at again by night, and goes on."""
        category = self.su["product.category"].create({"name": "Lights"})
        other = self.make_product("Other", 5)
        self.product.categ_id = category
        policy = self.make_policy(category_ids=[Command.set(category.ids)])
        order = self.sell(
            order_line=[
                Command.create({"product_id": product.id, "product_uom_qty": 1})
                for product in (self.product, other)
            ]
        )
        self.deliver(order)
        self.assertFalse(self.bill(order))
        decision = self.decisions(order)
        self.assertRecordValues(
            decision, [{"state": "held", "error_code": "scope_partial"}]
        )
        self.assertIn("Resolution:", decision.reason)
        policy.category_ids = False
        self.sweep()
        self.assertEqual(self.billed(self.bill(order)), {"Lamp": 1, "Other": 1})
        self.assertFalse(decision.error_code)

    def test_lowered(self):
        """4.46: of a delivery that is lowered once it is billed, the rest is credited.

        What is raised again is billed again, each time the difference alone.
        """
        self.make_policy()
        order = self.sell(10)
        move = self.deliver(order).move_ids
        self.bill(order)
        for quantity, credited, billed in ((8, 2, 10), (7, 3, 10), (9, 3, 12)):
            move.quantity = quantity
            for _time in range(2):
                self.sweep()
                self.run_all()
            notes = self.invoices(order, "out_refund")
            self.assertEqual(self.billed(notes), {"Lamp": credited})
            self.assertEqual(set(notes.mapped("state")), {"draft"})
            self.assertEqual(self.billed(self.invoices(order)), {"Lamp": billed})
