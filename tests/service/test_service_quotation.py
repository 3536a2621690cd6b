from odoo import Command
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import tagged

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestServiceQuotation(ServiceCommon):
    """Visits of a confirmed quotation."""

    def quote(self, hours=5, lamps=4, **vals):
        order = self.sell(
            hours,
            product=self.labour,
            user_id=self.su.ref("base.user_admin").id,
            **vals,
        )
        if lamps:
            order.order_line = [
                Command.create(
                    {"product_id": self.product.id, "product_uom_qty": lamps}
                )
            ]
        return order

    def visit(self, quotation, hours, lamps):
        """Return a visit that is done."""
        seller = quotation.with_user(self.seller)
        action = seller.action_billing_create_service_order()
        order = self.su["billing.service.order"].browse(action["res_id"])
        order.write(
            {
                "technician_ids": [Command.set(self.anna.ids)],
                "date_planned": "2026-01-02 08:00:00",
                "report": "<p>Done</p>",
                "hours_ids": [
                    Command.create({"technician_id": self.anna.id, "duration": hours})
                ],
            }
        )
        order.part_ids.used_quantity = lamps
        order.with_user(self.dispatcher).action_schedule()
        order.with_user(self.anna).action_start()
        return self.do(order)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user_of(
            "service_seller",
            "sales_team.group_sale_salesman_all_leads,"
            "coopcycle_magento.billing_group_dispatcher",
        )

    def test_two_visits(self):
        """3.44: both count on the quotation's lines, and each has its invoice."""
        quotation = self.quote()
        self.assertEqual(quotation.order_line[0].qty_delivered_method, "service_order")
        native = quotation.picking_ids
        self.assertEqual(native.move_ids.product_uom_qty, 4)
        first = self.visit(quotation, 3, 1)
        self.assertEqual(first.subject, "Labour")
        self.assertEqual(first.part_ids.planned_quantity, 4)
        self.assertEqual(quotation.order_line.mapped("qty_delivered"), [3, 1])
        self.assertEqual(native.move_ids.product_uom_qty, 3)  # no more to deliver
        self.assertEqual(first.planned_hours, 5)
        second = self.visit(quotation, 2.5, 3)
        self.assertEqual(second.planned_hours, 2)
        self.assertEqual(quotation.order_line.mapped("qty_delivered"), [5.5, 4])
        self.assertEqual(native.state, "cancel")
        self.assertEqual(self.quantity_in(self.van), 6)
        self.assertEqual(quotation.billing_service_order_count, 2)
        drafts = self.create_invoice(first) | self.create_invoice(second)
        self.assertEqual(len(drafts), 2)
        self.assertEqual(self.billed(drafts[0]), {"Labour": 3.0, "Lamp": 1.0})
        self.assertEqual(self.billed(drafts[1]), {"Labour": 2.5, "Lamp": 3.0})
        self.assertIn("service_anna", drafts[0].invoice_line_ids[0].name)
        self.assertEqual(quotation.order_line.mapped("qty_invoiced"), [5.5, 4])

    def test_price_of_the_quotation(self):
        """3.10: price, discount and taxes are those that were agreed."""
        quotation = self.quote(2, 0)
        quotation.order_line.write({"price_unit": 44, "discount": 10})
        visit = self.visit(quotation, 2, 0)
        [line] = self.create_invoice(visit).invoice_line_ids
        self.assertRecordValues(
            line,
            [{"price_unit": 44, "discount": 10, "quantity": 2, "price_subtotal": 79.2}],
        )
        self.assertEqual(line.tax_ids, self.company_data["default_tax_sale"])

    def test_delivered_before(self):
        """3.46: what the quotation's own delivery brought does not leave again."""
        quotation = self.quote()
        self.put_in_stock(self.product, self.stock, 4)
        delivery = self.deliver(quotation)
        visit = self.visit(quotation, 1, 0)
        self.assertFalse(visit.part_ids)  # nothing is left to be planned
        other = self.quote()
        second = self.visit(other, 1, 2)
        self.assertEqual(len(second.picking_ids), 1)
        third = self.plan(
            sale_order_id=quotation.id,
            parts=(4,),
            hours=(),
            technician_ids=[Command.set(self.anna.ids)],
        )
        before = self.quantity_in(self.van)
        self.do(third)
        self.assertFalse(third.picking_ids)
        self.assertEqual(third.part_ids.stock_move_id, delivery.move_ids)
        self.assertEqual(self.quantity_in(self.van), before)
        draft = self.create_invoice(third)
        self.assertEqual(self.billed(draft), {"Lamp": 4.0})
        self.assertEqual(delivery.billing_move_ids, draft)

    def test_delivered_before_in_parts(self):
        """3.46: of several deliveries, and of what came back, the rest alone leaves."""
        self.make_policy(event_delivery=True)
        self.put_in_stock(self.product, self.stock, 10)
        quotation = self.quote(0.5, 6)
        deliveries = self.deliver(quotation, 2) | self.deliver(quotation, 3)
        self.send_back(deliveries[1], 1)
        first = self.visit_again(quotation, 3)
        self.assertFalse(first.picking_ids)
        self.assertEqual(first.part_ids.before_quantity, 3)
        visit = self.visit_again(quotation, 3)
        self.assertEqual(visit.part_ids.before_quantity, 1)
        self.assertEqual(visit.picking_ids.move_ids.quantity, 2)
        self.assertEqual(quotation.order_line[1].qty_delivered, 6)
        open_moves = quotation.order_line[1].move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        self.assertFalse(open_moves)
        self.assertEqual(self.billed(self.create_invoice(first)), {"Lamp": 3.0})
        self.assertEqual(self.billed(self.create_invoice(visit)), {"Lamp": 3.0})
        claimed = (first | visit).decision_ids.line_ids.stock_move_id
        self.assertEqual(claimed.picking_id, deliveries | visit.picking_ids)
        self.run_all()
        self.assertEqual(quotation.order_line[1].qty_invoiced, 6)

    def visit_again(self, quotation, lamps):
        """Return a job of a quotation at which lamps alone were used."""
        order = self.plan(
            sale_order_id=quotation.id,
            parts=(lamps,),
            hours=(),
            technician_ids=[Command.set(self.anna.ids)],
        )
        return self.do(order)

    def test_reopened(self):
        """3.46: the order delivers again what the job took from its delivery."""
        for steps in ("ship_only", "pick_ship"):
            self.warehouse.delivery_steps = steps
            self.put_in_stock(self.product, self.stock, 4)
            quotation = self.quote(0.5, 4)
            quotation.locked = True
            line = quotation.order_line[1]
            visit = self.visit_again(quotation, 3)
            self.assertEqual(self.open_quantities(line), {1.0}, steps)
            visit.with_user(self.manager).reopen("Forgotten")
            self.assertEqual(line.qty_delivered, 0, steps)
            open_moves = line.move_ids.filtered(
                lambda move: move.state not in ("done", "cancel")
            )
            at_last = open_moves.filtered(lambda move: not move.move_dest_ids)
            self.assertEqual(sum(at_last.mapped("product_uom_qty")), 4, steps)
            self.do(visit)
            self.assertEqual(self.open_quantities(line), {1.0}, steps)
            self.assertEqual(line.qty_delivered, 3, steps)
            self.assertTrue(quotation.locked)

    def open_quantities(self, line):
        open_moves = line.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        while origins := open_moves.move_orig_ids - open_moves:
            open_moves |= origins
        steps = open_moves.grouped("location_dest_id").values()
        return {sum(moves.mapped("product_uom_qty")) for moves in steps}

    def test_more_than_was_ordered(self):
        """3.01, 3.44: what was used beyond the quotation is billed, on order or not."""
        self.product.invoice_policy = "order"
        self.labour.invoice_policy = "order"
        quotation = self.quote(2, 1)
        visit = self.visit(quotation, 3, 4)
        draft = self.create_invoice(visit)
        self.assertEqual(self.billed(draft), {"Labour": 3.0, "Lamp": 4.0})
        advance = self.quote(2, 0)
        first = advance._create_invoices()
        visit = self.visit(advance, 3, 0)
        self.assertEqual(visit.invoice_state, "to_invoice")
        second = self.create_invoice(visit) - first
        self.assertEqual(self.billed(second), {"Labour": 1.0})

    def test_billed_from_the_order(self):
        """3.09: what somebody billed from the sale order is not billed again."""
        quotation = self.quote(3, 0)
        visit = self.visit(quotation, 3, 0)
        invoice = quotation._create_invoices()
        with self.assertRaises(UserError) as refused:
            visit.with_user(self.biller).action_create_invoice()
        self.assertIn("Billed already", str(refused.exception))
        self.assertEqual(quotation.invoice_ids, invoice)
        refusals = {"draft": UserError, "posted": RedirectWarning}
        for state, refusal in refusals.items():
            visit.invalidate_recordset()
            self.assertEqual(visit.invoice_state, state)
            self.assertEqual(visit.invoice_ids, invoice)
            with self.assertRaises(refusal):
                visit.with_user(self.manager).reopen("Forgotten")
            if invoice.state == "draft":
                invoice.action_post()
        self.assertEqual(invoice.billing_service_order_ids, visit)
        other = self.visit(quotation, 2, 0)
        self.assertEqual(other.invoice_state, "to_invoice")
        self.assertEqual(self.billed(self.create_invoice(other)), {"Labour": 2.0})
        visit.invalidate_recordset()
        self.assertEqual(visit.invoice_state, "posted")
        self.credit(invoice).action_post()
        visit.invalidate_recordset()
        self.assertEqual(visit.invoice_state, "credited")
        self.assertFalse(visit.may_bill_again)
        with self.assertRaisesRegex(UserError, "invoice the sale order"):
            visit.action_bill_again()

    def test_visit_after_a_cancelled_one(self):
        """3.30, 3.44: what was credited and cancelled takes nothing from the others."""
        quotation = self.quote(10, 0)
        first, early = self.visit(quotation, 4, 0), self.visit(quotation, 3, 0)
        invoice = self.create_invoice(first)
        invoice.action_post()
        self.credit(invoice).action_post()
        first.with_user(self.dispatcher).action_cancel()
        late = self.visit(quotation, 5, 0)
        for visit, hours in ((early, 3.0), (late, 5.0)):
            visit.invalidate_recordset()
            self.assertEqual(visit.invoice_state, "to_invoice")
            self.assertEqual(self.billed(self.create_invoice(visit)), {"Labour": hours})

    def quote_twice(self):
        """Return a quotation of 1 h at 80 and 3 h at 50, 2 lamps at 12 and 3 at 5."""
        quotation = self.quote(1, 2)
        lines = quotation.order_line
        quotation.order_line = [
            Command.create(
                {
                    "product_id": line.product_id.id,
                    "product_uom_qty": 3,
                    "price_unit": price,
                }
            )
            for line, price in zip(lines, (50, 5), strict=True)
        ]
        lines[0].price_unit, lines[1].price_unit = 80, 12
        return quotation

    def test_product_on_two_lines(self):
        """3.10, 3.44: each line has its own price, and no more than was ordered."""
        quotation = self.quote_twice()
        lines = quotation.order_line.grouped("product_id")
        labour, lamps = lines[self.labour], lines[self.product]
        visit = self.visit(quotation, 4, 0)
        self.assertEqual(visit.part_ids.mapped("planned_quantity"), [2, 3])
        self.assertEqual(labour.mapped("qty_delivered"), [1, 3])
        self.assertEqual(self.create_invoice(visit).amount_untaxed, 230)
        self.assertEqual(sum(visit.hours_ids.mapped("duration")), 4)
        self.deliver(quotation, 2, 0)
        action = quotation.with_user(self.seller).action_billing_create_service_order()
        planned = self.su["billing.service.order"].browse(action["res_id"]).part_ids
        self.assertEqual(planned.mapped("planned_quantity"), [3])
        planned.used_quantity = 1
        planned.order_id.write(
            {
                "technician_ids": [Command.set(self.anna.ids)],
                "date_planned": "2026-01-02 08:00:00",
                "report": "<p>Done</p>",
            }
        )
        planned.order_id.with_user(self.dispatcher).action_schedule()
        planned.order_id.with_user(self.anna).action_start()
        self.do(planned.order_id)  # what was delivered before is not what was planned
        self.assertEqual((planned.sale_line_id, planned.before_quantity), (lamps[1], 0))
        brought = self.quote_twice()
        self.put_in_stock(self.product, self.stock, 5)
        self.deliver(brought, 2, 3)
        own = self.visit_again(brought, 5)
        self.assertFalse(own.picking_ids)
        self.assertEqual(own.part_ids.mapped("used_quantity"), [2, 3])
        self.assertEqual(self.create_invoice(own).amount_untaxed, 39)

    def test_who_may(self):
        """3.44: dispatchers make visits, of confirmed quotations, and only of those."""
        quotation = self.quote()
        salesman = self.make_user_of(
            "service_salesman", "sales_team.group_sale_salesman_all_leads"
        )
        with self.assertRaises(AccessError):
            quotation.with_user(salesman).action_billing_create_service_order()
        draft = quotation.copy()
        with self.assertRaises(UserError):
            draft.with_user(self.seller).action_billing_create_service_order()
        unconfirmed = self.plan(sale_order_id=draft.id)
        with self.assertRaises(UserError):
            self.do(unconfirmed)
        other = self.su["res.partner"].create({"name": "Other"})
        with self.assertRaises(UserError):
            self.plan(sale_order_id=quotation.id, partner_id=other.id)
