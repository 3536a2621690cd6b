from odoo.tests import tagged

from .receiving_common import MagentoReceivingCommon

PREFIXES = ("", "base_")
AMOUNTS = ("price", "row_total", "row_total_incl_tax", "tax_amount")


class ReportedDocuments(MagentoReceivingCommon):
    """Documents as shops were reported to give them."""

    @staticmethod
    def repeat_amounts(document):
        """Show the amounts of what counts at what goes with it, too."""
        counted = [item for item in document["items"] if item.get("row_total")]
        for item in document["items"]:
            if item not in counted:
                for name in AMOUNTS:
                    for prefix in PREFIXES:
                        item[prefix + name] = counted[0].get(prefix + name, 0)


@tagged("post_install", "-at_install")
class TestMagentoReceivingReportedAmounts(ReportedDocuments):
    kind = "invoice"
    code = "import_invoices"

    def test_amounts_of_what_goes_with_an_item(self):
        """A variant, a part or a bundle shows amounts that are another item's."""
        self.connection.import_invoices = "posted"
        for line in ({"sku": "TEE", "variant": "TEE-M"}, "BUN-FIX-SEP", "BUN-DYN"):
            with self.subTest(line):
                order, sale = self.sell(line)
                remote = self.admin.invoice(order["entity_id"])
                self.repeat_amounts(remote)
                self.take_in()
                move = sale.invoice_ids
                self.assertEqual(move.state, "posted")
                self.assertAlmostEqual(move.amount_total, remote["grand_total"])
                self.assertAlmostEqual(move.amount_tax, remote["tax_amount"])
                odd = move.invoice_line_ids.filtered(lambda x: not x.sale_line_ids)
                self.assertFalse(odd)

    def test_empty(self):
        """Payment extensions make invoices of nothing: they bill nothing here."""
        self.connection.import_invoices = "posted"
        order, sale = self.sell(("SKU-001", 2), shipping_amount=0)
        whole = self.admin.invoice(order["entity_id"])
        empty = {**whole, "entity_id": 9000, "increment_id": "9000", "items": []}
        for prefix in PREFIXES:
            for name in ("grand_total", "subtotal", "tax_amount"):
                empty[prefix + name] = 0
        self.simulator.book.invoices.add(empty)
        log = self.take_in()
        self.assertFalse(log.failed_count, self.messages(log))
        self.assertEqual(self.received(empty).sync_state, "done")
        self.assertFalse(self.received(empty).move_id)
        self.assertEqual(sale.invoice_ids, self.received(whole).move_id)
        self.assertEqual(sale.invoice_ids.state, "posted")
        self.assertAlmostEqual(sale.invoice_ids.amount_total, order["grand_total"])


@tagged("post_install", "-at_install")
class TestMagentoReceivingReportedRefunds(ReportedDocuments):
    kind = "creditmemo"
    code = "import_credit_memos"

    def test_amounts_of_what_goes_with_an_item(self):
        order, _sale, _invoice = self.invoiced({"sku": "TEE", "variant": "TEE-M"})
        memo = self.admin.refund(order["entity_id"])
        self.repeat_amounts(memo)
        self.take_in()
        note = self.received(memo).move_id
        self.assertAlmostEqual(note.amount_total, memo["grand_total"])
        self.assertFalse(self.received(memo).waiting_reason)

    def test_held(self):
        """Reported amounts that nobody can explain are drafts, with the figures."""

        def forget_items(memo):
            memo["items"] = []

        def refund_tax_of_shipping(memo):
            for prefix in PREFIXES:
                memo[f"{prefix}tax_amount"] += 1
                memo[f"{prefix}grand_total"] += 1

        def give_store_credit(memo):
            for prefix in PREFIXES:
                memo[f"{prefix}grand_total"] = 0

        def be_negative(memo):
            for prefix in PREFIXES:
                memo[f"{prefix}grand_total"] = -2

        for change in (
            forget_items,
            refund_tax_of_shipping,
            give_store_credit,
            be_negative,
        ):
            with self.subTest(change.__name__):
                order, _sale, _invoice = self.invoiced("SKU-001", shipping_amount=0)
                memo = self.admin.refund(order["entity_id"])
                change(memo)
                self.take_in()
                document = self.received(memo)
                note = document.move_id
                self.assertEqual(note.state, "draft")
                self.assertAlmostEqual(note.amount_total, memo["grand_total"])
                self.assertIn("explain", document.activity_ids.note)


@tagged("post_install", "-at_install")
class TestMagentoReceivingReportedShipments(ReportedDocuments):
    kind = "shipment"
    code = "import_shipments"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock_up(100)

    def shipped(self, *lines):
        order, sale = self.sell(*lines)
        return order, sale, self.admin.ship(order["entity_id"])

    def test_without_items(self):
        """It is not taken for one that delivered anything."""
        _order, sale, shipment = self.shipped("SKU-001")
        shipment["items"] = []
        self.take_in()
        document = self.received(shipment)
        self.assertEqual(
            (document.sync_state, document.error_code), ("pending", "nothing_shipped")
        )
        self.assertEqual(sale.order_line[0].qty_delivered, 0)

    def test_variant(self):
        """It names the variant alone, or with its configurable product."""
        for is_alone in (True, False):
            with self.subTest(is_alone=is_alone):
                line = {"sku": "TEE", "variant": "TEE-M", "qty": 2}
                order, sale, shipment = self.shipped(line)
                item, child = shipment["items"][0], order["items"][1]["item_id"]
                variant = {**item, "order_item_id": child}
                shipment["items"] = [variant] if is_alone else [item, variant]
                self.take_in()
                self.assertEqual(self.received(shipment).sync_state, "done")
                self.assertEqual(sale.order_line[0].qty_delivered, 2)

    def test_tracks(self):
        """What is no tracking number is none."""
        _order, _sale, shipment = self.shipped("SKU-001")
        shipment["tracks"] = {
            "1": {"track_number": " 1Z\n9 ", "title": "<b>UPS</b>"},
            "3": {"track_number": None},
            "4": "x",
            "5": None,
        }
        self.take_in()
        picking = self.received(shipment).line_ids.picking_id
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.carrier_tracking_ref, "1Z 9")
