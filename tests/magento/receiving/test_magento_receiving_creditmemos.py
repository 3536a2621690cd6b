import random
from unittest import skipIf

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...shared.versions import (
    TAKES_ARCHIVED_ACCOUNTS,
    archive_account,
    price_included,
    run_cron,
)
from ..common import ONE, THREE_PIECES
from .receiving_common import MagentoReceivingCommon


class CreditmemosCommon(MagentoReceivingCommon):
    """Credit memos that the shop's staff makes."""

    kind = "creditmemo"
    code = "import_credit_memos"

    def refund(self, order, items=None, **values):
        values.setdefault("shipping_amount", 0)
        return self.admin.refund(order["entity_id"], items, **values)

    def refund_and_take_in(self, order, items=None, **values):
        """Refund, and return the document."""
        memo = self.refund(order, items, **values)
        self.take_in()
        return self.received(memo)

    def operation_of(self, code):
        return self.connection.sudo().operation_ids.filtered(
            lambda operation: operation.code == code
        )

    def assert_credits(self, document, memo, tax_places=2):
        """The draft credit notes come to Magento's total, and to its taxes."""
        self.assertEqual(document.sync_state, "done", document.last_error)
        moves = document._get_moves()
        self.assertEqual(set(moves.mapped("state")), {"draft"})
        self.assertEqual(set(moves.mapped("move_type")), {"out_refund"})
        total, tax = float(memo["grand_total"]), float(memo["tax_amount"])
        self.assertAlmostEqual(sum(moves.mapped("amount_total")), total, 2)
        self.assertAlmostEqual(sum(moves.mapped("amount_tax")), tax, tax_places)
        self.assertEqual(
            set(moves.currency_id.mapped("name")), {memo["order_currency_code"]}
        )


