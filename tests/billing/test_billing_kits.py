from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...compat import product_kind
from .common import BillingCommon


@tagged("post_install", "-at_install", "coopcycle_with_other_modules")
class TestBillingKits(BillingCommon):
    """Kits and dropshipping of Odoo's own modules, where they are installed: 4.46."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_policy()

    def make_kit(self):
        """Make a kit of one A and two B."""
        if "mrp.bom" not in self.env:
            self.skipTest("mrp.bom is not installed")
        kit = self.make_product("Kit", 30)
        parts = [self.make_product(name, 1, **product_kind("product")) for name in "AB"]
        self.su["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": count})
                    for part, count in zip(parts, (1, 2), strict=True)
                ],
            }
        )
        return kit

    def test_kits(self):
        """4.46: of kits those are billed that are complete."""
        order = self.sell(3, product=self.make_kit())
        self.deliver(order, 2, 3)
        self.assertEqual(self.billed(self.bill(order)), {"Kit": 1})
        self.deliver(order)
        self.assertEqual(self.billed(self.bill(order)), {"Kit": 3})
        line = self.decisions(order).line_ids
        self.assertEqual(len(line.stock_move_id), 4)

    def test_part_of_a_job(self):
        """3.46: what leaves the stock as several products is no part of a job."""
        job = self.su["billing.service.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "technician_ids": [Command.set(self.manager.ids)],
                "date_planned": "2026-01-02 08:00:00",
                "report": "<p>Done</p>",
                "part_ids": [
                    Command.create(
                        {"product_id": self.make_kit().id, "used_quantity": 1}
                    )
                ],
            }
        )
        job.action_schedule()
        job.action_start()
        job.action_validate_report()
        job.action_validate_parts()
        with self.assertRaisesRegex(UserError, "Kit leaves the stock as several"):
            job.action_done()
        quotation = self.sell(1, product=job.part_ids.product_id)
        self.assertFalse(quotation._billing_prepare_service_vals()["part_ids"])
        job.sale_order_id = quotation
        with self.assertRaisesRegex(UserError, "take it off the job"):
            job.action_done()

    def test_incomplete(self):
        """4.46: as long as a part is missing, nothing is."""
        order = self.sell(1, product=self.make_kit())
        self.deliver(order, 1, 0)
        self.assertFalse(self.bill(order))
        self.deliver(order)
        self.assertEqual(self.billed(self.bill(order)), {"Kit": 1})

    def test_returned(self):
        """4.46: a kit that came back is credited once, and billed when replaced."""
        order = self.sell(2, product=self.make_kit())
        picking = self.deliver(order)
        self.bill(order)
        back = self.send_back(picking, 1, 2)
        self.run_all()
        note = self.invoices(order, "out_refund")
        self.assertEqual(self.billed(note), {"Kit": 1})
        self.approve(note)
        self.sweep()
        self.assertEqual(self.billed(self.bill(order)), {"Kit": 2})
        self.send_back(back, 1, 2)
        self.assertEqual(self.billed(self.bill(order)), {"Kit": 3})

    def test_dropshipping(self):
        """4.46: what the vendor delivers is billed as it leaves there."""
        route = self.env.ref(
            "stock_dropshipping.route_drop_shipping", raise_if_not_found=False
        )
        if not route:
            self.skipTest("stock_dropshipping is not installed")
        vendor = self.su["res.partner"].create({"name": "Vendor"})
        product = self.make_product(
            "Piano",
            900,
            route_ids=[Command.link(route.id)],
            seller_ids=[Command.create({"partner_id": vendor.id, "price": 1})],
        )
        self.su["billing.policy"].search([]).warehouse_ids = self.warehouse
        order = self.sell(2, product=product)
        purchase = self.su["purchase.order"].search([("partner_id", "=", vendor.id)])
        purchase.button_confirm()
        self.deliver(order)
        self.assertEqual(self.billed(self.bill(order)), {"Piano": 2})
