from decimal import Decimal
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.coopcycle_magento.models.magento.exporting.couriers import Invoices

from ....compat import SOLD_TAXES
from .export_common import MagentoExportCommon


@tagged("post_install", "-at_install")
class TestMagentoExportParts(MagentoExportCommon):
    """The lines and quantities that Magento is asked to invoice."""

    def test_whole_order(self):
        order, move = self.make_invoice({"sku": "SKU-001", "qty": 3}, "SKU-003")
        self.export()
        self.assertEqual(self.invoiced(order), [{"SKU-001": 3, "SKU-003": 1}])
        document = self.doc(move)
        self.assertAlmostEqual(document.magento_total, move.amount_total)
        self.assertFalse(document.difference)
        self.assertFalse(document.difference_cause)
        self.assertEqual(move.magento_number, document.increment_id)
        self.assertTrue(document.increment_id and document.magento_date)
        self.assertEqual(move.magento_export_attempts, "0 of 3")

    def test_parts_in_order(self):
        """Parts go in the order in which they were invoiced, at one run."""
        order = self.place({"sku": "SKU-001", "qty": 3}, {"sku": "SKU-003", "qty": 2})
        sale = self.import_placed(order)
        parts = [{"SKU-001": 1}, {"SKU-001": 2, "SKU-003": 1}, {"SKU-003": 1}]
        moves = [self.invoice(sale, part) for part in parts]
        self.export()
        self.assertEqual(self.invoiced(order), parts)
        numbers = [move.magento_number for move in moves]
        self.assertEqual(numbers, sorted(numbers))

    def test_shipping_in_first(self):
        """Magento puts all shipping in the first part, and the difference says so."""
        order = self.place({"sku": "SKU-001", "qty": 2}, shipping_amount="5")
        sale = self.import_placed(order)
        first = self.invoice(sale, {"SKU-001": 1})
        self.export()
        self.assertAlmostEqual(first.magento_difference, 5, 1)
        self.assertIn("shipping", self.doc(first).difference_cause)
        second = self.invoice(sale)
        self.export()
        self.assertAlmostEqual(second.magento_difference, -5, 1)
        self.assertIn("shipping", self.doc(second).difference_cause)

    def test_same_product_twice(self):
        order = self.place({"sku": "SKU-001", "qty": 1}, {"sku": "SKU-001", "qty": 4})
        move = self.import_placed(order)._create_invoices()
        lines = move.invoice_line_ids.filtered(
            lambda line: line.product_id.default_code == "SKU-001"
        )
        lines.sorted("quantity")[-1].quantity = 3
        move.action_post()
        self.export()
        items = self.simulator.book.invoices.of_order(order["entity_id"])[0]["items"]
        wanted = dict(zip([i["item_id"] for i in order["items"]], (1, 3), strict=True))
        found = {item["order_item_id"]: float(item["qty"]) for item in items}
        self.assertEqual(found, wanted)

    def test_dozens(self):
        """Units of measure are those of Magento, whichever the invoice has."""
        order = self.place({"sku": "SKU-001", "qty": 24})
        move = self.import_placed(order)._create_invoices()
        line = move.invoice_line_ids.filtered(lambda x: x.quantity == 24)
        line.write(
            {
                "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
                "quantity": 1.5,
            }
        )
        move.action_post()
        self.export()
        self.assertEqual(self.invoiced(order), [{"SKU-001": 18}])

    def test_part_of_dozen(self):
        """A dozen's part that is a whole piece but for the decimals is one."""
        order = self.place({"sku": "SKU-001", "qty": 24})
        move = self.import_placed(order)._create_invoices()
        line = move.invoice_line_ids.filtered(lambda x: x.quantity == 24)
        line.write(
            {
                "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
                "quantity": 0.0833,
            }
        )
        move.action_post()
        self.export()
        self.assertEqual(self.invoiced(order), [{"SKU-001": 1}])

    def test_fraction(self):
        """A fraction that Magento would cut off is not sent, one that it keeps is."""
        order = self.place({"sku": "SKU-001", "qty": 2})
        move = self.invoice(self.import_placed(order), {"SKU-001": 0.5})
        self.export()
        self.assertEqual((self.state(move), self.posts()), ("skipped", 0))
        self.assertEqual(self.doc(move).error_code, "fraction")
        self.assertFalse(self.doc(move).attempt_count)

    def test_configurable(self):
        order, _move = self.make_invoice({"sku": "TEE", "variant": "TEE-S", "qty": 2})
        self.export()
        parent = next(i for i in order["items"] if i["product_type"] == "configurable")
        self.assert_asked({parent["item_id"]: 2})

    def test_fixed_bundle(self):
        """A bundle with a price of its own is invoiced as one."""
        order, _move = self.make_invoice({"sku": "BUN-FIX-SEP", "qty": 2})
        self.export()
        parent = next(i for i in order["items"] if i["product_type"] == "bundle")
        self.assert_asked({parent["item_id"]: 2})

    def test_dynamic_bundle(self):
        """Of a bundle whose parts have prices, the parts are invoiced."""
        order, move = self.make_invoice({"sku": "BUN-DYN", "qty": 2})
        self.export()
        children = [i for i in order["items"] if i.get("parent_item_id")]
        self.assert_asked({i["item_id"]: float(i["qty_ordered"]) for i in children})
        self.assertFalse(self.doc(move).difference)

    def assert_asked(self, quantities):
        document = self.su["magento.document"].search([("kind", "=", "invoice")])
        asked = {
            item["order_item_id"]: item["qty"] for item in document.payload["items"]
        }
        self.assertEqual(asked, quantities)
        self.assertEqual(document.sync_state, "done", document.last_error)

    def test_virtual(self):
        order, move = self.make_invoice("VIRT-1")
        self.export()
        self.assertEqual(len(self.invoiced(order)), 1)
        self.assertFalse(self.doc(move).difference)

    def test_currency(self):
        """An order in dollars is compared in dollars."""
        order, move = self.make_invoice(store="us", billing={"country_id": "FR"})
        self.export()
        self.assertEqual(self.doc(move).currency_id.name, "USD")
        self.assertAlmostEqual(self.doc(move).difference, 0)

    def test_other_currency(self):
        order = self.place(store="us", billing={"country_id": "FR"})
        move = self.import_placed(order)._create_invoices()
        move.currency_id = self.company.currency_id
        move.action_post()
        self.export()
        self.assertEqual(self.doc(move).difference_cause, "currency")

    def test_random_orders(self):
        """Discounts, rates and currencies: Magento's invoice is Odoo's to the cent."""
        self.add_rates()
        for seed in range(12):
            self.place_random(seed, store="default")
        self.run_import()
        sales = self.su["sale.order"].search(
            [("magento_connection_id", "=", self.connection.id)]
        )
        moves = self.su["account.move"]
        for sale in sales:
            moves |= sale._create_invoices()
        moves.action_post()
        self.export()
        for move in moves:
            self.assertEqual(self.state(move), "done", move.magento_last_error)
            self.assertAlmostEqual(move.magento_difference, 0, 2)

    def test_nothing_to_send(self):
        """An invoice of shipping alone is said to have nothing; no list is empty."""
        order = self.place(shipping_amount="5")
        move = self.import_placed(order)._create_invoices()
        move.invoice_line_ids.filtered(
            lambda x: x.sale_line_ids.magento_role == "product"
        ).unlink()
        move.action_post()
        self.export()
        self.assertEqual((self.state(move), self.posts()), ("skipped", 0))
        self.assertIn("bills no item", move.magento_last_error)

    def test_down_payment(self):
        """A down payment has no item; the final invoice has them all."""
        order = self.place({"sku": "SKU-001", "qty": 2})
        sale = self.import_placed(order)
        wizard = self.su["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(sale.ids)],
                "advance_payment_method": "percentage",
                "amount": 50,
            }
        )
        down = wizard._create_invoices(sale)
        down.action_post()
        self.export()
        self.assertEqual((self.state(down), self.posts()), ("skipped", 0))
        final = sale._create_invoices(final=True)
        final.action_post()
        self.export()
        self.assertEqual(self.invoiced(order), [{"SKU-001": 2}])
        self.assertIn("does not have", self.doc(final).difference_cause)

    def test_manual_line(self):
        """What Magento does not have is not sent, and is a difference."""
        order = self.place()
        move = self.import_placed(order)._create_invoices()
        move.invoice_line_ids = [
            Command.create({"name": "By hand", "price_unit": 7, "tax_ids": False}),
            Command.create({"name": "A note", "display_type": "line_note"}),
        ]
        move.action_post()
        self.export()
        self.assertEqual(self.invoiced(order), [{"SKU-001": 1}])
        self.assertAlmostEqual(move.magento_difference, -7)
        self.assertIn("does not have", self.doc(move).difference_cause)

    def test_negative_line(self):
        """A correction on the same invoice is subtracted."""
        order = self.place({"sku": "SKU-001", "qty": 5})
        move = self.import_placed(order)._create_invoices()
        line = move.invoice_line_ids.filtered(lambda x: x.quantity == 5)
        line.copy(
            {"move_id": move.id, "quantity": -2}
        ).sale_line_ids = line.sale_line_ids
        move.action_post()
        self.export()
        self.assertEqual(self.invoiced(order), [{"SKU-001": 3}])

    def test_one_line_for_two(self):
        """A line that bills two of the order's has what was ordered of each."""
        order = self.place({"sku": "SKU-001", "qty": 1}, {"sku": "SKU-001", "qty": 4})
        move = self.import_placed(order)._create_invoices()
        one, four = move.invoice_line_ids.filtered(
            lambda line: line.product_id.default_code == "SKU-001"
        ).sorted("quantity")
        sold = one.sale_line_ids + four.sale_line_ids
        one.unlink()
        four.write({"quantity": 5, "sale_line_ids": [Command.set(sold.ids)]})
        move.action_post()
        self.export()
        items = self.simulator.book.invoices.of_order(order["entity_id"])[0]["items"]
        self.assertEqual(sorted(float(item["qty"]) for item in items), [1, 4])

    def test_one_line_for_the_rest_of_two(self):
        """Of two lines it has what earlier invoices left of each."""
        order = self.place({"sku": "SKU-001", "qty": 2}, {"sku": "SKU-001", "qty": 4})
        sale = self.import_placed(order)
        sold = sale.order_line.filtered(
            lambda line: line.product_id.default_code == "SKU-001"
        )
        moves = self.su["account.move"]
        for quantity in (3, 1, 2):
            line = {
                "product_id": sold.product_id.id,
                "quantity": quantity,
                "price_unit": sold[0].price_unit,
                "tax_ids": [Command.set(sold[SOLD_TAXES].ids)],
                "sale_line_ids": [Command.set(sold.ids)],
            }
            moves |= moves.create(
                {
                    "move_type": "out_invoice",
                    "partner_id": sale.partner_id.id,
                    "invoice_line_ids": [Command.create(line)],
                }
            )
        moves.action_post()
        self.export()
        one, four = [item["item_id"] for item in order["items"]]
        found = [
            {item["order_item_id"]: float(item["qty"]) for item in invoice["items"]}
            for invoice in self.simulator.book.invoices.of_order(order["entity_id"])
        ]
        self.assertEqual(found, [{one: 2, four: 1}, {four: 1}, {four: 2}])
        self.assertFalse(moves.filtered("magento_difference_cause") - moves[0])

    def test_too_much(self):
        """More than Magento has left is refused in its words."""
        order = self.place({"sku": "SKU-001", "qty": 2})
        move = self.invoice(self.import_placed(order), {"SKU-001": 5})
        self.export()
        self.assertFalse(self.invoiced(order))
        self.assertRegex(
            move.magento_last_error, 'invalid quantity to invoice item “?"?.+'
        )
        self.assertNotIn("%1", move.magento_last_error)
        self.assertNotIn("firewall", move.magento_last_error)
        self.assertEqual(move.magento_export_attempts, "1 of 3")

    def test_poison(self):
        """An invoice that Odoo itself cannot convert stops no other."""
        moves = self.make_invoices(3)
        get_items = Invoices.get_items
        errors = {
            moves[0]: UserError("no such unit"),
            moves[1]: ZeroDivisionError("a bug"),
        }

        def fail(courier, document):
            if document.move_id in errors:
                raise errors[document.move_id]
            return get_items(courier, document)

        logger = "odoo.addons.coopcycle_magento.models.magento.exporting.outbox.claim"
        with patch.object(Invoices, "get_items", fail), mute_logger(logger):
            log = self.export()
        self.assertNotEqual(log.state, "failed")
        self.assertEqual(
            [self.state(move) for move in moves], ["skipped", "skipped", "done"]
        )
        self.assertIn("no such unit", moves[0].magento_last_error)