@tagged("post_install", "-at_install")
class TestMagentoReceivingCreditmemos(CreditmemosCommon):
    """A credit memo of the shop becomes a draft credit note, to the cent."""

    INVOICED = (ONE, THREE_PIECES)

    def test_whole_order(self):
        order, sale, invoice = self.invoiced("SKU-001", ("SKU-002", 2))
        memo = self.admin.refund(order["entity_id"])
        self.take_in()
        document = self.received(memo)
        self.assert_credits(document, memo)
        self.assertEqual(document.move_id.reversed_entry_id, invoice)
        self.assertEqual(document.move_id.amount_total, invoice.amount_total)
        self.assertIn(document.move_id, sale.invoice_ids)

    def test_shown(self):
        """The list has number, order, name, status and amount, in any case."""
        order, sale, _invoice = self.invoiced()
        document = self.refund_and_take_in(order)
        memo = self.simulator.book.creditmemos.all()[0]
        self.assertEqual(document.increment_id, memo["increment_id"])
        self.assertEqual(document.order_number, order["increment_id"])
        self.assertEqual(document.order_date, sale.date_order)
        self.assertEqual(document.bill_to_name, sale.partner_invoice_id.name)
        self.assertEqual(document.refund_state, "refunded")
        self.assertEqual(document.currency_id.name, "EUR")
        self.assertAlmostEqual(document.magento_total, memo["grand_total"])
        self.assertEqual(str(document.magento_date), memo["created_at"])
        shown = self.env["magento.document"].search(
            [("kind", "=", "creditmemo"), ("id", "=", document.id)]
        )
        self.assertTrue(shown.with_user(self.clerk).read(["refund_state"]))

    def test_parts(self):
        """Parts, one after the other, credit the whole."""
        self.add_rates()
        draw = random.Random(7)
        orders = [self.place_random(seed) for seed in range(6)]
        self.run_import()
        for seed, order in enumerate(orders):
            sale = self.sale(order)
            self.admin.invoice(order["entity_id"])
            invoice = sale._create_invoices()
            invoice.action_post()
            ids = [
                line.magento_item_id
                for line in sale.order_line
                if line.magento_role in ("product", "bundle", "bundle_part")
                and line._magento_is_invoiced_by_item()
            ]
            half = {int(i): 1 for i in ids if draw.random() < 0.7} or {int(ids[0]): 1}
            memos = [self.refund(order, half), self.admin.refund(order["entity_id"])]
            self.take_in()
            for memo in memos:
                self.assert_credits(self.received(memo), memo)
            lines = sale.order_line.filtered("magento_item_id")
            self.assertFalse(any(lines.mapped("qty_to_invoice")), seed)

    def test_shipping_and_adjustments(self):
        order, _sale, _invoice = self.invoiced(("SKU-001", 3))
        item = self.item(order, "SKU-001")
        memos = [
            self.refund(order, {item: 1}, shipping_amount="1.30"),
            self.refund(order, {item: 1}, adjustment_negative="2.50"),
            self.refund(order, {item: 0}, adjustment_positive="4.20"),
        ]
        self.take_in()
        for memo in memos:
            self.assert_credits(self.received(memo), memo)

    def test_tax_included(self):
        self.tax_20.write(price_included())
        self.simulator.shop.view("default").prices_include_tax = True
        order, _sale, _invoice = self.invoiced(
            {"sku": "SKU-001", "qty": 3, "price": "3.33"}
        )
        memos = [
            self.refund(order, {self.item(order, "SKU-001"): 1}),
            self.admin.refund(order["entity_id"]),
        ]
        self.take_in()
        for memo in memos:  # Odoo takes the tax out of a row, Magento out of a piece
            self.assert_credits(self.received(memo), memo, tax_places=1)

    def test_currency(self):
        order, _sale, _invoice = self.invoiced(
            ("SKU-001", 2), store="us", billing={"country_id": "FR"}
        )
        memo = self.admin.refund(order["entity_id"])
        self.take_in()
        self.assert_credits(self.received(memo), memo)

    def test_kinds_of_products(self):
        order, sale, _invoice = self.invoiced(
            {"sku": "TEE", "qty": 2, "variant": "TEE-M"},
            "BUN-DYN",
            "BUN-FIX-SEP",
            "VIRT-1",
        )
        memo = self.admin.refund(order["entity_id"])
        self.take_in()
        self.assert_credits(self.received(memo), memo)
        self.assertFalse(sale.order_line.filtered("qty_to_invoice"))

    def test_oldest_invoice_first(self):
        self.products.invoice_policy = "delivery"
        order = self.place(("SKU-001", 5))
        sale = self.import_placed(order)
        self.admin.invoice(order["entity_id"])
        line = sale.order_line.filtered("magento_item_id")
        line.qty_delivered_method = "manual"
        invoices = self.su["account.move"]
        for number, quantity in enumerate((2, 5)):
            line.qty_delivered = quantity
            invoice = sale._create_invoices()
            invoice.invoice_date = f"2024-01-0{number + 1}"
            invoice.action_post()
            invoices += invoice
        item = self.item(order, "SKU-001")
        first = self.refund_and_take_in(order, {item: 1})
        self.assertEqual(first._get_moves().reversed_entry_id, invoices[0])
        memo = self.refund(order, {item: 3})
        self.take_in()
        second = self.received(memo)
        self.assert_credits(second, memo)
        credited = {
            move.reversed_entry_id: sum(
                move.invoice_line_ids.filtered("sale_line_ids").mapped("quantity")
            )
            for move in second._get_moves()
        }
        self.assertEqual(credited, {invoices[0]: 1, invoices[1]: 2})

    def test_never_twice(self):
        order, sale, _invoice = self.invoiced()
        memo = self.admin.refund(order["entity_id"])
        self.take_in()
        self.change_remote(self.simulator.book.creditmemos, memo)
        self.operation_of("import_credit_memos").watermark = False
        self.take_in()
        self.assertEqual(len(self.received(memo)._get_moves()), 1)
        notes = sale.invoice_ids.filtered(lambda m: m.move_type == "out_refund")
        self.assertEqual(len(notes), 1)

    def test_not_invoiceable_again(self):
        """What is credited and not brought back is not invoiced once more."""
        for policy in ("order", "delivery"):
            self.products.invoice_policy = policy
            order = self.place(("SKU-001", 3))
            sale = self.import_placed(order)
            self.admin.invoice(order["entity_id"])
            self.deliver(sale)
            sale._create_invoices().action_post()
            self.refund_and_take_in(order, {self.item(order, "SKU-001"): 1})
            line = sale.order_line.filtered("magento_item_id")
            self.assertEqual((line.qty_invoiced, line.qty_to_invoice), (2, 0), policy)
            self.assertNotEqual(sale.invoice_status, "to invoice")

    def test_still_invoiceable(self):
        """What is delivered after a refund is invoiced nevertheless."""
        self.products.invoice_policy = "delivery"
        order = self.place(("SKU-001", 5))
        sale = self.import_placed(order)
        self.admin.invoice(order["entity_id"])
        line = sale.order_line.filtered("magento_item_id")
        line.qty_delivered_method = "manual"
        line.qty_delivered = 3
        sale._create_invoices().action_post()
        self.refund_and_take_in(order, {self.item(order, "SKU-001"): 1})
        self.assertEqual(line.qty_to_invoice, 0)
        line.qty_delivered = 5
        self.assertEqual(line.qty_to_invoice, 2)

    def test_return_to_stock(self):
        self.connection.return_to_stock = True
        order = self.place(("SKU-001", 3))
        sale = self.import_placed(order)
        self.admin.invoice(order["entity_id"])
        self.deliver(sale)
        sale._create_invoices().action_post()
        self.refund_and_take_in(order, {self.item(order, "SKU-001"): 2})
        back = sale.picking_ids.filtered(lambda p: p.picking_type_code == "incoming")
        self.assertEqual(back.move_ids.mapped("product_uom_qty"), [2])
        back.move_ids.quantity = 2
        back.move_ids.picked = True
        back.button_validate()
        line = sale.order_line.filtered("magento_item_id")
        self.assertEqual((line.qty_delivered, line.qty_to_invoice), (1, 0))
        self.refund_and_take_in(order, {self.item(order, "SKU-001"): 1})
        back = sale.picking_ids.filtered(lambda p: p.picking_type_code == "incoming")
        self.assertEqual(sum(back.move_ids.mapped("product_uom_qty")), 3)

    def test_return_of_bundle(self):
        self.connection.return_to_stock = True
        order = self.place("BUN-FIX-SEP")
        sale = self.import_placed(order)
        self.admin.invoice(order["entity_id"])
        self.deliver(sale)
        sale._create_invoices().action_post()
        memo = self.admin.refund(order["entity_id"])
        self.take_in()
        self.assert_credits(self.received(memo), memo)
        out, back = (
            sale.picking_ids.filtered(lambda p, c=code: p.picking_type_code == c)
            for code in ("outgoing", "incoming")
        )
        self.assertEqual(
            sorted(back.move_ids.mapped("product_uom_qty")),
            sorted(out.move_ids.mapped("product_uom_qty")),
        )

    def test_nothing_delivered(self):
        self.connection.return_to_stock = True
        order, sale, _invoice = self.invoiced()
        document = self.refund_and_take_in(order)
        self.assertEqual(document.sync_state, "done")
        self.assertEqual(
            set(sale.picking_ids.mapped("picking_type_code")), {"outgoing"}
        )


