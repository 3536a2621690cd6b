import json

from odoo.tests import tagged

from ..common import MagentoCommon
from ..delivery_common import MagentoDeliveryCommon

PREFIXES = ("", "base_")
AMOUNTS = ("price", "row_total", "row_total_incl_tax", "tax_amount")


class ReportedOrders(MagentoCommon):
    """Orders as shops were reported to give them."""

    def show(self, order, change):
        """Let the shop list an order with a change that is not its own."""
        shelf = self.simulator.book.orders
        shown = json.loads(json.dumps(shelf.shown(order)))
        change(shown)
        shelf.show_as(order["entity_id"], json.dumps(shown))

    def goods(self, sale):
        """Return (SKU, quantity) of all that leaves for an order."""
        moves = sale.picking_ids.filtered(lambda p: p.state != "cancel").move_ids
        return sorted(
            (move.product_id.default_code, move.product_uom_qty) for move in moves
        )

    def sell_at(self, order, number, quantity):
        """Change the quantity of an item at the price of one, as order editors do."""
        item = order["items"][number]
        factor = quantity / item["qty_ordered"]
        item["qty_ordered"] = quantity
        for prefix in PREFIXES:
            for name in ("row_total", "row_total_incl_tax", "tax_amount"):
                item[prefix + name] *= factor
            order[f"{prefix}tax_amount"] = item[f"{prefix}tax_amount"]
            order[f"{prefix}subtotal"] = item[f"{prefix}row_total"]
            order[f"{prefix}grand_total"] = item[f"{prefix}row_total_incl_tax"]
        self.change(order)


