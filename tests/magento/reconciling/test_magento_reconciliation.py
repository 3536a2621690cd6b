from datetime import date, timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ....compat import create_return
from ..common import MagentoCommon

US = {"country_id": "US", "region_code": "CA", "postcode": "90210"}


class ReconciliationCommon(MagentoCommon):
    """Orders of the last days, and what both sides did with them."""

    def reconcile(self, connection=None, user=None, **days):
        """Compare the orders of yesterday to tomorrow."""
        today = fields.Date.today()
        days = {
            "date_from": today - timedelta(days=1),
            "date_to": today + timedelta(days=1),
            **days,
        }
        wizard = (
            self.env["magento.reconciliation.wizard"]
            .with_user(user or self.clerk)
            .create(
                {
                    "connection_id": (connection or self.connection).id,
                    "period": "days",
                    **days,
                }
            )
        )
        action = wizard.action_reconcile()
        found = self.env["magento.reconciliation"].browse(action["res_id"])
        self.assertNotEqual(found.state, "failed", found.last_error)
        return found.with_user(user or self.clerk)

    def line(self, order, **days):
        """Return the only line, which is of an order of the shop."""
        line = self.reconcile(**days).line_ids
        self.assertEqual(line.mapped("magento_order_id"), [str(order["entity_id"])])
        return line

    def assert_equal_sides(self, count=1):
        found = self.reconcile()
        self.assertFalse(found.line_ids, found.line_ids.mapped("cause"))
        self.assertEqual((found.order_count, found.equal_count), (count, count))
        self.assertEqual(found.result, "equal")
        return found

    def assert_cause(self, line, code, *texts):
        self.assertEqual(line.cause_code, code, line.cause)
        for text in texts:
            self.assertIn(text, line.cause)

    # Odoo's side

    def invoice(self, sale, **quantities):
        """Post an invoice; of the quantities by SKU, if there are any."""
        move = sale._create_invoices()
        for line in move.invoice_line_ids if quantities else ():
            sku = line.product_id.default_code or ""
            line.quantity = quantities.get(sku.replace("-", "_"), 0)
        move.action_post()
        return move

    def credit(self, move):
        wizard = self.su["account.move.reversal"].create(
            {"move_ids": [Command.set(move.ids)], "journal_id": move.journal_id.id}
        )
        action = wizard.reverse_moves()
        note = self.su["account.move"].browse(action["res_id"])
        note.action_post()
        return note

    def give_back(self, picking):
        wizard = (
            self.su["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        for line in wizard.product_return_moves:
            line.quantity = line.move_id.quantity
        returned = create_return(wizard)
        for move in returned.move_ids:
            move.quantity = move.product_uom_qty
        returned.move_ids.picked = True
        returned._action_done()
        return returned


@tagged("post_install", "-at_install")
class TestMagentoReconciliation(ReconciliationCommon):
    """What counts as equal, and what as different."""

    def test_nothing_done_yet(self):
        """Orders that came in and nothing more are equal; one sentence says so."""
        for _number in range(3):
            self.place()
        self.run_import()
        found = self.assert_equal_sides(3)
        self.assertIn("all 3 orders are equal", found.conclusion)
        self.assertIn(self.clerk.name, found.conclusion)
        self.assertEqual(found.total_ids.order_count, 3)
        self.assertEqual(found.user_id, self.clerk)

    def test_everything_done_on_both_sides(self):
        """Invoiced, shipped and refunded, with a tax, a bundle, a variant, a dollar."""
        self.make_tax(8.25)
        self.connection.action_fetch_configuration()
        tee = {"sku": "TEE", "qty": 2, "variant": "TEE-S"}
        cart = ("SKU-001", tee, "BUN-DYN", "BUN-FIX-SEP", "VIRT-1")
        orders = [self.place(*cart), self.place("SKU-001", store="us", billing=US)]
        self.run_import()
        for order in orders:
            sale = self.sale(order)
            self.assert_state(sale, "sale")
            move = self.invoice(sale)
            self.deliver(sale)
            self.simulator.admin.invoice(order["entity_id"])
            self.simulator.admin.ship(order["entity_id"])
            self.assertFalse(sale.magento_total_difference)
            self.assertTrue(move)
        self.assert_equal_sides(2)
        for order in orders:
            self.credit(self.sale(order).invoice_ids)
            self.simulator.admin.refund(order["entity_id"])
        found = self.assert_equal_sides(2)
        totals = {total.currency_id.name: total for total in found.total_ids}
        self.assertEqual(set(totals), {"EUR", "USD"})
        for order in orders:
            total = totals[order["order_currency_code"]]
            amount = float(order["grand_total"])
            self.assertAlmostEqual(total.amount_ordered, amount)
            self.assertAlmostEqual(total.amount_invoiced, amount)
            self.assertAlmostEqual(total.amount_refunded, amount)
        self.assertEqual(totals["USD"].qty_shipped, 1)

    def test_parts_on_both_sides(self):
        order = self.place(("SKU-001", 3), ("SKU-002", 2), shipping_amount=0)
        sale = self.import_placed(order)
        first, second = order["items"]
        self.invoice(sale, SKU_001=2, SKU_002=1)
        self.simulator.admin.invoice(
            order["entity_id"], {first["item_id"]: 2, second["item_id"]: 1}
        )
        self.assert_equal_sides()

    def test_other_item_of_equal_sums(self):
        """One piece of A here and one of B there are no equal order."""
        order = self.place(
            {"sku": "SKU-001", "price": 10}, {"sku": "SKU-002", "price": 10}
        )
        sale = self.import_placed(order)
        self.invoice(sale, SKU_001=1)
        item_id = order["items"][1]["item_id"]
        self.simulator.admin.invoice(order["entity_id"], {item_id: 1})
        line = self.line(order)
        self.assertEqual(line.diff_qty_invoiced, 0)
        self.assertIn("SKU-001: invoiced 1 in Odoo, 0 in Magento", line.items)
        self.assertIn("SKU-002: invoiced 0 in Odoo, 1 in Magento", line.items)

    # Only one side has the order

    def test_not_in_odoo(self):
        order = self.place()
        line = self.line(order)
        self.assert_cause(line, "missing", "nothing holds it back")
        self.assertFalse(line.sale_order_id)
        self.assertEqual(line.magento_amount_ordered, float(order["grand_total"]))
        self.assertEqual(line.diff_qty_ordered, 1)
        self.assertEqual(line.increment_id, order["increment_id"])

    def test_waits_with_an_error(self):
        self.product("SKU-001").default_code = "other"
        order = self.place()
        self.run_import()
        line = self.line(order)
        self.assert_cause(line, "missing", "no product", "SKU-001", "Resolution")
        self.assertTrue(line.has_document)
        self.assertEqual(
            line.action_open_documents()["res_id"], self.document(order).id
        )

    def test_left_out_for_good(self):
        self.product("SKU-001").default_code = "other"
        order = self.place()
        self.run_import()
        self.document(order).action_skip()
        self.assert_cause(self.line(order), "left_out", "left this order out")

    def test_left_out_by_the_payment_rule(self):
        method = self.connection.payment_method_ids.filtered(
            lambda each: each.code == "checkmo"
        )
        order = self.place()
        method.import_rule = "never"
        self.run_import()
        self.assert_cause(self.line(order), "left_out", method.name, "never")
        method.import_rule = "paid"
        self.assert_cause(self.line(order), "left_out", "when they are paid")

    def test_left_out_by_state_and_date(self):
        order = self.place(state="payment_review")
        self.run_import()
        self.assert_cause(self.line(order), "left_out", "payment_review")
        self.connection.import_state_ids = self.env["magento.order.state"].search([])
        self.connection.import_since = fields.Datetime.now() + timedelta(hours=1)
        self.assert_cause(self.line(order), "left_out", "placed before")

    def test_store_that_is_left_out(self):
        """Its orders are not compared, and the sentence says so."""
        self.place(store="us", billing=US)
        store = self.connection.store_ids.filtered(lambda each: each.code == "us")
        store.import_orders = False
        found = self.assert_equal_sides(0)
        self.assertIn(store.name, found.conclusion)
        self.assertIn("no order was placed", found.conclusion)

    def test_canceled_there_and_never_here(self):
        """What is cancelled comes to nothing, as in Odoo."""
        order = self.place()
        self.cancel(order)
        self.assert_equal_sides()

    def test_not_in_magento(self):
        """The shop does not have the order any more: in the middle, and the last."""
        orders = [self.place() for _number in range(4)]
        self.run_import()
        for order in (orders[1], orders[3]):
            self.simulator.book.orders.remove(order["entity_id"])
        found = self.reconcile()
        self.assertEqual(set(found.line_ids.mapped("cause_code")), {"vanished"})
        gone = {str(orders[1]["entity_id"]), str(orders[3]["entity_id"])}
        self.assertEqual(set(found.line_ids.mapped("magento_order_id")), gone)
        self.assertEqual((found.order_count, found.equal_count), (4, 2))
        self.assertEqual(
            found.line_ids.sale_order_id, self.sale(orders[1]) | self.sale(orders[3])
        )

    def test_other_date_here(self):
        """Somebody changed the date in Odoo: Magento's own counts."""
        sale = self.import_one()
        sale.date_order = fields.Datetime.now() - timedelta(days=30)
        self.assert_equal_sides()
        long_ago = fields.Date.today() - timedelta(days=30)
        found = self.reconcile(date_from=long_ago, date_to=long_ago)
        self.assertFalse(found.line_ids)

    def test_days_are_those_of_the_user(self):
        """An order of half past ten at night, UTC, is placed the next day in Paris."""
        order = self.place()
        day = date(2026, 3, 10)
        self.change(order, created_at="2026-03-10 23:30:00")
        self.clerk.sudo().tz = "Europe/Paris"
        self.assertFalse(self.reconcile(date_from=day, date_to=day).line_ids)
        next_day = day + timedelta(days=1)
        found = self.reconcile(date_from=next_day, date_to=next_day)
        self.assertEqual(found.line_ids.magento_order_id, str(order["entity_id"]))
        self.assertEqual(found.time_zone, "Europe/Paris")

    # State

    def test_quotation_is_no_order(self):
        order = self.place()
        sale = self.import_placed(order)
        sale._magento_cancel()
        sale.action_draft()
        line = self.line(order)
        self.assert_cause(line, "not_confirmed", "quotation")
        self.assertEqual(line.odoo_amount_ordered, 0)

    def test_on_hold_on_both_sides(self):
        order = self.place()
        self.hold(order)
        self.import_placed(order)
        self.connection.import_state_ids = self.env["magento.order.state"].search([])
        self.run_import()
        self.assert_state(self.sale(order), "draft")
        self.assert_equal_sides()

    def test_canceled_on_one_side(self):
        here, there, both = self.place(), self.place(), self.place()
        self.run_import()
        for order in (here, both):
            self.sale(order)._magento_cancel()
        for order in (there, both):
            self.cancel(order)
        found = self.reconcile()
        codes = {line.magento_order_id: line.cause_code for line in found.line_ids}
        self.assertEqual(
            codes,
            {
                str(here["entity_id"]): "canceled_here",
                str(there["entity_id"]): "canceled_there",
            },
        )

    def test_closed_before_it_came_in(self):
        order = self.place(paid=True)
        self.simulator.admin.refund(order["entity_id"])
        self.connection.import_state_ids = self.env["magento.order.state"].search([])
        sale = self.import_placed(order)
        self.assert_state(sale, "cancel")
        self.assert_cause(
            self.line(order), "closed_there", "gave all of the money back"
        )

    def test_quantity_changed_here(self):
        order = self.place(("SKU-001", 2))
        sale = self.import_placed(order)
        sale.action_unlock()
        sale.order_line[0].product_uom_qty = 3
        line = self.line(order)
        self.assert_cause(line, "ordered", "1 pieces only in Odoo")

    # Invoices

    def test_not_exported_by_the_rule(self):
        order = self.place()
        move = self.invoice(self.import_placed(order))
        line = self.line(order)
        self.assert_cause(
            line, "not_exported", move.name, "are not exported", "checkmo".title()[:5]
        )
        self.assertEqual(line.diff_amount_invoiced, -float(order["grand_total"]))
        self.assertFalse(line.can_export)

    def test_not_exported_yet(self):
        """Export and compare again: one click."""
        self.connection.payment_method_ids.invoice_rule = "validate"
        order = self.place()
        move = self.invoice(self.import_placed(order))
        line = self.line(order)
        self.assert_cause(line, "not_exported", move.name, "next run")
        self.assertTrue(line.can_export)
        notice = line.action_export()
        self.assertEqual(notice["params"]["type"], "success", notice)
        self.assertEqual(line.state, "settled")
        self.assertEqual(line.reconciliation_id.result, "accepted")
        self.assertIn("settled since: 1", line.reconciliation_id.conclusion)
        self.assert_equal_sides()

    def test_export_failed_and_was_skipped(self):
        self.connection.payment_method_ids.invoice_rule = "validate"
        order = self.place()
        move = self.invoice(self.import_placed(order))
        self.hold(order)
        self.connection.run_operation("export_invoices")
        document = self.su["magento.document"].search([("move_id", "=", move.id)])
        self.assertTrue(document.last_error)
        line = self.line(order)
        self.assert_cause(
            line, "not_exported", move.name, "Failed", document.last_error
        )
        self.assertEqual(line.action_open_documents()["res_id"], document.id)
        document.write({"sync_state": "skipped", "waiting_reason": False})
        self.assert_cause(self.line(order), "not_exported", "Skipped")

    def test_too_old_to_be_exported(self):
        self.connection.payment_method_ids.invoice_rule = "validate"
        order = self.place()
        self.invoice(self.import_placed(order))
        later = fields.Date.today() + timedelta(days=2)
        self.connection.export_invoices_from = later
        self.assert_cause(self.line(order), "not_exported", "dated before")

    def test_invoiced_in_magento_only(self):
        order = self.place()
        sale = self.import_placed(order)
        self.simulator.admin.invoice(order["entity_id"])
        self.assert_cause(self.line(order), "not_invoiced", "create the invoice")
        sale._create_invoices()
        self.assert_cause(self.line(order), "not_invoiced", "1 invoice(s)", "drafts")

    def test_invoice_that_was_reversed_and_made_anew(self):
        """Where Magento knows neither of the pair, it counts as never made."""
        order = self.place()
        sale = self.import_placed(order)
        move = self.invoice(sale)
        wizard = self.su["account.move.reversal"].create(
            {"move_ids": [Command.set(move.ids)], "journal_id": move.journal_id.id}
        )
        again = self.su["account.move"].browse(wizard.modify_moves()["res_id"])
        again.action_post()
        self.assertEqual(move.payment_state, "reversed")
        self.simulator.admin.invoice(order["entity_id"])
        self.assert_equal_sides()

    def test_invoice_over_two_orders(self):
        """Each order has its share."""
        orders = [self.place("SKU-001"), self.place(("SKU-002", 2))]
        self.run_import()
        sales = self.sale(orders[0]) | self.sale(orders[1])
        sales.partner_invoice_id = sales[0].partner_invoice_id
        sales.partner_id = sales[0].partner_id
        sales._create_invoices().action_post()
        self.assertEqual(len(sales.invoice_ids), 1)
        for order in orders:
            self.simulator.admin.invoice(order["entity_id"])
        self.assert_equal_sides(2)

    def test_cent_of_a_part(self):
        """While a part is left to invoice, a cent is none: the last one settles it."""
        order = self.place(("SKU-001", 2), ("SKU-002", 2), shipping_amount=0)
        sale = self.import_placed(order)
        self.invoice(sale, SKU_001=1, SKU_002=1)
        items = {item["item_id"]: 1 for item in order["items"]}
        self.simulator.admin.invoice(order["entity_id"], items)
        invoiced = order["total_invoiced"]
        self.change(order, total_invoiced=round(invoiced + 0.02, 2))
        self.assert_equal_sides()
        self.change(order, total_invoiced=round(invoiced + 2, 2))
        self.assert_cause(self.line(order), "amounts")
        self.simulator.admin.invoice(order["entity_id"], items)
        self.invoice(sale)
        self.change(order, total_invoiced=round(order["grand_total"] + 0.02, 2))
        self.assert_cause(self.line(order), "rounding")

    def test_amounts_of_equal_quantities(self):
        """A cent is rounding; the shipping is named; more is neither."""
        for change, code in ((0.01, "rounding"), (5, "shipping"), (2, "amounts")):
            order = self.place("SKU-001", shipping_amount=5, shipping_taxes=[])
            sale = self.import_placed(order)
            move = sale._create_invoices()
            move.invoice_line_ids[0].tax_ids = False
            product = move.invoice_line_ids.filtered(
                lambda line: line.product_id.default_code == "SKU-001"
            )
            wanted = float(order["grand_total"]) - 5 + change
            product.write({"price_unit": wanted, "tax_ids": [Command.clear()]})
            move.action_post()
            self.simulator.admin.invoice(order["entity_id"])
            line = self.reconcile().line_ids.filtered(
                lambda each, o=order: each.magento_order_id == str(o["entity_id"])
            )
            self.assert_cause(line, code)
            self.assertAlmostEqual(line.diff_amount_invoiced, -change)
            self.assertFalse(line.items)

    # Shipments

    def test_shipped_here_only(self):
        order = self.place(("SKU-001", 2))
        self.deliver(self.import_placed(order))
        line = self.line(order)
        self.assert_cause(line, "shipped_here", "2")
        self.assertEqual(line.diff_qty_shipped, -2)
        self.assertTrue(line.can_export)
        self.assertEqual(line.action_export()["params"]["type"], "success", line.cause)
        self.assert_equal_sides()

    def test_shipped_there_only(self):
        order = self.place(("SKU-001", 2))
        sale = self.import_placed(order)
        self.simulator.admin.ship(order["entity_id"])
        line = self.line(order)
        self.assert_cause(line, "shipped_there", sale.picking_ids.name, "not done")
        self.assertEqual(line.diff_qty_shipped, 2)

    def test_returned_goods(self):
        """They count as shipped if they are credited: Magento's shipments stay."""
        order = self.place(("SKU-001", 2))
        sale = self.import_placed(order)
        self.deliver(sale)
        move = self.invoice(sale)
        self.simulator.admin.invoice(order["entity_id"])
        self.simulator.admin.ship(order["entity_id"])
        self.assert_equal_sides()
        self.give_back(sale.picking_ids)
        line = self.line(order)
        self.assert_cause(line, "shipped_there", "2 pieces came back", "not credited")
        self.credit(move)
        self.assert_cause(self.line(order), "refunded_here")
        self.simulator.admin.refund(order["entity_id"])
        self.assert_equal_sides()

    def test_bundle_that_ships_together(self):
        """Whole bundles count: a part of one is none."""
        order = self.place(("BUN-DYN", 2))
        sale = self.import_placed(order)
        self.deliver_share(sale.picking_ids, 0, 0.5)
        self.simulator.admin.ship(order["entity_id"], {order["items"][0]["item_id"]: 1})
        self.assert_equal_sides()
        self.deliver(sale)
        line = self.line(order)
        self.assertEqual((line.odoo_qty_shipped, line.magento_qty_shipped), (2, 1))
        self.simulator.admin.ship(order["entity_id"])
        self.assert_equal_sides()

    def test_bundle_that_ships_separately(self):
        """Its parts count, though its price is one."""
        order = self.place(("BUN-FIX-SEP", 2))
        sale = self.import_placed(order)
        self.deliver_share(sale.picking_ids, 0, 0.5)
        _bundle, first, second = (item["item_id"] for item in order["items"])
        self.simulator.admin.ship(order["entity_id"], {first: 1, second: 4})
        self.assert_equal_sides()
        self.invoice(sale)
        self.simulator.admin.invoice(order["entity_id"])
        self.assert_equal_sides()

    def deliver_share(self, picking, number, share):
        """Deliver a transfer, but of one move only a share."""
        for move in picking.move_ids:
            is_part = move == picking.move_ids[number]
            move.quantity = move.product_uom_qty * (share if is_part else 1)
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    # Refunds

    def test_refunded_on_one_side(self):
        orders = [self.place(), self.place()]
        self.run_import()
        for order in orders:
            self.invoice(self.sale(order))
            self.simulator.admin.invoice(order["entity_id"])
        here, there = orders
        self.credit(self.sale(here).invoice_ids)
        self.simulator.admin.refund(there["entity_id"])
        found = self.reconcile()
        by_order = {line.magento_order_id: line for line in found.line_ids}
        self.assert_cause(by_order[str(here["entity_id"])], "refunded_here")
        line = by_order[str(there["entity_id"])]
        self.assert_cause(line, "refunded_there", "credit the invoice")
        self.assertEqual(line.diff_amount_refunded, float(there["grand_total"]))

    def test_refunds_that_round(self):
        """Both sides refunded the same; that their cents differ misses no refund."""
        order = self.place()
        move = self.invoice(self.import_placed(order))
        self.simulator.admin.invoice(order["entity_id"])
        self.credit(move)
        self.simulator.admin.refund(order["entity_id"], adjustment_negative="0.02")
        line = self.line(order)
        self.assert_cause(line, "rounding", "refunded")
        self.assertAlmostEqual(line.diff_amount_refunded, -0.02)

    def test_amount_refunded_in_magento_only(self):
        """Magento gave some money back, and no item."""
        order = self.place()
        self.invoice(self.import_placed(order))
        self.simulator.admin.invoice(order["entity_id"])
        item_id = order["items"][0]["item_id"]
        self.simulator.admin.refund(
            order["entity_id"],
            {item_id: 0},
            shipping_amount=0,
            adjustment_positive=3,
        )
        line = self.line(order)
        self.assert_cause(line, "refunded_there")
        self.assertEqual(line.diff_amount_refunded, 3)
        self.assertFalse(line.diff_qty_refunded)
