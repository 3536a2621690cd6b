from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import MagentoCommon

REFUSAL = UserError("Not this one")


@tagged("post_install", "-at_install")
class TestMagentoOrdersChanges(MagentoCommon):
    """What happens in Magento after an order came in."""

    def import_two(self, **terms):
        order = self.place(**terms)
        return order, self.import_placed(order)

    # Cancelled

    def test_cancelled(self):
        """What is neither delivered nor invoiced is cancelled here, without asking."""
        order, sale = self.import_two()
        self.cancel(order)
        log = self.run_import()
        self.assertEqual(sale.state, "cancel")
        self.assertEqual(sale.picking_ids.state, "cancel")
        self.assertIn("cancelled here", self.messages(log))
        self.assertFalse(sale.activity_ids)

    def test_cancelled_and_locked(self):
        order, sale = self.import_two()
        sale.action_lock()
        self.cancel(order)
        self.run_import()
        self.assertEqual(sale.state, "cancel")

    def test_cancelled_after_delivery(self):
        """One activity, once, also if it is done or the order changes again."""
        order, sale = self.import_two()
        self.deliver(sale)
        self.cancel(order)
        self.run_import()
        self.assertEqual(sale.state, "sale")
        self.assertEqual(len(sale.activity_ids), 1)
        self.assertEqual(sale.activity_ids.user_id, self.manager)
        self.change(order)
        self.run_import()
        self.assertEqual(len(sale.activity_ids), 1)
        sale.activity_ids.action_done()
        self.change(order)
        self.run_import()
        self.assertFalse(sale.activity_ids)

    def test_cancelled_after_invoice(self):
        order, sale = self.import_two()
        sale._create_invoices().action_post()
        self.cancel(order)
        self.run_import()
        self.assertEqual((sale.state, len(sale.activity_ids)), ("sale", 1))

    def test_cancelled_with_draft_invoice(self):
        order, sale = self.import_two()
        invoice = sale._create_invoices()
        self.cancel(order)
        self.run_import()
        self.assertEqual((sale.state, invoice.state), ("cancel", "cancel"))

    def test_cancelled_before_it_came_in(self):
        order = self.place()
        self.cancel(order)
        sale = self.import_placed(order)
        self.assertEqual(sale.state, "cancel")

    def test_closed(self):
        """All money was given back before anything went out: nothing goes out."""
        order, sale = self.import_two()
        self.change(order, state="closed")
        self.run_import()
        self.assertEqual(sale.state, "cancel")

    def test_closed_after_delivery(self):
        order, sale = self.import_two()
        self.deliver(sale)
        self.change(order, state="closed")
        self.run_import()
        self.assertEqual(sale.state, "sale")

    # On hold

    def stock(self, sku, quantity):
        product = self.product(sku)
        location = (
            self.su["stock.warehouse"]
            .search([("company_id", "=", self.company.id)], limit=1)
            .lot_stock_id
        )
        self.su["stock.quant"]._update_available_quantity(product, location, quantity)

    def test_hold(self):
        """On hold nothing is delivered, and nothing reserved anew."""
        self.stock("SKU-001", 1)
        order, sale = self.import_two()
        self.assertEqual(sale.picking_ids.state, "assigned")
        sale.picking_ids.do_unreserve()
        self.hold(order)
        self.run_import()
        picking = sale.picking_ids
        self.assertTrue(sale.magento_on_hold and picking.magento_on_hold)
        picking.move_ids._action_assign()
        self.assertEqual(picking.state, "confirmed")
        with self.assertRaisesRegex(UserError, "on hold in Magento. Resolution"):
            picking.button_validate()
        with self.assertRaisesRegex(UserError, "on hold"):
            picking._action_done()
        self.release(order)
        self.run_import()
        self.assertFalse(sale.magento_on_hold)
        self.assertEqual(picking.state, "assigned")
        self.deliver(sale)
        self.assertEqual(picking.state, "done")

    def test_hold_of_others(self):
        """An order on hold holds no other one."""
        order, _sale = self.import_two()
        _other, free = self.import_two()
        self.hold(order)
        self.run_import()
        self.deliver(free)
        self.assertEqual(free.picking_ids.state, "done")

    def test_new_on_hold(self):
        """A new order on hold is confirmed when it is released."""
        order = self.place()
        self.hold(order)
        sale = self.import_placed(order)
        self.assertEqual(sale.state, "draft")
        self.assertTrue(sale.magento_on_hold)
        self.release(order)
        self.run_import()
        self.assertEqual(sale.state, "sale")

    # Edited, moved, paid

    def test_edited(self):
        """The new order is linked to the old one, which is cancelled."""
        old, old_sale = self.import_two()
        new = self.place(
            ("SKU-001", 2),
            fields={
                "relation_parent_id": old["entity_id"],
                "increment_id": f"{old['increment_id']}-1",
            },
        )
        self.cancel(old)
        self.run_import()
        sale = self.sale(new)
        self.assertEqual(sale.name, f"{old['increment_id']}-1")
        self.assertEqual(sale.magento_edited_from_id, old_sale)
        self.assertEqual((old_sale.state, sale.state), ("cancel", "sale"))

    def test_address(self):
        """Another delivery address is used, on open deliveries too."""
        order, sale = self.import_two()
        before = sale.partner_shipping_id
        done = sale.picking_ids.copy({"partner_id": before.id})
        done.state = "done"
        order["_shipping_address"] |= {"street": ["9 rue Neuve"], "postcode": "69001"}
        self.change(order)
        self.run_import()
        self.assertEqual(sale.partner_shipping_id.street, "9 rue Neuve")
        self.assertEqual(sale.partner_invoice_id, before)
        going_out = sale.picking_ids - done
        self.assertEqual(going_out.partner_id, sale.partner_shipping_id)
        self.assertEqual(done.partner_id, before)
        self.assertFalse(sale.activity_ids)

    def test_address_corrected_here(self):
        """What was corrected here stays, as long as Magento's address does."""
        order, sale = self.import_two()
        sale.partner_shipping_id.street = "12 bis rue de la Paix"
        other = self.su["res.partner"].create({"name": "Accounting"})
        sale.partner_invoice_id = other
        self.pay(order)
        self.run_import()
        self.assertEqual(sale.partner_shipping_id.street, "12 bis rue de la Paix")
        self.assertEqual(sale.partner_invoice_id, other)
        self.assertEqual(sale.magento_total_paid, order["grand_total"])

    def test_paid_later(self):
        """An unpaid order whose method waits for money comes in when it is there."""
        method = self.connection.payment_method_ids
        method.filtered(lambda each: each.code == "checkmo").import_rule = "paid"
        order, sale = self.import_two()
        self.assertFalse(sale)
        self.pay(order)
        self.assertEqual(self.import_placed(order).state, "sale")

    def test_changed_within_a_second(self):
        """Magento counts changes by the second: two of them look alike."""
        order, sale = self.import_two()
        order["status"] = "almost_there"
        self.run_import()
        self.assertEqual(sale.magento_status, "almost_there")

    def test_refresh(self):
        """One order is read again by hand."""
        order, sale = self.import_two()
        other, other_sale = self.import_two()
        order["status"] = other["status"] = "another"
        sale.with_env(self.env).action_magento_refresh()
        self.assertEqual(sale.magento_status, "another")
        self.assertEqual(other_sale.magento_status, "pending")
        with self.assertRaises(UserError):
            self.su["sale.order"].create(
                {"partner_id": sale.partner_id.id}
            ).action_magento_refresh()

    def test_change_that_fails(self):
        """An order whose change Odoo refuses waits, and blocks nobody."""
        order, sale = self.import_two()
        others = [self.import_two() for _number in range(3)]
        for each in (order, *(other for other, _sale in others)):
            self.cancel(each)
        sale_class = type(sale)
        cancel = sale_class._action_cancel

        def refuse(sales):
            if sale in sales:
                raise REFUSAL
            return cancel(sales)

        with patch.object(sale_class, "_action_cancel", refuse):
            log = self.run_import()
        self.assertEqual((sale.state, sale.magento_state), ("sale", "new"))
        self.assertEqual({other.state for _order, other in others}, {"cancel"})
        self.assertIn("Not this one", self.messages(log, "error"))
        self.assertEqual(log.state, "partial")
        self.assertEqual(self.document(order).sale_order_id, sale)
        with mute_logger("odoo.addons.coopcycle_magento"):
            self.run_import()
        self.assertEqual(sale.state, "cancel")
        self.assertEqual(self.document(order).sync_state, "done")
