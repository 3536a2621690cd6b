import base64
from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ...compat import product_kind
from ...models.coopcycle import coopcycle_issue_mixin
from ..shared.versions import ACCOUNTANTS_CREATE_PRODUCTS, archive_account
from .common import HEADER, CoopcycleCommon


@tagged("post_install", "-at_install")
class TestImportResolving(CoopcycleCommon):
    """What is missing is picked or created, and remembered for the next import."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.creator = cls.make_user(
            "creator",
            "account.group_account_invoice,base.group_partner_manager,base.group_system",
        )

    def import_with(self, rows, code, **picked):
        """Test a file, pick a record in a finding's line, and import it."""
        wizard = self.run_test(rows)
        self.finding(wizard, code).write(picked)
        wizard.action_import()
        self.assertTrue(wizard.import_id, wizard.issue_ids.mapped("message"))
        return wizard.import_id.move_ids

    # Picked

    def test_store_is_remembered(self):
        """The customer picked for a store is the store's in the next export."""
        rows = [self.row(partner="Legal Name")]
        moves = self.import_with(rows, "partner_missing", partner_id=self.acme.id)
        self.assertEqual(moves.partner_id, self.acme)
        next_export = self.run_import(
            [self.row("A2", export="next", partner="Legal Name")]
        )
        self.assertEqual(next_export.move_ids.partner_id, self.acme)

    def test_legal_name_is_remembered(self):
        """The name is remembered too, for ids that do not tell the store."""
        rows = [self.row(external_id="X1", partner="Legal Name")]
        self.import_with(rows, "partner_missing", partner_id=self.acme.id)
        next_export = self.run_import(
            [self.row("A2", external_id="X2", partner="legal  name")]
        )
        self.assertEqual(next_export.move_ids.partner_id, self.acme)

    def test_store_before_name(self):
        """Two customers share a name; the store tells which one is meant."""
        other = self.make_customer("Acme")
        self.import_with([self.row()], "partner_ambiguous", partner_id=other.id)
        move = self.run_import([self.row("A2", export="next")]).move_ids
        self.assertEqual(move.partner_id, other)

    def test_store_of_a_renamed_customer(self):
        """A customer who got the store's new name in Odoo is no doubt."""
        self.run_import([self.row()])
        self.acme.name = "Newco"
        wizard = self.run_test([self.row("A2", export="next", partner="Newco")])
        self.assertFalse(wizard.issue_ids)

    def test_renamed_store_is_picked(self):
        """The customer picked for a renamed store is remembered with the new name."""
        self.run_import([self.row()])
        rows = [self.row("A2", export="next", partner="Newco")]
        self.import_with(rows, "partner_renamed", partner_id=self.acme.id)
        third = self.run_test([self.row("A3", export="third", partner="Newco")])
        self.assertFalse(third.issue_ids)

    def test_product_is_remembered(self):
        """The product picked for a name is used in the next export."""
        rows = [self.row(product="Cargo")]
        self.import_with(rows, "product_missing", product_id=self.product.id)
        move = self.run_import(
            [self.row("A2", export="next", product="CARGO")]
        ).move_ids
        self.assertEqual(move.invoice_line_ids.product_id, self.product)

    def test_product_is_assigned_by_hand(self):
        """A name typed in Assigned Values is matched as the file writes it."""
        name = "Doručení na vyžádání"
        self.env["coopcycle.mapping"].with_user(self.biller).create(
            {
                "connection_id": self.connection.id,
                "kind": "product",
                "value": name,
                "product_id": self.product.id,
            }
        )
        move = self.run_import([self.row(product=name)]).move_ids
        self.assertEqual(move.invoice_line_ids.product_id, self.product)

    def test_account_is_remembered(self):
        """The account picked for a code is used in the next export."""
        rows = [self.row(account="7060")]
        self.import_with(rows, "account_missing", account_id=self.account.id)
        move = self.run_import([self.row("A2", export="next", account="7060")]).move_ids
        self.assertEqual(move.invoice_line_ids.account_id, self.account)

    def test_kind_of_an_assigned_value_is_changed(self):
        """What was assigned to a value of another kind is not used."""
        mapping = self.env["coopcycle.mapping"].create(
            {
                "connection_id": self.connection.id,
                "kind": "product",
                "value": "7060",
                "product_id": self.product.id,
            }
        )
        mapping.write({"kind": "account", "account_id": self.account.id})
        move = self.run_import([self.row(account="7060")]).move_ids
        self.assertEqual(move.invoice_line_ids.account_id, self.account)

    def test_deprecated_account_is_replaced(self):
        """Another account is picked for one that is deprecated."""
        archive_account(self.account)
        other = self.make_account("706001")
        moves = self.import_with(
            [self.row()], "account_deprecated", account_id=other.id
        )
        self.assertEqual(moves.invoice_line_ids.account_id, other)

    def test_column_is_remembered(self):
        """A column assigned by hand is recognised in the next file."""
        header = {**HEADER, "price_unit": "Tarif"}
        move = self.import_with(
            self.content([self.row()], header),
            "column_unknown",
            column_role="price_unit",
        )
        self.assertEqual(move.amount_untaxed, 10)
        rows = [self.row("A2", export="next", price_unit="11")]
        move = self.run_import(self.content(rows, header)).move_ids
        self.assertEqual(move.amount_untaxed, 11)

    def file_of_unknown_columns(self, date, order="A1", **values):
        header = {**HEADER, "invoice_date": "Jour", "price_unit": "Tarif"}
        row = self.row(order, invoice_date=date, price_unit="4,16", **values)
        return self.content([row], header)

    def assign_columns(self, wizard):
        for finding in wizard.issue_ids.filtered(lambda one: one.ask == "column"):
            roles = {"Jour": "invoice_date", "Tarif": "price_unit"}
            finding.column_role = roles[finding.value]
        wizard.action_test()

    def test_assigned_columns_are_looked_at(self):
        """How dates and prices are written is decided from the assigned columns."""
        wizard = self.run_test(self.file_of_unknown_columns("25/04/2025"))
        self.assign_columns(wizard)
        self.assert_no_errors(wizard)
        self.assertRecordValues(
            wizard,
            [{"decimal_separator": ",", "date_order": "dmy", "amount_untaxed": 4.16}],
        )
        wizard.action_import()
        self.assertRecordValues(
            wizard.import_id.move_ids,
            [{"invoice_date": date(2025, 4, 25), "amount_untaxed": 4.16}],
        )

    def test_assigned_column_of_ambiguous_dates(self):
        """Nor is an order of dates assumed that no row decides."""
        wizard = self.run_test(self.file_of_unknown_columns("03/04/2025"))
        self.assign_columns(wizard)
        self.finding(wizard, "date_ambiguous")
        self.assertFalse(wizard.date_order)
        wizard.date_order = "dmy"
        wizard.action_test()
        self.assert_no_errors(wizard)

    def test_remembered_columns_are_looked_at(self):
        """The same in the next file, whose columns are remembered."""
        wizard = self.run_test(self.file_of_unknown_columns("25/04/2025"))
        self.assign_columns(wizard)
        wizard.action_import()
        following = {"order": "A2", "export": "next"}
        wizard = self.run_test(self.file_of_unknown_columns("03/04/2025", **following))
        self.finding(wizard, "date_ambiguous")
        wizard = self.run_test(self.file_of_unknown_columns("26/04/2025", **following))
        self.assertFalse(wizard.issue_ids)
        self.assertEqual(wizard.amount_untaxed, 4.16)
        wizard.action_import()
        move = wizard.import_id.move_ids
        self.assertEqual(move.invoice_date, date(2025, 4, 26))

    def test_pick_is_kept_by_test(self):
        """Testing again keeps what was picked, and says so."""
        wizard = self.run_test([self.row(partner="Legal Name")])
        self.finding(wizard, "partner_missing").partner_id = self.acme
        wizard.action_test()
        wizard.action_test()
        self.assert_no_errors(wizard)
        self.assertEqual(self.finding(wizard, "value_chosen").partner_id, self.acme)

    def test_pick_among_too_many_findings(self):
        """A pick is kept where there are more findings than are listed."""
        self.patch(coopcycle_issue_mixin, "MAX_STORED_FINDINGS", 2)
        rows = [
            self.row(f"A{number}", label=f"Waiting {number}", partner="Legal Name")
            for number in range(9)
        ]
        wizard = self.run_test(rows)
        self.assertIn("more_findings", self.codes(wizard))
        self.finding(wizard, "partner_missing").partner_id = self.acme
        wizard.action_test()
        self.assertEqual(self.finding(wizard, "value_chosen").partner_id, self.acme)
        wizard.action_import()
        self.assertEqual(wizard.import_id.move_ids.partner_id, self.acme)

    def test_pick_for_a_long_name(self):
        """A name that is too long to be shown whole can be picked for."""
        moves = self.import_with(
            [self.row(partner="L" * 210)], "partner_missing", partner_id=self.acme.id
        )
        self.assertEqual(moves.partner_id, self.acme)

    def test_test_does_not_remember(self):
        """What was picked is remembered by an import, not by Test."""
        wizard = self.run_test([self.row(partner="Legal Name")])
        self.finding(wizard, "partner_missing").partner_id = self.acme
        wizard.action_test()
        again = self.run_test([self.row(partner="Legal Name")])
        self.finding(again, "partner_missing")

    def test_instances_do_not_share(self):
        """What one instance remembers says nothing about another one."""
        rows = [self.row(partner="Legal Name")]
        self.import_with(rows, "partner_missing", partner_id=self.acme.id)
        other = self.env["coopcycle.connection"].create({"name": "Other"})
        wizard = self.run_test(rows, connection_id=other.id)
        self.finding(wizard, "partner_missing")

    # Matched

    def test_spelling_of_names(self):
        """Spaces, case and accents of a name do not matter."""
        rows = [self.row(partner="LES  VELOS du canal ", product="On Demand Delivery")]
        self.assertEqual(self.run_import(rows).move_ids.partner_id, self.velos)

    def test_archived_customer(self):
        """An archived customer is not used."""
        self.acme.active = False
        self.finding(self.run_test([self.row()]), "partner_missing")

    def test_remembered_customer_was_archived(self):
        """Nor one that was archived since the last import."""
        self.run_import([self.row()])
        self.acme.active = False
        wizard = self.run_test([self.row("A2", export="next")])
        self.finding(wizard, "partner_missing")

    def test_archived_twin(self):
        """An archived customer makes no name ambiguous."""
        self.make_customer("Acme", active=False)
        self.assertFalse(self.run_test([self.row()]).issue_ids)

    def test_contact_of_a_customer(self):
        """A person at a customer is not the customer."""
        self.make_customer("Acme", is_company=False, parent_id=self.velos.id)
        self.assertEqual(self.run_import([self.row()]).move_ids.partner_id, self.acme)

    def test_archived_product(self):
        """An archived product is not used."""
        self.product.active = False
        self.finding(self.run_test([self.row()]), "product_missing")

    def test_remembered_product_was_archived(self):
        """Nor one that was picked before it was archived."""
        rows = [self.row(product="Cargo")]
        self.import_with(rows, "product_missing", product_id=self.product.id)
        self.product.active = False
        wizard = self.run_test([self.row("A2", export="next", product="Cargo")])
        self.finding(wizard, "product_missing")

    def test_product_name_in_another_language(self):
        """CoopCycle exports the product's name in its own language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.product.with_context(lang="fr_FR").name = "Livraison à la demande"
        rows = [self.row(product="Livraison à la demande")]
        move = self.run_import(rows).move_ids
        self.assertEqual(move.invoice_line_ids.product_id, self.product)

    def test_similar_customer_does_not_block(self):
        """A near-duplicate warns, and a new customer is created all the same."""
        rows = [self.row(partner="Les Vélos du Canal SCOP")]
        wizard = self.run_test(rows, create_missing_partners=True, user=self.creator)
        self.assert_no_errors(wizard)
        self.finding(wizard, "partner_similar")

    # Created

    def test_new_customer(self):
        """A customer is created once for all its invoices, and found again."""
        rows = [
            self.row("A1", partner="NEW"),
            self.row("B1", store=2, partner=" NEW"),
        ]
        import_ = self.run_import(rows, create_missing_partners=True, user=self.creator)
        partner = import_.move_ids.partner_id
        self.assertEqual(len(partner), 1)
        self.assertRecordValues(
            partner,
            [{"name": "NEW", "is_company": True, "create_uid": self.creator.id}],
        )
        next_export = self.run_import([self.row("A2", export="next", partner="New")])
        self.assertEqual(next_export.move_ids.partner_id, partner)

    def test_new_product(self):
        """A product is created as a service."""
        import_ = self.run_import(
            [self.row("A1", product="Cargo"), self.row("A2", product=" Cargo")],
            create_missing_products=True,
            user=self.creator,
        )
        product = import_.move_ids.invoice_line_ids.product_id
        self.assertEqual(len(product), 1)
        self.assertRecordValues(
            product,
            [
                {
                    "name": "Cargo",
                    **product_kind("service"),
                    "create_uid": self.creator.id,
                }
            ],
        )

    def test_no_customer_for_a_left_out_invoice(self):
        """Nothing is created for invoices that are not imported."""
        rows = [self.row(), self.row("B1", store=2, partner="New", price_unit="x")]
        self.run_import(
            rows,
            create_missing_partners=True,
            only_valid_invoices=True,
            user=self.creator,
        )
        self.assertFalse(self.env["res.partner"].search([("name", "=", "New")]))

    def test_who_may_create(self):
        """The switches are for those who may create customers and products."""
        wizard = self.make_wizard([self.row()])
        self.assertFalse(wizard.can_create_partners)
        self.assertFalse(wizard.can_create_products)
        manager = self.make_user("manager", "account.group_account_manager")
        wizard = self.make_wizard([self.row()], user=manager)
        self.assertEqual(wizard.can_create_products, ACCOUNTANTS_CREATE_PRODUCTS)
        wizard = self.make_wizard([self.row()], user=self.creator)
        self.assertTrue(wizard.can_create_partners)
        self.assertTrue(wizard.can_create_products)

    def test_nothing_is_created_without_the_right(self):
        """Who may not create customers does not by an import either."""
        wizard = self.make_wizard(
            [self.row(partner="New")], create_missing_partners=True
        )
        with self.assertRaises(AccessError):
            wizard.action_import()

    def test_no_product_is_created_without_the_right(self):
        """The same for products."""
        wizard = self.make_wizard(
            [self.row(product="New")], create_missing_products=True
        )
        with self.assertRaises(AccessError):
            wizard.action_import()

    # Instances

    def test_the_only_instance_is_the_default(self):
        """The first instance is made by itself; of two, the user chooses."""
        instances = self.env["coopcycle.connection"]
        instances.search([]).unlink()
        first = instances._get_default()
        self.assertEqual(first.company_id, self.company)
        self.assertEqual(instances._get_default(), first)
        instances.create({"name": "Second"})
        self.assertFalse(instances._get_default())

    def test_the_only_instance_is_archived(self):
        """Then none is made or chosen silently, and the screen asks for one."""
        self.connection.active = False
        form = Form(self.env["coopcycle.import.wizard"].with_user(self.biller))
        self.assertFalse(form.connection_id)
        form.file = base64.b64encode(self.content([self.row()]))
        with self.assertRaisesRegex(AssertionError, "connection_id is a required"):
            form.save()
        self.assertFalse(self.env["coopcycle.connection"].search([]))