@tagged("post_install", "-at_install")
class TestMagentoReceivingCreditmemoRuns(CreditmemosCommon):
    """Credit memos that wait, that are ours, or that change later."""

    INVOICED = (ONE, ONE, ONE)

    def test_without_invoice(self):
        """It waits with a remedy, and comes in once the invoice is posted."""
        order = self.place()
        sale = self.import_placed(order)
        self.admin.invoice(order["entity_id"])
        memo = self.admin.refund(order["entity_id"])
        log = self.take_in()
        document = self.received(memo)
        self.assertEqual(document.sync_state, "waiting")
        self.assertEqual(document.attempt_count, 0)
        self.assertIn("Resolution", document.waiting_reason)
        self.assertTrue(document.payload)
        self.assertEqual(document.order_number, order["increment_id"])
        self.assertIn(document.waiting_reason, self.messages(log))
        self.assertNotIn(document.waiting_reason, self.messages(self.take_in()))
        sale._create_invoices().action_post()
        document.with_user(self.clerk).action_retry()
        self.assert_credits(document, memo)
        self.assertFalse(document.payload)

    def test_free_standing(self):
        self.connection.creditmemo_without_invoice = "draft"
        order = self.place(("SKU-001", 2))
        sale = self.import_placed(order)
        self.admin.invoice(order["entity_id"])
        memo = self.admin.refund(order["entity_id"])
        self.take_in()
        document = self.received(memo)
        self.assert_credits(document, memo)
        self.assertFalse(document.move_id.reversed_entry_id)
        self.assertEqual(document.move_id.partner_id, sale.partner_invoice_id)

    def test_more_than_is_billed(self):
        order, _sale, invoice = self.invoiced(("SKU-001", 3))
        line = invoice.invoice_line_ids.filtered(lambda x: x.quantity == 3)
        invoice.button_draft()
        line.quantity = 1
        invoice.action_post()
        memo = self.refund(order, {self.item(order, "SKU-001"): 2})
        self.take_in()
        document = self.received(memo)
        self.assertEqual(document.sync_state, "waiting")
        self.assertIn("only 1", document.waiting_reason)

    def test_order_missing(self):
        """The list has it; it comes in after its order, and is not asked for before."""
        order = self.place()
        self.admin.invoice(order["entity_id"])
        memo = self.admin.refund(order["entity_id"])
        self.take_in()
        document = self.received(memo)
        self.assertEqual(document.sync_state, "waiting")
        self.assertEqual(document.error_code, "order_missing")
        self.assertEqual(document.order_number, order["increment_id"])
        self.assertEqual(str(document.order_date), order["created_at"])
        self.assertTrue(document.bill_to_name)
        self.connection.import_state_ids = self.su["magento.order.state"].search([])
        sale = self.import_placed(order)
        self.assertEqual(sale.state, "cancel")
        self.connection.creditmemo_without_invoice = "draft"
        self.take_in()
        self.assertEqual(self.received(memo).sync_state, "done")

    @mute_logger(
        "odoo.addons.coopcycle_magento.models.magento.ordering.importing.slow_path"
    )
    def test_bad_one_does_not_stop_others(self):
        good, _sale, _invoice = self.invoiced()
        bad, sale, _invoice = self.invoiced()
        odd, _sale, _invoice = self.invoiced()
        memos = [self.admin.refund(order["entity_id"]) for order in (bad, odd, good)]
        del memos[1]["grand_total"]
        self.simulator.book.creditmemos.changed(memos[1])
        lines = sale.order_line.filtered("magento_item_id")
        item_id = lines.magento_item_id
        lines.magento_item_id = "0"
        log = self.take_in()
        self.assertEqual(log.state, "partial")
        states = [self.received(memo).sync_state for memo in memos]
        self.assertEqual(states, ["pending", "pending", "done"])
        document = self.received(memos[0])
        self.assertEqual(document.attempt_count, 1)
        self.assertIn("Resolution", document.last_error)
        lines.magento_item_id = item_id
        document.action_retry()
        self.assert_credits(document, memos[0])
        self.assertEqual(self.received(memos[1]).sync_state, "pending")

    @skipIf(TAKES_ARCHIVED_ACCOUNTS, "This Odoo refuses no such account.")
    def test_refused_by_odoo(self):
        """What Odoo refuses of one credit memo leaves the others in."""
        orders = [self.invoiced()[0] for _number in range(3)]
        memos = [self.admin.refund(order["entity_id"]) for order in orders]
        sale = self.sale(orders[1])
        account = self.company_data["default_account_revenue"].sudo().copy()
        line = sale.invoice_ids.invoice_line_ids[:1]
        line.account_id = account
        archive_account(account)
        self.take_in()
        states = [self.received(memo).sync_state for memo in memos]
        self.assertEqual(states, ["done", "pending", "done"])
        archive_account(account, False)
        self.take_in()
        self.assert_credits(self.received(memos[1]), memos[1])

    def test_ours_by_id(self):
        order, sale, invoice = self.invoiced()
        memo = self.admin.refund(order["entity_id"])
        self.push_document(sale, invoice, magento_id=str(memo["entity_id"]))
        self.take_in()
        self.assertFalse(self.received(memo))
        ours = self.received(memo, "push")
        self.assertEqual(ours.refund_state, "refunded")
        self.assertEqual(ours.order_number, order["increment_id"])
        self.assert_no_notes(sale)

    def test_ours_by_key(self):
        """A push that nobody knows the end of is recognised by its key."""
        order, sale, invoice = self.invoiced()
        document = self.push_document(sale, invoice, sync_state="unknown")
        memo = self.refund(order, comment=f"RINV/1 [{document.key}]")
        self.take_in()
        self.assertFalse(self.received(memo))
        self.assertEqual(document.sync_state, "unknown")
        self.assert_no_notes(sale)

    def test_key_of_another_database(self):
        order, _sale, _invoice = self.invoiced()
        memo = self.refund(order, comment="[11111111-2222-4333-8444-555555555555]")
        self.take_in()
        self.assert_credits(self.received(memo), memo)

    def push_document(self, sale, invoice, **values):
        return self.su["magento.document"].create(
            {
                "connection_id": self.connection.id,
                "kind": "creditmemo",
                "direction": "push",
                "sale_order_id": sale.id,
                "sync_state": "done",
                **values,
            }
        )

    def assert_no_notes(self, sale):
        self.assertEqual(set(sale.invoice_ids.mapped("move_type")), {"out_invoice"})

    def test_cancelled_later(self):
        """The draft is cancelled; somebody must look at a posted credit note."""
        orders = [self.invoiced()[0] for _number in range(2)]
        memos = [self.admin.refund(order["entity_id"]) for order in orders]
        self.take_in()
        draft, posted = (self.received(memo).move_id for memo in memos)
        posted.action_post()
        for memo in memos:
            self.change_remote(self.simulator.book.creditmemos, memo, state=3)
        log = self.take_in()
        self.assertEqual((draft.state, posted.state), ("cancel", "posted"))
        self.assertFalse(self.received(memos[0]).activity_ids)
        activity = self.received(memos[1]).activity_ids
        self.assertIn(posted.name, activity.note)
        self.assertIn("Resolution", activity.note)
        self.assertEqual(self.received(memos[0]).refund_state, "canceled")
        self.assertIn("cancelled in Magento", self.messages(log))
        self.take_in()
        self.assertEqual(self.received(memos[1]).activity_ids, activity)

    def test_cancelled_before(self):
        order, sale, _invoice = self.invoiced()
        memo = self.admin.refund(order["entity_id"])
        self.change_remote(self.simulator.book.creditmemos, memo, state=3)
        self.take_in()
        self.assertEqual(self.received(memo).sync_state, "done")
        self.assert_no_notes(sale)

    def test_ours_cancelled(self):
        """A credit memo that Odoo made is looked at in the same way."""
        order, sale, invoice = self.invoiced()
        memo = self.admin.refund(order["entity_id"])
        note = invoice._reverse_moves()
        note.action_post()
        document = self.push_document(
            sale, invoice, magento_id=str(memo["entity_id"]), move_id=note.id
        )
        self.take_in()
        self.assertFalse(document.activity_ids)
        self.change_remote(self.simulator.book.creditmemos, memo, state=3)
        self.take_in()
        self.assertIn(note.name, document.activity_ids.note)
        self.assertEqual(note.state, "posted")

    def test_left_out(self):
        order = self.place()
        sale = self.import_placed(order)
        self.admin.invoice(order["entity_id"])
        memo = self.admin.refund(order["entity_id"])
        self.take_in()
        self.received(memo).action_skip()
        sale._create_invoices().action_post()
        self.take_in()
        self.assertEqual(self.received(memo).sync_state, "skipped")
        self.assert_no_notes(sale)

    def test_clerk(self):
        """A user without accounting rights runs it."""
        order, _sale, _invoice = self.invoiced()
        memo = self.admin.refund(order["entity_id"])
        self.take_in(self.clerk)
        self.assert_credits(self.received(memo), memo)

    def test_pages(self):
        self.connection.page_size = 2
        memos = []
        for order in self.import_many(5):
            self.invoice_both(order)
            memos.append(self.admin.refund(order["entity_id"]))
        self.take_in()
        for memo in memos:
            self.assert_credits(self.received(memo), memo)

    def test_schedule(self):
        order, _sale, _invoice = self.invoiced()
        memo = self.admin.refund(order["entity_id"])
        cron = self.env.ref("coopcycle_magento.ir_cron_import_credit_memos").sudo()
        run_cron(cron)
        self.assert_credits(self.received(memo), memo)

    def test_queries(self):
        """Twice as many credit memos need less than twice the queries."""

        def refund_many(count):
            for order in self.import_many(count, "SKU-001", ("SKU-002", 2)):
                self.invoice_both(order)
                self.deliver(self.sale(order))
                self.admin.refund(order["entity_id"])

        refund_many(1)
        self.count_queries()
        refund_many(2)
        few = self.count_queries()
        refund_many(4)
        many = self.count_queries()
        self.assertLess((many - few) / 2, 8)
