from .delivery_common import MagentoDeliveryCommon
from .life import KINDS, Life, MagentoHand, OdooHand
from .reconciling.test_magento_reconciliation import ReconciliationCommon


class MagentoLifeCommon(MagentoDeliveryCommon, ReconciliationCommon):
    """Orders of every kind, which live in Odoo and in a shop from sale to refund.

    All operations run after each step, with all that they may do switched on.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_tax(8.375)
        cls.stock_up(1000)

    @classmethod
    def make_products(cls, catalog, **values):
        cls.add_bundles(catalog)
        return super().make_products(catalog, **values)

    @staticmethod
    def add_bundles(catalog):
        """Add the bundles that ship in the other way than those of the catalog."""
        dynamic = [("SKU-001", 1), ("SKU-002", 2)]
        catalog.add_bundle("BUN-DYN-SEP", dynamic, separately=True)
        catalog.add_bundle("BUN-FIX", [("SKU-001", 1, 10), ("SKU-002", 2, 20)], 60)

    def setUp(self):
        super().setUp()
        self.add_bundles(self.simulator.catalog)
        self.odoo, self.magento = OdooHand(self), MagentoHand(self)
        self.connection.write(
            {"import_invoices": "posted", "update_status_when_paid": True}
        )
        self.connection.payment_method_ids.sudo().write(
            {
                "invoice_rule": "validate",
                "register_payments": "paid",
                "payment_journal_id": self.company_data["default_journal_bank"].id,
            }
        )

    # Both sides at work

    def begin(self, kinds=KINDS):
        """Place an order of each kind, and let it come in."""
        orders = [self.place(*kind.lines, **kind.terms) for kind in kinds]
        self.run_all()
        self.lives = [
            Life(kind, order, self.sale(order))
            for kind, order in zip(kinds, orders, strict=True)
        ]
        self.check_each(self.assert_ordered)
        self.assert_at_rest()

    def step(self, work, check):
        """Let somebody do something with the orders, and look what comes of it.

        :param work: called with all lives
        :param check: called with each life when all operations have run
        """
        work(self.lives)
        self.run_all()
        self.post_drafts()
        self.check_each(check)
        self.assert_at_rest()

    def check_each(self, check):
        """Check every life, in a subtest of its own."""
        for life in self.lives:
            with self.subTest(life.kind.name):
                check(life)

    def run_all(self):
        """Run every operation, the exports first; no document may fail or wait."""
        self.analyze()
        codes = [code for code, _label in self.operation._fields["code"].selection]
        for code in sorted(codes):
            log = self.connection.run_operation(code).sudo()
            problems = log.line_ids.filtered(lambda line: line.level != "info")
            self.assertFalse(problems, f"{code}: {problems.mapped('message')}")
        self.env.invalidate_all()

    def analyze(self):
        """Count the rows: within one transaction PostgreSQL takes tables for empty."""
        self.env.flush_all()
        self.cr.execute(
            "ANALYZE account_move, account_move_line, magento_document,"
            " magento_document_line, sale_order, sale_order_line,"
            " sale_order_line_invoice_rel, stock_move, stock_picking"
        )

    def post_drafts(self):
        """Post the credit notes that came in: they are drafts, for somebody to see."""
        drafts = self.su["account.move"].search([("state", "=", "draft")])
        self.assertEqual(drafts, drafts.filtered("magento_is_creditmemo"))
        if drafts:
            drafts.action_post()
            self.run_all()

    def assert_at_rest(self):
        """Running every operation again changes nothing on either side."""
        before = self.picture()
        self.run_all()
        for name, content in self.picture().items():
            self.assertEqual(content, before[name], name)

    def picture(self):
        """Return what both sides have, and what was asked of the shop."""
        models = {
            "magento.document": ["sync_state", "magento_id", "attempt_count"],
            "account.move": ["state", "payment_state", "amount_total"],
            "account.payment": ["state", "amount"],
            "stock.picking": ["state", "carrier_tracking_ref"],
            "stock.move": ["state", "quantity"],
            "sale.order": ["state", "magento_state", "amount_total"],
        }
        found = {
            name: self.su[name].search([], order="id").read(names, load=None)
            for name, names in models.items()
        }
        found["requests that write"] = [
            request for request in self.simulator.requests if request[0] != "GET"
        ]
        return found

    def items_of(self, life, quantities, share):
        """Return {item id: quantity} of a share of what was ordered."""
        ids = self.items(life.order)
        return {ids[sku]: round(qty * share, 4) for sku, qty in quantities.items()}

    # What both sides must have

    def assert_ordered(self, life):
        self.assert_equal_totals(life.sale, life.order)
        self.assert_state(life.sale, "sale")

    def assert_delivered(self, life, *parts):
        """Both sides have these deliveries, each as (share, tracking numbers)."""
        parts = parts if life.kind.ships else ()
        remotes = self.remotes("shipments", life)
        expected = [
            self.items_of(life, life.kind.ships, share) for share, _numbers in parts
        ]
        ids = self.items_of(life, life.kind.ships, 1)
        self.assertEqual(self.quantities(remotes, ids), expected)
        self.assertEqual(
            [[each["track_number"] for each in r["tracks"]] for r in remotes],
            [numbers for _share, numbers in parts],
        )
        documents = self.assert_tied("shipment", life, remotes)
        pickings = life.sale.picking_ids.filtered(lambda each: each.state == "done")
        self.assertEqual(len(pickings), len(parts))
        for document, (share, numbers) in zip(documents, parts, strict=True):
            picking = document.picking_id | document.line_ids.picking_id
            self.assertEqual(picking.carrier_tracking_ref, ", ".join(numbers))
            for move in picking.move_ids:
                wanted = move.sale_line_id.product_uom_qty * share
                self.assertAlmostEqual(move.quantity, wanted, 4)

    def assert_invoiced(self, life, *shares):
        """Both sides have these invoices, with the same totals."""
        remotes = self.remotes("invoices", life)
        ids = self.items_of(life, life.kind.bills, 1)
        self.assertEqual(
            self.quantities(remotes, ids),
            [self.items_of(life, life.kind.bills, share) for share in shares],
        )
        documents = self.assert_tied("invoice", life, remotes)
        moves = life.sale.invoice_ids.filtered(lambda x: x.move_type == "out_invoice")
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertEqual(len(moves), len(shares))
        self.assert_same_totals(documents, remotes)

    def assert_paid(self, life):
        """Both sides are paid; what Odoo was paid for is told to the shop once."""
        moves = life.sale.invoice_ids
        self.assertLessEqual(set(moves.mapped("payment_state")), {"in_payment", "paid"})
        self.assertEqual(life.order["total_paid"], life.order["grand_total"])
        told = [
            each["comment"]
            for each in life.order["status_histories"]
            if "was paid" in each["comment"]
        ]
        pushed = self.docs("invoice", sale_order_id=life.sale).filtered(
            lambda document: document.direction == "push"
        )
        self.assertEqual(len(told), len(pushed))

    def assert_refunded(self, life, *parts):
        """Both sides gave these back, each as (share, whether with shipping)."""
        remotes = self.remotes("creditmemos", life)
        ids = self.items_of(life, life.kind.bills, 1)
        self.assertEqual(
            self.quantities(remotes, ids),
            [self.items_of(life, life.kind.bills, share) for share, _x in parts],
        )
        self.assertEqual(
            [float(remote["base_shipping_amount"]) for remote in remotes],
            [
                float(life.order["base_shipping_amount"]) if shipping else 0.0
                for _share, shipping in parts
            ],
        )
        documents = self.assert_tied("creditmemo", life, remotes)
        moves = life.sale.invoice_ids.filtered(lambda x: x.move_type == "out_refund")
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertEqual(moves, documents._get_moves())
        self.assert_same_totals(documents, remotes)

    def assert_over(self, life):
        """Everything was given back."""
        self.assertEqual(life.order["state"], "closed")
        self.assertEqual(life.order["total_refunded"], life.order["grand_total"])
        billed, credited = (
            sum(
                life.sale.invoice_ids.filtered(
                    lambda move, kind=kind: move.move_type == kind
                ).mapped("amount_total")
            )
            for kind in ("out_invoice", "out_refund")
        )
        self.assertAlmostEqual(billed, life.order["grand_total"], 2)
        self.assertAlmostEqual(credited, billed, 2)

    def remotes(self, shelf, life):
        """Return the shop's documents of an order, the oldest first."""
        return getattr(self.simulator.book, shelf).of_order(life.order["entity_id"])

    @staticmethod
    def quantities(remotes, ids):
        """Return {item id: quantity} of each document, of the items that count."""
        return [
            {
                item["order_item_id"]: float(item["qty"])
                for item in remote["items"]
                if item["order_item_id"] in ids
            }
            for remote in remotes
        ]

    def assert_tied(self, kind, life, remotes):
        """Each document of the shop is known once, and is done.

        :return: the documents
        """
        documents = self.docs(kind, sale_order_id=life.sale)
        by_id = {document.magento_id: document for document in documents}
        self.assertEqual(len(by_id), len(documents))
        self.assertEqual(set(by_id), {str(each["entity_id"]) for each in remotes})
        self.assertEqual(set(documents.mapped("sync_state")) - {"done"}, set())
        return documents.browse([by_id[str(r["entity_id"])].id for r in remotes])

    def assert_same_totals(self, documents, remotes):
        for document, remote in zip(documents, remotes, strict=True):
            total = sum(document._get_moves().mapped("amount_total"))
            self.assertAlmostEqual(total, float(remote["grand_total"]), 2)
            self.assertFalse(document.difference_cause)