@tagged("post_install", "-at_install")
class TestMagentoOrdersReported(ReportedOrders):
    # Which item belongs to which

    def with_variant(self):
        return self.place({"sku": "TEE", "variant": "TEE-M", "qty": 2}, "SKU-003")

    def with_gift(self):
        return self.place("SKU-001", {"sku": "SKU-003", "price": 0})

    def test_items(self):
        """All that was bought is sold and leaves, once."""
        variant = [("SKU-003", 1), ("TEE-M", 2)]
        gift = [("SKU-001", 1), ("SKU-003", 1)]
        bundle = [("SKU-001", 1), ("TEE-M", 2)]

        def forget_parent(shown):
            del shown["items"][1]["parent_item_id"], shown["items"][1]["parent_item"]

        def show_price_of_variant(shown):
            parent, child = shown["items"][:2]
            child |= {name: parent[name] for name in (*AMOUNTS, "price_incl_tax")}

        def nest(shown):
            """Let a part of the bundle be configurable."""
            part = shown["items"][2]
            variant = part | dict.fromkeys(AMOUNTS, 0)
            shown["items"].append(
                variant
                | {
                    "item_id": 9000,
                    "parent_item_id": part["item_id"],
                    "sku": "TEE-M",
                }
            )
            part["product_type"] = "configurable"

        kinds = (
            ("variant beside its product", self.with_variant, forget_parent, variant),
            (
                "variant with a price",
                self.with_variant,
                show_price_of_variant,
                variant,
            ),
            (
                "variant before its product",
                self.with_variant,
                lambda shown: shown["items"].reverse(),
                variant,
            ),
            (
                "listed twice",
                self.with_variant,
                lambda shown: shown["items"].extend(shown["items"][:]),
                variant,
            ),
            (
                "gift twice",
                self.with_gift,
                lambda shown: shown["items"].append(shown["items"][1]),
                gift,
            ),
            (
                "parent 0",
                self.with_gift,
                lambda shown: [i.update(parent_item_id=0) for i in shown["items"]],
                gift,
            ),
            (
                "parent that is gone",
                self.with_gift,
                lambda shown: shown["items"][1].update(parent_item_id=99999),
                gift,
            ),
            (
                "numbered by PHP",
                self.with_gift,
                lambda shown: shown.update(
                    items={str(n): item for n, item in enumerate(shown["items"], 2)}
                ),
                gift,
            ),
            ("nested", lambda: self.place("BUN-DYN"), nest, bundle),
        )
        orders = [(kind, place(), *rest) for kind, place, *rest in kinds]
        for _kind, order, change, _goods in orders:
            self.show(order, change)
        log = self.run_import()
        self.assertEqual(log.failed_count, 0, self.messages(log))
        for kind, order, _change, goods in orders:
            with self.subTest(kind):
                sale = self.sale(order)
                self.assert_equal_totals(sale, order)
                self.assert_state(sale, "sale")
                self.assertEqual(self.goods(sale), goods)

    def test_items_that_wait(self):
        """What cannot be told is not guessed, and holds nothing up."""
        circle, negative, good = self.with_gift(), self.with_gift(), self.place()

        def close(shown):
            one, other = shown["items"]
            one["parent_item_id"] = other["item_id"]
            other["parent_item_id"] = one["item_id"]

        self.show(circle, close)
        self.show(negative, lambda shown: shown["items"][1].update(qty_ordered=-1))
        self.run_import()
        self.assertTrue(self.sale(good))
        self.assertIn("parent_item_id", self.document(circle).last_error)
        self.assertIn("qty_ordered", self.document(negative).last_error)

    # Shapes

    def test_deleted_store(self):
        """Magento forgets the store of its orders: those that are here go on."""
        new, known, good = self.place(), self.place(), self.place()
        self.show(new, lambda shown: shown.pop("store_id"))
        self.run_import()
        self.assertEqual(self.document(new).error_code, "store_deleted")
        self.cancel(known)
        self.show(known, lambda shown: shown.update(store_id=None))
        self.run_import()
        self.assert_state(self.sale(known), "cancel")
        self.assert_state(self.sale(good), "sale")

    def test_another_payment_method(self):
        """A payment failed, and the customer chose another method."""
        order = self.place()
        sale = self.import_placed(order)
        order["payment"]["method"] = "banktransfer"
        self.change(order)
        self.run_import()
        self.assertEqual(sale.magento_payment_method_id.code, "banktransfer")

    def test_shapes(self):
        """PHP lists with gaps are objects; migrated orders have no payment."""
        order, unpaid = self.place(), self.place()

        def number(shown):
            shown["billing_address"]["street"] = {"0": "1 rue A", "2": "Bât. B"}
            attributes = shown["extension_attributes"]
            assignments = attributes["shipping_assignments"]
            attributes["shipping_assignments"] = {"1": assignments[0]}
            for name in ("applied_taxes", "item_applied_taxes"):
                listed = enumerate(attributes[name], 3)
                attributes[name] = {str(number): each for number, each in listed}

        self.show(order, number)
        self.show(unpaid, lambda shown: shown.update(payment=None))
        self.run_import()
        sale = self.sale(order)
        self.assert_state(sale, "sale")
        address = sale.partner_invoice_id
        self.assertEqual((address.street, address.street2), ("1 rue A", "Bât. B"))
        self.assertEqual(sale.partner_shipping_id.street, "12 rue de la Paix")
        self.assertIn("“payment”", self.document(unpaid).last_error)

    def test_listed_gift_cards(self):
        """They lower the total, though they are listed without a sign."""
        order = self.place("SKU-001", "SKU-002")
        for prefix in PREFIXES:
            order[f"{prefix}grand_total"] = round(order[f"{prefix}grand_total"] - 12, 2)
        order["extension_attributes"]["gift_cards"] = [
            {"id": 3, "code": "GC-1", "amount": 7, "base_amount": 7},
            {"id": 4, "code": "GC-2", "amount": 5, "base_amount": 5},
        ]
        self.change(order)
        self.run_import()
        sale = self.sale(order)
        self.assert_equal_totals(sale, order)
        self.assert_state(sale, "sale")
        extras = sale.order_line.filtered(lambda line: line.magento_role == "extra")
        self.assertEqual(extras.mapped("price_total"), [-7, -5])

    def test_discount_of_no_item(self):
        """An extension gave it to the order alone: the taxes are as they were."""
        order = self.place({"sku": "SKU-001", "discount_percent": 10}, "SKU-002")
        for prefix in PREFIXES:
            for name in ("discount_amount", "grand_total"):
                order[prefix + name] = round(order[prefix + name] - 4, 2)
        self.change(order)
        self.run_import()
        sale = self.sale(order)
        self.assert_equal_totals(sale, order)
        self.assert_state(sale, "sale")
        extra = sale.order_line.filtered(lambda line: line.magento_role == "extra")
        self.assertEqual((extra.name, extra.price_total), ("Discount amount", -4))

    # Edited in place

    def test_edited_in_place(self):
        """Extensions edit orders without a new one: somebody is told, once."""

        def exchange(order):
            order["items"][0] |= {"item_id": 9000, "sku": "SKU-003"}
            self.change(order)

        kinds = (
            ("quantity", lambda order: self.sell_at(order, 0, 1)),
            ("another item at its price", exchange),
        )
        for kind, edit in kinds:
            with self.subTest(kind):
                order = self.place(("SKU-001", 2), shipping_amount=0)
                sale = self.import_placed(order)
                edit(order)
                log = self.run_import()
                self.assertEqual(sale.activity_ids.summary, "Edited in Magento")
                self.assertIn(sale.name, self.messages(log, "warning"))
                sale.activity_ids.action_done()
                self.change(order, status="pending_shipment")
                self.run_import()
                self.assertFalse(sale.activity_ids)

    def test_edited_quotation(self):
        """What is not confirmed yet is sold as it is in Magento now."""
        order = self.place(("SKU-001", 2), shipping_amount=0)
        self.hold(order)
        sale = self.import_placed(order)
        self.sell_at(order, 0, 5)
        self.run_import()
        self.assertEqual(sale.order_line[0].product_uom_qty, 5)
        self.release(order)
        self.run_import()
        self.assert_equal_totals(sale, order)
        self.assert_state(sale, "sale")
        self.assertFalse(sale.activity_ids)


