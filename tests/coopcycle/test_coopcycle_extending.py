# pylint: disable=missing-return  # classes within the tests call super(), not they
from odoo import Command
from odoo.tests import tagged

from ...models.shared.findings import ERROR
from .common import CoopcycleCommon


@tagged("post_install", "-at_install")
class TestExtending(CoopcycleCommon):
    """Another addon changes values, rules and matches by overriding one method."""

    def extend(self, model, methods):
        """Let a class extend a model, as one of another addon that inherits it does.

        :param methods: a plain class; its methods may call super()
        """
        model_class = self.registry[model]
        bases = model_class.__bases__
        self.addCleanup(setattr, model_class, "__bases__", bases)
        model_class.__bases__ = (methods, *bases)

    def test_field_of_an_invoice(self):
        """An invoice gets a value more, and its lines keep theirs."""

        class Import:
            __slots__ = ()

            def _prepare_invoice_vals(self, plan):
                vals = super()._prepare_invoice_vals(plan)
                return {**vals, "ref": f"{plan.partner} {plan.amount}"}

        self.extend("coopcycle.import", Import)
        move = self.run_import([self.row(price_unit="4.16")]).move_ids
        self.assertEqual(move.ref, "Acme 4.16")
        self.assertEqual(move.amount_untaxed, 4.16)

    def test_lines(self):
        """A line of a new draft and one of a changed draft get another label."""

        class Import:
            __slots__ = ()

            def _prepare_invoice_line_vals(self, plan, line):
                vals = super()._prepare_invoice_line_vals(plan, line)
                return {**vals, "name": f"Order {line.row.order_number}"}

        class Line:
            __slots__ = ()

            def _coopcycle_is_like(self, line):
                amounts = self.price_subtotal, float(line.amount)
                return not self.currency_id.compare_amounts(*amounts)

        self.extend("coopcycle.import", Import)
        self.extend("account.move.line", Line)
        rows = [self.row("A1"), self.row("A2")]
        lines = self.run_import(rows).move_ids.invoice_line_ids
        self.assertEqual(lines.mapped("name"), ["Order A1", "Order A2"])
        rows[1]["price_unit"] = "9.99"
        import_ = self.run_import(rows, update_changed_drafts=True)
        self.assertEqual(lines.mapped("name"), ["Order A1", "Order A2"])
        self.assertEqual(lines.mapped("price_unit"), [10, 9.99])
        self.assertEqual(import_.updated_move_ids, lines.move_id)

    def test_line_more(self):
        """An invoice gets a section that is none of the file's rows."""

        class Import:
            __slots__ = ()

            def _prepare_invoice_vals(self, plan):
                vals = super()._prepare_invoice_vals(plan)
                section = {"display_type": "line_section", "name": "Deliveries"}
                vals["invoice_line_ids"].insert(0, Command.create(section))
                return vals

        self.extend("coopcycle.import", Import)
        move = self.run_import([self.row()]).move_ids
        self.assertEqual(
            move.invoice_line_ids.mapped("display_type"), ["line_section", "product"]
        )

    def test_customer(self):
        """Customers are found by their reference, all of a file in one call."""
        self.acme.ref, self.velos.ref = "S-1", "S-2"
        calls = []

        class Partner:
            __slots__ = ()

            def _coopcycle_match(self, connection, stores, customers):
                calls.append(stores)
                found = super()._coopcycle_match(connection, stores, customers)
                by_ref = {
                    partner.ref: partner.ids
                    for partner in self.search([("ref", "!=", False)])
                }
                return {store: by_ref.get(store[1]) or found[store] for store in stores}

        self.extend("res.partner", Partner)
        rows = [
            self.row("A1", store=1, partner="S-1"),
            self.row("A2", store=2, partner="S-2"),
            self.row("A3", store=3, partner="Acme"),
        ]
        moves = self.run_import(rows).move_ids
        self.assertEqual(
            moves.sorted("id").partner_id + self.acme, self.acme + self.velos
        )
        self.assertEqual(len(moves.filtered(lambda m: m.partner_id == self.acme)), 2)
        self.assertEqual([len(stores) for stores in calls], [3])

    def test_customer_product_and_account(self):
        """Products, accounts and what is created have rules of their own."""
        product, account = self.product, self.account

        class Product:
            __slots__ = ()

            def _coopcycle_match(self, connection, names):
                found = super()._coopcycle_match(connection, names)
                return {**found, "Express": product.ids}

        class Account:
            __slots__ = ()

            def _coopcycle_match(self, connection, codes):
                found = super()._coopcycle_match(connection, codes)
                return {**found, "DELIVERY": account}

        class Import:
            __slots__ = ()

            def _prepare_customer_vals(self, plan):
                return {**super()._prepare_customer_vals(plan), "comment": "new"}

            def _prepare_product_vals(self, line):
                return {**super()._prepare_product_vals(line), "default_code": "new"}

        self.extend("product.product", Product)
        self.extend("account.account", Account)
        self.extend("coopcycle.import", Import)
        rows = [
            self.row("A1", product="Express", account="DELIVERY", partner="Newcomer"),
            self.row("A2", product="By night", account="DELIVERY", partner="Newcomer"),
        ]
        move = self.run_import(
            rows,
            user=self.env.user,
            create_missing_partners=True,
            create_missing_products=True,
        ).move_ids
        lines = move.invoice_line_ids
        self.assertEqual(lines.account_id, account)
        self.assertEqual(lines[0].product_id, product)
        self.assertEqual(lines[1].product_id.default_code, "new")
        self.assertIn("new", move.partner_id.comment)

    def test_price(self):
        """A line gets the price of another rule, if it gives the file's amount."""

        class Import:
            __slots__ = ()

            def _prepare_price_vals(self, plan, line, prices):
                vals = super()._prepare_price_vals(plan, line, prices)
                return {**vals, "price_unit": vals["price_unit"] * 2, "discount": 50}

        self.extend("coopcycle.import", Import)
        line = self.run_import([self.row(price_unit="4.16")]).move_ids.invoice_line_ids
        self.assertEqual((line.price_unit, line.price_subtotal), (8.32, 4.16))

    def test_orders_number(self):
        """What tells an order is found elsewhere in the label."""

        class Connection:
            __slots__ = ()

            def _get_order_number(self, label):
                return label.split()[0]

        self.extend("coopcycle.connection", Connection)
        rows = [self.row("A1", label="X7 by bike")]
        move = self.run_import(rows).move_ids
        self.assertEqual(move.invoice_line_ids.coopcycle_order_number, "X7")
        again = [self.row("A2", export="other", label="X7 by van")]
        wizard = self.import_blocked(again)
        self.assertEqual(self.finding(wizard, "order_already_invoiced").value, "X7")

    def test_what_counts_as_billed(self):
        """An invoice that was written off does not keep its orders from coming in."""
        rows, again = [self.row("A1")], [self.row("A1", export="other")]
        move = self.run_import(rows).move_ids
        self.import_blocked(again)

        class Move:
            __slots__ = ()

            def _coopcycle_filter_billing(self, connection):
                billing = super()._coopcycle_filter_billing(connection)
                return billing.filtered(lambda move: move.ref != "written off")

        self.extend("account.move", Move)
        self.import_blocked(again)
        move.ref = "written off"
        self.assertTrue(self.run_import(again).move_ids)

    def test_findings(self):
        """A check of its own blocks an invoice, with its own words."""

        class Connection:
            __slots__ = ()

            def _get_finding_messages(self):
                text = "No line of %(value)s may cost more than %(most)s."
                messages = super()._get_finding_messages()
                return {**messages, "too_expensive": (ERROR, text)}

            def _check_plans(self, plans, findings):
                super()._check_plans(plans, findings)
                for plan in plans:
                    if plan.amount > 100:
                        findings.add(
                            "too_expensive", plan.rows, value=plan.partner, most=100
                        )

        self.extend("coopcycle.connection", Connection)
        rows = [self.row("A1"), self.row("A2", store=2, price_unit="100.01")]
        finding = self.finding(self.import_blocked(rows), "too_expensive")
        self.assertEqual(
            (finding.rows, finding.message),
            ("3", "No line of Acme may cost more than 100."),
        )

    def test_record_of_a_finding(self):
        """A finding's values may come from the record in Odoo that it is about."""

        class Issue:
            __slots__ = ()

            def _prepare_vals(self, finding):
                vals = super()._prepare_vals(finding)
                if finding.record:
                    vals["suggestion"] = f"{finding.record._name} {finding.record.id}"
                return vals

        self.extend("coopcycle.import.wizard.issue", Issue)
        move = self.run_import([self.row()]).move_ids
        wizard = self.import_blocked([self.row(price_unit="11")])
        finding = self.finding(wizard, "invoice_changed")
        self.assertEqual(finding.suggestion, f"account.move {move.id}")

    def test_records_that_imports_keep(self):
        """The import, its log and what it remembers have values of their own."""

        class Store:
            __slots__ = ()

            def _prepare_vals(self, connection, store_hash, name, partner_id):
                vals = super()._prepare_vals(connection, store_hash, name, partner_id)
                return {**vals, "name": name.upper()}

        class Import:
            __slots__ = ()

            def _prepare_log_lines(self, created, updated):
                lines = super()._prepare_log_lines(created, updated)
                return [(f"{message} *", record) for message, record in lines]

        class Wizard:
            __slots__ = ()

            def _prepare_import_vals(self):
                return {**super()._prepare_import_vals(), "file_name": "y.csv"}

        self.extend("coopcycle.store", Store)
        self.extend("coopcycle.import", Import)
        self.extend("coopcycle.import.wizard", Wizard)
        import_ = self.run_import([self.row()])
        self.assertEqual(import_.file_name, "y.csv")
        store = self.env["coopcycle.store"].search([("partner_id", "=", self.acme.id)])
        self.assertEqual(store.name, "ACME")
        self.run_import([self.row("A2", export="other", partner="ACME")])
        self.assertEqual(store.name, "ACME")
        log = self.env["integration.process.log"].search(
            [("res_model", "=", import_._name), ("res_id", "=", import_.id)]
        )
        self.assertTrue(log.line_ids.message.endswith(" *"))
