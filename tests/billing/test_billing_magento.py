from odoo import Command
from odoo.tests import new_test_user, tagged

from ..magento.exporting.export_common import MagentoExportCommon
from .steps import BillingSteps


@tagged("post_install", "-at_install")
class TestBillingMagento(BillingSteps, MagentoExportCommon):
    """D6: what a shop sold is billed for what the shop charges, and once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.approver = new_test_user(
            cls.su,
            login="shop_approver",
            groups="base.group_user,coopcycle_magento.billing_group_approver",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.make_policy(user_id=cls.approver.id)

    def ship(self, sale, quantities=None):
        """Validate the open delivery; `quantities` are by SKU."""
        picking = sale.picking_ids.filtered(
            lambda each: each.state not in ("done", "cancel")
        )
        for move in picking.move_ids:
            sku = move.product_id.default_code
            move.quantity = (
                move.product_uom_qty if quantities is None else quantities.get(sku, 0)
            )
            move.picked = bool(move.quantity)
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    def assert_billed_as_in_the_shop(self, sale, order):
        moves = self.bill(sale)
        self.assertEqual(set(moves.mapped("state")), {"posted"}, self.why(sale))
        self.assertAlmostEqual(
            sum(moves.mapped("amount_total")), float(order["grand_total"]), 2
        )
        self.assertAlmostEqual(
            sum(moves.mapped("amount_tax")), float(order["tax_amount"]), 2
        )
        return moves

    def why(self, sale):
        decisions = self.su["billing.decision"].search(
            [("sale_order_id", "=", sale.id)]
        )
        return decisions.mapped("reason")

    def test_random_orders(self):
        """D6: the invoice comes to what the shop charges, whatever was sold."""
        self.add_rates()
        dollar = self.su.ref("base.USD")
        self.su["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "rate": 1.1}
        )
        orders = [self.place_random(seed) for seed in range(4)]
        self.run_import()
        for order in orders:
            sale = self.sale(order)
            self.ship(sale)
            self.assert_billed_as_in_the_shop(sale, order)

    def test_in_parts(self):
        """D6: so do the invoices of several deliveries together."""
        order = self.place(
            {"sku": "SKU-001", "qty": 7, "price": "3.33", "discount": "0.37"},
            {"sku": "SKU-003", "qty": 2},
            shipping_amount="4.99",
        )
        sale = self.import_placed(order)
        self.ship(sale, {"SKU-001": 3})
        self.bill(sale)
        self.ship(sale, {"SKU-001": 4, "SKU-003": 1})
        self.bill(sale)
        self.ship(sale)
        moves = self.assert_billed_as_in_the_shop(sale, order)
        self.assertEqual(len(moves), 3)

    def test_bundle(self):
        """D6: a bundle with one price is billed as its parts are delivered."""
        order = self.place("BUN-FIX-SEP")
        sale = self.import_placed(order)
        self.ship(sale)
        self.assert_billed_as_in_the_shop(sale, order)

    def test_virtual(self):
        """D6: what nobody delivers goes with the first invoice."""
        order = self.place({"sku": "SKU-001", "qty": 2}, {"sku": "VIRT-1", "qty": 1})
        sale = self.import_placed(order)
        self.ship(sale)
        self.assert_billed_as_in_the_shop(sale, order)

    def test_product_taxes(self):
        """D6: a fixed product tax goes with its item, part by part."""
        sale = self.import_one({"sku": "SKU-001", "qty": 4})
        line = sale.order_line.filtered(lambda line: line.magento_role == "product")
        charge = self.su["sale.order.line"].create(
            {
                "order_id": sale.id,
                "product_id": self.product("VIRT-1").id,
                "product_uom_qty": 8,
                "price_unit": 0.5,
                "magento_role": "product_tax",
                "magento_charged_item_id": line.magento_item_id,
                "magento_quantity": 8,
            }
        )
        self.ship(sale, {"SKU-001": 3})
        self.bill(sale)
        self.assertEqual(charge.qty_invoiced, 6)
        self.ship(sale)
        self.bill(sale)
        self.assertEqual(charge.qty_invoiced, 8)

    def test_is_exported(self):
        """D6: an invoice that automation makes is exported as any other."""
        order = self.place({"sku": "SKU-001", "qty": 3})
        sale = self.import_placed(order)
        self.ship(sale, {"SKU-001": 2})
        move = self.bill(sale)
        self.export()
        self.assertEqual(self.state(move), "done")
        self.assertEqual(self.invoiced(order), [{"SKU-001": 2}])

    def test_shop_makes_invoices(self):
        """D6: what the shop billed itself is billed by nobody else."""
        policy = self.su["billing.policy"].search([])
        policy.magento_connection_ids = self.connection
        self.assertFalse(policy.shop_warning)
        self.connection.import_invoices = "posted"
        policy.invalidate_recordset()
        self.assertIn(self.connection.name, policy.shop_warning)
        order = self.place({"sku": "SKU-001", "qty": 3}, paid=True)
        sale = self.import_placed(order)
        self.connection.run_operation("import_invoices")
        known = self.invoices(sale)
        self.assertAlmostEqual(known.amount_total, float(order["grand_total"]), 2)
        self.ship(sale)
        self.assertEqual(self.bill(sale), known)

    def test_shop_bills_afterwards(self):
        """D6: nor is what automation billed first billed by the shop's own invoice."""
        self.connection.import_invoices = "posted"
        order = self.place({"sku": "SKU-001", "qty": 3})
        sale = self.import_placed(order)
        self.ship(sale)
        known = self.bill(sale)
        self.simulator.admin.invoice(order["entity_id"])
        self.connection.run_operation("import_invoices")
        self.assertEqual(self.invoices(sale), known)

    def test_connection_in_scope(self):
        """4.59: a policy for one shop takes that shop's orders alone."""
        self.su["billing.policy"].search([]).magento_connection_ids = self.connection
        sale = self.import_one()
        self.ship(sale)
        self.assertTrue(self.bill(sale))

    def test_return(self):
        """D6: what comes back is credited at the shop's price, naming its invoice."""
        order = self.place({"sku": "SKU-001", "qty": 4, "price": "3.33"})
        sale = self.import_placed(order)
        picking = self.ship(sale)
        move = self.bill(sale)
        self.send_back(picking, 2)
        self.run_all()
        note = self.invoices(sale, "out_refund")
        line = sale.order_line.filtered(lambda each: each.magento_role == "product")
        self.assertRecordValues(
            note, [{"state": "draft", "reversed_entry_id": move.id}]
        )
        self.assertAlmostEqual(note.amount_total, line.magento_row_total / 2, 2)