@tagged("post_install", "-at_install")
class TestMagentoOrdersTakenUpAgain(ReportedOrders, MagentoDeliveryCommon):
    """Orders that are ordered again, or open again after they were cancelled."""

    def assert_shop_is_left_alone(self):
        self.connection.run_operation("export_cancellations")
        self.assertFalse(self.posts("/cancel$"))

    # Ordered again

    def test_ordered_again(self):
        """The new order names the old one as an edited one's does; the old goes on."""
        order, sale = self.sell(("SKU-001", 2))
        new = self.simulator.admin.reorder(order["entity_id"], [("SKU-001", 2)])
        new_sale = self.import_placed(new)
        self.assertEqual((sale.state, new_sale.state), ("sale", "sale"))
        self.assertFalse(new_sale.magento_edited_from_id)
        self.assertEqual(self.goods(sale), [("SKU-001", 2)])
        self.assert_shop_is_left_alone()

    def test_ordered_again_after_the_invoice(self):
        order, sale = self.sell()
        sale._create_invoices().action_post()
        self.simulator.admin.reorder(order["entity_id"], ["SKU-001"])
        self.run_import()
        self.assertFalse(sale.activity_ids)

    def test_at_once(self):
        """Of a history, the one that was edited is known by its own state."""
        first, second = self.place(), self.place()
        admin = self.simulator.admin
        edited = admin.edit(first["entity_id"], ["SKU-002"])
        again = admin.reorder(second["entity_id"], ["SKU-002"])
        states = self.su["magento.order.state"]
        self.connection.import_state_ids |= states._find_or_create("canceled")
        self.run_import()
        self.assertEqual(self.sale(edited).magento_edited_from_id, self.sale(first))
        self.assertFalse(self.sale(again).magento_edited_from_id)
        self.assert_state(self.sale(second), "sale")

    def test_edited_and_asked_for(self):
        """The new one is read alone: the shop says that the old one is over."""
        order, sale = self.sell()
        new = self.simulator.admin.edit(order["entity_id"], ["SKU-002"])
        number = new["increment_id"]
        self.connection._run_operation("import_orders", increment_ids=[number])
        self.assertEqual(self.sale(new).magento_edited_from_id, sale)
        self.assert_state(sale, "cancel")

    # Open again

    def test_open_again(self):
        """It was cancelled for want of a payment, which came after all."""
        order, sale = self.sell(("SKU-001", 2))
        self.cancel(order)
        self.run_import()
        self.assert_state(sale, "cancel")
        self.simulator.admin.uncancel(order["entity_id"])
        log = self.run_import()
        self.assertIn("open again", self.messages(log))
        self.assert_state(sale, "sale")
        self.assert_equal_totals(sale, order)
        self.assertEqual(self.goods(sale), [("SKU-001", 2)])
        self.assert_shop_is_left_alone()

    def test_open_again_and_edited(self):
        order, sale = self.sell(("SKU-001", 2), shipping_amount=0)
        self.cancel(order)
        self.sell_at(order, 0, 3)
        self.run_import()
        self.simulator.admin.uncancel(order["entity_id"])
        self.run_import()
        self.assert_equal_totals(sale, order)
        self.assertEqual(self.goods(sale), [("SKU-001", 3)])

    def test_cancelled_here(self):
        """Somebody wanted it cancelled: he is told, and Magento is not told again."""
        order, sale = self.sell()
        sale._action_cancel()
        self.connection.run_operation("export_cancellations")
        self.run_import()
        self.simulator.admin.uncancel(order["entity_id"])
        self.run_import()
        self.assert_state(sale, "cancel")
        self.assertEqual(sale.activity_ids.summary, "Open again in Magento")
        self.connection.run_operation("export_cancellations")
        self.assertEqual(self.posts("/cancel$"), 1)