@tagged("post_install", "-at_install")
class TestMagentoExportSeveral(MagentoExportCommon):
    """Invoices over several orders, and what the shop made itself."""

    def invoice_two(self, **terms):
        """Return two orders and the one invoice that bills both."""
        orders = [
            self.place({"sku": "SKU-001", "qty": 2}),
            self.place({"sku": "SKU-001", "qty": 3}, **terms),
        ]
        self.run_import()
        sales = self.sale(orders[0]) | self.sale(orders[1])
        sales.partner_invoice_id = sales[0].partner_invoice_id
        sales.payment_term_id = False
        move = self.invoice(sales)
        self.assertEqual(len(move), 1)
        return orders, move

    def test_two_orders(self):
        """One invoice over two orders makes one in Magento for each."""
        orders, move = self.invoice_two()
        self.export()
        self.assertEqual(
            [self.invoiced(order) for order in orders],
            [[{"SKU-001": 2}], [{"SKU-001": 3}]],
        )
        self.assertEqual(self.state(move), "done")
        self.assertEqual(len(self.doc(move)), 2)
        self.assertAlmostEqual(move.magento_difference, 0)
        self.assertEqual(len(move.magento_number.split(", ")), 2)

    def test_two_rules(self):
        """Each order has its own rule: one part goes now, the other when it is paid."""
        orders, move = self.invoice_two(payment="banktransfer")
        self.set_rule("paid", "banktransfer")
        self.export()
        self.assertEqual([len(self.invoiced(order)) for order in orders], [1, 0])
        self.assertEqual(
            (self.state(move), move.magento_can_export), ("not_due", False)
        )
        self.assertIn("not paid", move.magento_export_reason)
        self.assert_found(move)
        self.register_payment(move)
        self.assertEqual((self.state(move), move.magento_can_export), ("pending", True))
        self.assert_found(move)
        self.press(move)
        self.assertEqual([len(self.invoiced(order)) for order in orders], [1, 1])
        self.assertEqual(self.state(move), "done")

    def assert_found(self, move):
        domain = [("magento_export_state", "=", move.magento_export_state)]
        self.assertIn(move, self.su["account.move"].search(domain))

    def test_one_rule_only(self):
        """An order that is never exported keeps the other from nothing."""
        orders, move = self.invoice_two(payment="banktransfer")
        self.set_rule(False, "banktransfer")
        self.export()
        self.assertEqual([len(self.invoiced(order)) for order in orders], [1, 0])
        self.assertEqual(self.state(move), "done")
        self.assert_found(move)

    def test_adopted_by_each(self):
        """What the shop invoiced at once is each Odoo invoice's for its quantities."""
        order = self.place({"sku": "SKU-001", "qty": 3}, paid=True)
        sale = self.import_placed(order)
        first = self.invoice(sale, {"SKU-001": 1})
        self.export()
        self.assertIn("quantities", self.doc(first).difference_cause)
        second = self.invoice(sale)
        self.export()
        self.assertEqual((self.posts(), len(self.invoiced(order))), (0, 1))
        self.assertEqual((self.state(first), self.state(second)), ("done", "done"))
        self.assertEqual(self.doc(first), self.doc(second))
        self.assertTrue(self.doc(first).is_adopted)
        self.assertAlmostEqual(self.doc(first).difference, 0, 2)
        self.assertEqual(first.magento_number, second.magento_number)
        for move in (first, second):
            notes = [
                body for body in move.message_ids.mapped("body") if "Magento" in body
            ]
            self.assertEqual(len(notes), 1)

    def test_adopted_in_part(self):
        """What the shop invoiced of ours is adopted; the rest is sent."""
        order = self.place({"sku": "SKU-001", "qty": 5})
        move = self.invoice(self.import_placed(order))
        self.simulator.admin.invoice(
            order["entity_id"], {self.item(order, "SKU-001"): Decimal(2)}
        )
        self.export()
        self.assertEqual(self.invoiced(order), [{"SKU-001": 2}, {"SKU-001": 3}])
        self.assertEqual((self.state(move), len(self.doc(move))), ("done", 2))
        self.assertAlmostEqual(move.magento_difference, 0, 1)

    def test_replaced(self):
        """An invoice in the place of a cancelled one takes over what Magento has."""
        order, move = self.make_invoice()
        self.export()
        move.button_draft()
        move.button_cancel()
        again = self.invoice(self.sale(order))
        self.export()
        self.assertEqual((self.state(again), len(self.invoiced(order))), ("done", 1))

    def test_adopted_search(self):
        """Searches find what the fields say, whatever the operator."""
        order = self.place({"sku": "SKU-001", "qty": 3}, paid=True)
        part = self.invoice(self.import_placed(order), {"SKU-001": 1})
        self.export()
        held = self.make_invoices(1)
        self.simulator.admin.hold(int(held.magento_order_ids.magento_order_id))
        self.export()
        _order, good = self.make_invoice()
        self.press(good)
        _order, pending = self.make_invoice()
        refund = good._reverse_moves()
        own = self.su["account.move"].create({"move_type": "out_invoice"})
        moves = part | held | good | pending | refund | own
        values = {
            "magento_export_state": ["done", "pending", "none", "skipped"],
            "magento_has_error": [True, False],
            "magento_difference": [0, part.magento_difference],
            "magento_number": [good.magento_number, "no", False],
        }
        for name, wanted in values.items():
            for value in wanted:
                with self.subTest(name=name, value=value):
                    self.assert_searched(moves, name, value)

    def assert_searched(self, moves, name, value):
        def search(*leaf):
            return moves & self.su["account.move"].search(
                [leaf, ("id", "in", moves.ids)]
            )

        equal = moves.filtered(lambda move: (move[name] or False) == (value or False))
        if name == "magento_difference":
            equal = moves.filtered(lambda move: abs(move[name] - value) < 0.001)
        self.assertEqual(search(name, "=", value), equal)
        self.assertEqual(search(name, "!=", value), moves - equal)
        if value is not False:
            self.assertEqual(search(name, "in", [value]), equal)
            self.assertEqual(search(name, "not in", [value]), moves - equal)
