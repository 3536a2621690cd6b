from dataclasses import dataclass

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ....compat import PAYMENT_OF_ENTRY
from ...shared.versions import ACCOUNT_COMPANY, run_cron
from ...simulators.magento import MagentoSimulator
from ..common import MANAGER, USER, MagentoCommon

IMPORTS = ("orders", "shipments", "invoices", "credit_memos")
EXPORTS = ("invoices", "shipments", "credit_memos", "cancellations")
SEEN_BY_COMPANY = (
    "magento.connection",
    "magento.operation",
    "magento.store",
    "magento.payment.method",
    "magento.shipping.method",
    "magento.tax",
    "magento.customer",
    "magento.document",
    "magento.document.line",
    "magento.reconciliation",
    "magento.reconciliation.line",
    "magento.reconciliation.total",
    "magento.reconciliation.ignored",
    "integration.process.log",
    "integration.process.log.line",
)


@dataclass
class Side:
    """A company, its shop, and who works there."""

    company: object
    simulator: object
    connection: object
    clerk: object
    manager: object
    order: dict = None
    sale: object = None


class CompaniesCommon(MagentoCommon):
    """Two companies with a shop each. Their orders and documents have the same ids."""

    def setUp(self):
        super().setUp()
        other = self.company_data_2["company"].with_env(self.su)
        other.currency_id = self.env.ref("base.EUR")
        self.make_tax(20, company=other, name="Other 20", sequence=1)
        simulator = self.enter(MagentoSimulator())
        manager = self.make_user("other_manager", MANAGER, other)
        clerk = self.make_user("other_clerk", USER, other)
        connection = self.make_connection(simulator, manager, company_id=other.id)
        connection.action_fetch_configuration()
        mine = self.company.with_env(self.su)
        self.mine = Side(
            mine, self.simulator, self.connection, self.clerk, self.manager
        )
        self.theirs = Side(other, simulator, connection, clerk, manager)
        self.sides = (self.mine, self.theirs)
        for side, data in zip(
            self.sides, (self.company_data, self.company_data_2), strict=True
        ):
            self.set_up(side, data)

    def set_up(self, side, data):
        side.connection.write(
            {
                "import_invoices": "posted",
                "return_to_stock": True,
                "export_invoices_from": "2020-01-01",
                "export_shipments_from": "2020-01-01",
                "export_credit_memos_from": "2020-01-01",
            }
        )
        side.connection.payment_method_ids.sudo().write(
            {
                "register_payments": "paid",
                "payment_journal_id": data["default_journal_bank"].id,
            }
        )
        warehouse = self.su["stock.warehouse"].search(
            [("company_id", "=", side.company.id)], limit=1
        )
        self.su["stock.quant"]._update_available_quantity(
            self.product("SKU-001"), warehouse.lot_stock_id, 10
        )

    def run_all(self, *codes):
        """Let the scheduled actions run, which know no company."""
        for code in codes:
            run_cron(self.su.ref(f"coopcycle_magento.ir_cron_{code}"))

    def place_in_both(self):
        for side in self.sides:
            side.order = side.simulator.place_order(
                [("SKU-001", 3)], customer=side.simulator.add_customer()
            )
        self.run_all("import_orders")
        for side in self.sides:
            sale = self.sale(side.order, side.connection)
            side.sale = sale.with_company(side.company)
            side.sale.picking_ids.action_assign()

    def made_in_shops(self):
        """Let both shops' staff invoice, ship and refund a part of an order."""
        self.place_in_both()
        for side in self.sides:
            order_id = side.order["entity_id"]
            item = {side.order["items"][0]["item_id"]: 1}
            side.simulator.admin.invoice(order_id, item)
            side.simulator.admin.ship(order_id, item)
        self.run_all("import_shipments", "import_invoices")
        for side in self.sides:
            order_id = side.order["entity_id"]
            item = {side.order["items"][0]["item_id"]: 1}
            side.simulator.admin.refund(order_id, item, shipping_amount=0)
        self.run_all("import_credit_memos")

    def documents(self, side, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.su["magento.document"].search(
            [("connection_id", "=", side.connection.id), *domain]
        )

    def assert_done(self, side, direction, *kinds):
        documents = self.documents(side, direction=direction)
        reasons = [d.last_error or d.waiting_reason for d in documents]
        self.assertEqual(set(documents.mapped("sync_state")), {"done"}, reasons)
        self.assertEqual(sorted(documents.mapped("kind")), sorted(kinds))
        return documents


@tagged("post_install", "-at_install")
class TestMagentoCompanies(CompaniesCommon):
    """Each company has its own documents, and works with them alone."""

    def test_made_in_the_shops(self):
        """What a shop made is received, seen and worked with by its company alone."""
        self.made_in_shops()
        for check in (self.check_received, self.check_operations, self.check_seen):
            with self.subTest(check.__doc__):
                check()

    def check_received(self):
        """What each shop made is written into its company."""
        for side in self.sides:
            documents = self.assert_done(
                side, "pull", "invoice", "shipment", "payment", "creditmemo"
            )
            self.assertEqual(documents.company_id, side.company)
            sale = side.sale
            moves = documents._get_moves()
            self.assertEqual(
                sorted(moves.mapped("move_type")), ["out_invoice", "out_refund"]
            )
            for records in (
                moves,
                moves.journal_id,
                moves.line_ids.account_id,
                moves.line_ids.tax_ids,
                sale.picking_ids,
                sale.picking_ids.picking_type_id.warehouse_id,
                sale.picking_ids.move_ids,
                self.payments(moves),
            ):
                self.assertTrue(records)
                is_account = records._name == "account.account"
                name = ACCOUNT_COMPANY if is_account else "company_id"
                self.assertEqual(records[name], side.company, records)
            # The delivery, its backorder and the return
            self.assertEqual(len(sale.picking_ids), 3)

    @staticmethod
    def payments(moves):
        lines = moves.line_ids
        matched = lines.matched_credit_ids.credit_move_id
        return matched.move_id[PAYMENT_OF_ENTRY]

    def test_sent(self):
        """What each company made goes into its shop."""
        self.place_in_both()
        for side in self.sides:
            side.connection.payment_method_ids.sudo().invoice_rule = "validate"
            self.deliver(side.sale)
            invoice = side.sale._create_invoices()
            invoice.action_post()
        self.run_all("export_shipments", "export_invoices")
        for side in self.sides:
            invoice = side.sale.invoice_ids.with_company(side.company)
            invoice._reverse_moves().action_post()
        self.run_all("export_credit_memos")
        for side in self.sides:
            self.assert_done(side, "push", "shipment", "invoice", "creditmemo")
            book = side.simulator.book
            for shelf in (book.shipments, book.invoices, book.creditmemos):
                self.assertEqual(len(shelf.all()), 1)

    def test_cancelled(self):
        self.place_in_both()
        self.theirs.sale._action_cancel()
        self.run_all("export_cancellations")
        self.assert_done(self.theirs, "push", "order_cancel")
        self.assertFalse(self.documents(self.mine))
        states = [side.order["state"] for side in self.sides]
        self.assertEqual(states, ["new", "canceled"])

    def reconcile(self, side):
        """Compare everything, and set one difference aside."""
        found = (
            self.env["magento.reconciliation"]
            .with_user(side.clerk)
            ._begin(side.connection.with_user(side.clerk), "2020-01-01", "2100-01-01")
        )
        found.line_ids.with_user(side.manager)._ignore("Known")
        return found

    def check_seen(self):
        """A user sees what is of an active company, on every list."""
        for side in self.sides:
            # Of each connection a difference, and an order that is equal
            side.simulator.admin.invoice(side.order["entity_id"])
            side.simulator.place_order(["SKU-001"])
        self.run_all("import_orders")
        for side in self.sides:
            self.reconcile(side)
        for name in SEEN_BY_COMPANY:
            for side, other in (self.sides, self.sides[::-1]):
                own = self.su[name].search([("company_id", "=", side.company.id)])
                foreign = self.su[name].search([("company_id", "=", other.company.id)])
                self.assertTrue(foreign, name)
                for user in (side.clerk, side.manager):
                    seen = self.env[name].with_user(user).search([])
                    self.assertEqual(seen.sudo() & own, own, name)
                    self.assertFalse(seen.sudo() & foreign, name)
                    with self.assertRaises(AccessError, msg=name):
                        foreign.with_user(user).sudo(False).read(["company_id"])

    def check_operations(self):
        """Nobody runs what is of another company, neither whole nor by a button."""
        for side in self.sides:
            side.sale.picking_ids.filtered(
                lambda picking: picking.state not in ("done", "cancel")
            ).action_cancel()
        requests = len(self.theirs.simulator.requests)
        theirs = self.documents(self.theirs)
        for user in (self.mine.clerk, self.mine.manager):
            connection = self.theirs.connection.with_user(user)
            codes = [f"import_{each}" for each in IMPORTS]
            codes += [f"export_{each}" for each in EXPORTS]
            for code in codes:
                with self.assertRaises(AccessError, msg=code):
                    connection.run_operation(code)
            for document in theirs:
                for name in ("action_retry", "action_skip", "action_retry_alike"):
                    with self.assertRaises(AccessError, msg=(document.kind, name)):
                        getattr(document.with_user(user), name)()
            with self.assertRaises(AccessError):
                self.theirs.sale.with_user(user).action_magento_refresh()
        self.assertEqual(len(self.theirs.simulator.requests), requests)
        self.assertEqual(set(theirs.mapped("sync_state")), {"done"})

    def test_wizard_offers_own(self):
        wizard = self.env["magento.operation.wizard"].with_user(self.theirs.clerk)
        self.assertEqual(wizard.create({}).connection_ids, self.theirs.connection)

    def test_user_of_both(self):
        """Whatever company somebody has chosen, a shop's documents are its own's."""
        for side in self.sides:
            side.clerk.sudo().company_ids = [
                Command.link(each.company.id) for each in self.sides
            ]
        self.place_in_both()
        for side, other in (self.sides, self.sides[::-1]):
            item = {side.order["items"][0]["item_id"]: 1}
            side.simulator.admin.invoice(side.order["entity_id"], item)
            side.simulator.admin.ship(side.order["entity_id"], item)
            connection = (
                side.connection.with_user(other.clerk)
                .with_context(allowed_company_ids=(other.company + side.company).ids)
                .with_company(other.company)
            )
            for code in ("import_shipments", "import_invoices"):
                log = connection.run_operation(code)
                self.assertEqual(log.company_id, side.company)
            documents = self.assert_done(side, "pull", "invoice", "shipment", "payment")
            self.assertEqual(documents._get_moves().company_id, side.company)
            self.assertEqual(documents._get_moves().journal_id.company_id, side.company)
            self.assertEqual(documents.picking_id.company_id, side.company)
