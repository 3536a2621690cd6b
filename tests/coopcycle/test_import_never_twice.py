from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..shared.versions import map_tax, price_included
from .common import HEADER, CoopcycleCommon

# How Odoo's own import is told to read the export
ODOO_FIELDS = {
    "external_id": "id",
    "invoice_date": "invoice_date",
    "partner": "partner_id",
    "account": "invoice_line_ids/account_id",
    "product": "invoice_line_ids/product_id",
    "label": "invoice_line_ids/name",
    "price_unit": "invoice_line_ids/price_unit",
    "quantity": "invoice_line_ids/quantity",
}


class NeverTwiceCommon(CoopcycleCommon):
    def reverse(self, move, **values):
        """Reverse an invoice with a credit note, confirmed if nothing else is said."""
        post = values.pop("post", True)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": move.date})
        )
        wizard.reverse_moves()
        credit = wizard.new_move_ids
        credit.write(values)
        if post:
            credit.action_post()
        return credit

    def import_posted(self, rows):
        move = self.run_import(rows).move_ids
        move.action_post()
        return move

    def assert_invoiced(self, rows):
        """Test a file whose orders must not be billed again."""
        self.finding(self.import_blocked(rows), "order_already_invoiced")

    def assert_imported(self, rows, **values):
        import_ = self.run_import(rows, **values)
        self.assertTrue(import_.move_ids)
        return import_.move_ids


@tagged("post_install", "-at_install")
class TestSameFile(NeverTwiceCommon):
    """The same file, or the same External ID with other content."""

    def test_same_file(self):
        """The same file again creates nothing and points to the first import."""
        import_ = self.run_import([self.row("A1"), self.row("B1", store=2)])
        wizard = self.import_blocked([self.row("A1"), self.row("B1", store=2)])
        finding = self.finding(wizard, "file_already_imported")
        self.assertIn(import_.display_name, finding.message)

    def test_same_file_after_confirming(self):
        """Nor does it when the invoices were confirmed."""
        self.import_posted([self.row()])
        self.finding(self.import_blocked([self.row()]), "file_already_imported")

    def test_same_file_whatever_is_ticked(self):
        """No switch brings the same file in again."""
        self.run_import([self.row()])
        wizard = self.import_blocked(
            [self.row()],
            only_valid_invoices=True,
            skip_invoiced_orders=True,
            update_changed_drafts=True,
        )
        self.finding(wizard, "file_already_imported")

    def test_same_content_saved_otherwise(self):
        """A spreadsheet saved the same rows with semicolons."""
        self.run_import([self.row()])
        wizard = self.import_blocked(self.content([self.row()], HEADER, ";"))
        self.finding(wizard, "file_already_imported")

    def test_changed_draft_was_left_out(self):
        """A draft that a file left as it was is updated by the same file later."""
        move = self.run_import([self.row()]).move_ids
        rows = [self.row(price_unit="11"), self.row("B1", store=2)]
        self.run_import(rows, only_valid_invoices=True)
        self.assertEqual(move.amount_untaxed, 10)
        again = self.run_import(rows, update_changed_drafts=True)
        self.assertEqual(again.updated_move_ids, move)
        self.assertEqual(move.amount_untaxed, 11)

    def test_edited_after_the_second_import_of_a_file(self):
        """What is edited by hand is no news of any import of the same file."""
        move = self.run_import([self.row()]).move_ids
        rows = [self.row(price_unit="11"), self.row("B1", store=2)]
        self.run_import(rows, only_valid_invoices=True)
        self.run_import(rows, update_changed_drafts=True)
        move.invoice_line_ids.price_unit = 99
        wizard = self.import_blocked(rows, update_changed_drafts=True)
        self.finding(wizard, "file_already_imported")
        self.assertEqual(move.amount_untaxed, 99)

    def test_longer_file(self):
        """Invoices that are in Odoo are left alone; new ones are imported."""
        first = self.run_import([self.row()])
        second = self.run_import([self.row(), self.row("B1", store=2)])
        self.assertEqual(len(first.move_ids.invoice_line_ids), 1)
        self.assertEqual(
            second.move_ids.mapped("coopcycle_external_id"), [self.external_id(2)]
        )
        self.assertIn("invoice_unchanged", second.issue_ids.mapped("code"))

    def test_invoices_that_were_not_fine_come_later(self):
        """What was left out of a file comes in when the file is fine."""
        rows = [self.row(), self.row("B1", store=2, partner="Newco")]
        self.run_import(rows, only_valid_invoices=True)
        self.make_customer("Newco")
        moves = self.assert_imported(rows)
        self.assertEqual(moves.coopcycle_external_id, self.external_id(2))

    def test_changed_draft(self):
        """A draft shows its difference: lines added, removed and changed."""
        self.run_import([self.row(f"A{number}") for number in range(1, 4)])
        wizard = self.import_blocked(
            [self.row("A1"), self.row("A2", price_unit="12"), self.row("A4")]
        )
        message = self.finding(wizard, "invoice_changed").message
        self.assertIn("added: 1 (A4)", message)
        self.assertIn("removed: 1 (A3)", message)
        self.assertRegex(message, r"changed: 1 \(A2 .*10.00.* → .*12.00")

    def test_changed_header(self):
        """Another customer or date is a difference too."""
        self.run_import([self.row()])
        for values in ({"partner": self.velos.name}, {"invoice_date": "2025-06-14"}):
            wizard = self.import_blocked([self.row(**values)])
            self.assertTrue(
                {"invoice_changed", "partner_renamed"} & set(self.codes(wizard))
            )

    def test_update_draft(self):
        """A changed draft is made like the file on request."""
        first = self.run_import([self.row(f"A{number}") for number in range(1, 4)])
        rows = [self.row("A1"), self.row("A2", price_unit="12"), self.row("A4")]
        second = self.run_import(rows, update_changed_drafts=True)
        move = first.move_ids
        self.assertFalse(second.move_ids)
        self.assertEqual(second.updated_move_ids, move)
        self.assertRecordValues(
            move.invoice_line_ids.sorted("coopcycle_order_number"),
            [
                {"coopcycle_order_number": "A1", "price_unit": 10},
                {"coopcycle_order_number": "A2", "price_unit": 12},
                {"coopcycle_order_number": "A4", "price_unit": 10},
            ],
        )
        self.assertEqual(move.amount_untaxed, 32)
        self.finding(self.import_blocked(rows), "file_already_imported")

    def test_update_date_and_customer(self):
        """The header of a changed draft follows the file."""
        self.run_import([self.row()])
        move = self.env["account.move"].search([("coopcycle_external_id", "!=", False)])
        row = self.row(invoice_date="2025-06-20", partner=self.velos.name)
        self.run_import([row], update_changed_drafts=True)
        self.assertRecordValues(
            move,
            [
                {
                    "invoice_date": fields.Date.to_date("2025-06-20"),
                    "partner_id": self.velos.id,
                }
            ],
        )

    def test_update_customer_abroad(self):
        """Another customer's fiscal position decides the taxes."""
        abroad = self.make_tax(5)
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        map_tax(position, self.tax, abroad)
        self.velos.property_account_position_id = position
        move = self.run_import([self.row()]).move_ids
        self.run_import([self.row(partner=self.velos.name)], update_changed_drafts=True)
        self.assertEqual(move.invoice_line_ids.tax_ids, abroad)
        self.assertRecordValues(move, [{"amount_untaxed": 10, "amount_tax": 0.5}])

    def test_update_turns_into_credit_note(self):
        """A draft whose sum becomes negative becomes a credit note."""
        self.run_import([self.row()])
        self.run_import([self.row(price_unit="-3")], update_changed_drafts=True)
        move = self.env["account.move"].search([("coopcycle_external_id", "!=", False)])
        self.assertRecordValues(
            move, [{"move_type": "out_refund", "amount_untaxed": 3}]
        )

    def test_update_credit_note(self):
        """A draft credit note is updated with its signs."""
        self.run_import([self.row(price_unit="-3")])
        import_ = self.run_import(
            [self.row(price_unit="-4"), self.row("A2", price_unit="-1")],
            update_changed_drafts=True,
        )
        self.assertRecordValues(
            import_.updated_move_ids, [{"move_type": "out_refund", "amount_untaxed": 5}]
        )

    def test_update_with_included_tax(self):
        """An updated line has the file's amount with a tax in its price too."""
        self.product.taxes_id = self.make_tax(20, **price_included())
        self.run_import([self.row(price_unit="10")])
        import_ = self.run_import(
            [self.row(price_unit="11"), self.row("A2", price_unit="3.33")],
            update_changed_drafts=True,
        )
        self.assertEqual(import_.updated_move_ids.amount_untaxed, 14.33)

    def test_draft_edited_by_hand(self):
        """A draft that somebody edited is left alone by the same file."""
        move = self.run_import([self.row()]).move_ids
        move.invoice_line_ids.price_unit = 99
        self.import_blocked([self.row()], update_changed_drafts=True)
        self.assertEqual(move.amount_untaxed, 99)

    def test_posted_is_never_touched(self):
        """A confirmed invoice that differs blocks, also when drafts are updated."""
        move = self.import_posted([self.row()])
        wizard = self.import_blocked(
            [self.row(price_unit="11")], update_changed_drafts=True
        )
        self.assertIn(move.name, self.finding(wizard, "invoice_posted").message)
        self.assertEqual(move.amount_untaxed, 10)

    def test_posted_is_left_out(self):
        """Only the fine invoices of such a file are imported on request."""
        move = self.import_posted([self.row()])
        rows = [self.row(price_unit="11"), self.row("B1", store=2)]
        moves = self.assert_imported(rows, only_valid_invoices=True)
        self.assertEqual(moves.coopcycle_external_id, self.external_id(2))
        self.assertEqual(move.amount_untaxed, 10)

    def test_after_undo(self):
        """After an import was undone the same file comes in again."""
        self.run_import([self.row()]).action_undo()
        self.assert_imported([self.row()])

    def test_after_drafts_were_deleted(self):
        """After its drafts were deleted the same file comes in again."""
        self.run_import([self.row()]).move_ids.unlink()
        self.assert_imported([self.row()])

    def test_after_one_draft_was_deleted(self):
        """Only the draft that was deleted is made again."""
        rows = [self.row(), self.row("B1", store=2)]
        self.run_import(rows).move_ids[0].unlink()
        self.assertEqual(
            self.assert_imported(rows).coopcycle_external_id, self.external_id(1)
        )

    def test_after_cancelling(self):
        """Cancelled drafts do not keep the file out."""
        self.run_import([self.row()]).move_ids.button_cancel()
        self.assert_imported([self.row()])

    def test_other_instance(self):
        """External ids and orders of another instance mean something else."""
        self.run_import([self.row()])
        other = self.env["coopcycle.connection"].create({"name": "Other"})
        self.assert_imported([self.row()], connection_id=other.id)

    def test_same_file_for_another_instance(self):
        """But the same file warns that one of the choices is wrong."""
        import_ = self.run_import([self.row()])
        other = self.env["coopcycle.connection"].create({"name": "Other"})
        wizard = self.run_test([self.row()], connection_id=other.id)
        finding = self.finding(wizard, "file_in_other_instance")
        self.assertEqual(finding.severity, "warning")
        self.assertIn(import_.display_name, finding.message)

    def test_wizard_leads_to_the_first_import(self):
        """The screen can open the import that has the file."""
        import_ = self.run_import([self.row()])
        wizard = self.run_test([self.row()])
        self.assertEqual(wizard.earlier_import_id, import_)


@tagged("post_install", "-at_install")
class TestSameOrder(NeverTwiceCommon):
    """An order that is on a live invoice is not billed by another export."""

    def setUp(self):
        super().setUp()
        self.first = [self.row("A1"), self.row("A2")]
        self.next = [self.row("A2", export="next")]

    def test_order_on_draft(self):
        self.run_import(self.first)
        self.assert_invoiced(self.next)

    def test_order_on_posted(self):
        self.import_posted(self.first)
        self.assert_invoiced(self.next)

    def test_leave_out(self):
        """Rows that were invoiced are left out on request, and that is said."""
        self.run_import(self.first)
        rows = [*self.next, self.row("A3", export="next")]
        wizard = self.run_test(rows, skip_invoiced_orders=True)
        self.assert_no_errors(wizard)
        self.assertEqual(self.finding(wizard, "order_left_out").rows, "2")
        self.assertRecordValues(wizard, [{"line_count": 1, "amount_untaxed": 10}])
        wizard.action_import()
        lines = wizard.import_id.move_ids.invoice_line_ids
        self.assertEqual(lines.mapped("coopcycle_order_number"), ["A3"])

    def test_left_out_order_is_due_again(self):
        """When the other invoice is cancelled, the same file reports the order."""
        first = self.run_import(self.first).move_ids
        rows = [*self.next, self.row("A3", export="next")]
        move = self.run_import(rows, skip_invoiced_orders=True).move_ids
        first.button_cancel()
        finding = self.finding(self.import_blocked(rows), "invoice_changed")
        self.assertIn("added: 1 (A2)", finding.message)
        self.run_import(rows, update_changed_drafts=True)
        self.assertEqual(
            set(move.invoice_line_ids.mapped("coopcycle_order_number")), {"A2", "A3"}
        )

    def test_left_out_order_of_a_confirmed_invoice(self):
        """Nor is it lost when the invoice that lacks it was confirmed."""
        first = self.run_import(self.first).move_ids
        rows = [*self.next, self.row("A3", export="next")]
        self.run_import(rows, skip_invoiced_orders=True).move_ids.action_post()
        first.button_cancel()
        finding = self.finding(self.import_blocked(rows), "invoice_posted")
        self.assertIn("added: 1 (A2)", finding.message)

    def test_leave_out_all(self):
        """Where all rows are left out, nothing is imported."""
        self.run_import(self.first)
        wizard = self.import_blocked(self.next, skip_invoiced_orders=True)
        self.finding(wizard, "nothing_to_import")

    def test_cancelled(self):
        self.run_import(self.first).move_ids.button_cancel()
        self.assert_imported(self.next)

    def test_fully_reversed(self):
        self.reverse(self.import_posted(self.first))
        self.assert_imported(self.next)

    def test_credit_note_is_draft(self):
        self.reverse(self.import_posted(self.first), post=False)
        self.assert_invoiced(self.next)

    def test_partially_reversed(self):
        move = self.import_posted(self.first)
        credit = self.reverse(move, post=False)
        credit.invoice_line_ids[0].unlink()
        credit.action_post()
        self.assert_invoiced(self.next)

    def test_reversed_in_two_parts(self):
        move = self.import_posted(self.first)
        for number in (0, 1):
            credit = self.reverse(move, post=False)
            credit.invoice_line_ids[number].unlink()
            credit.action_post()
        self.assert_imported(self.next)

    def test_credit_note_was_cancelled(self):
        credit = self.reverse(self.import_posted(self.first))
        credit.button_draft()
        credit.button_cancel()
        self.assert_invoiced(self.next)

    def test_reversed_and_billed_anew(self):
        """Odoo's “Reverse and create invoice” bills the order again."""
        move = self.import_posted(self.first)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": move.date})
        )
        wizard.modify_moves()
        self.assert_invoiced(self.next)

    def test_copy_bills_too(self):
        """A copy of a cancelled invoice still bills the order."""
        move = self.run_import(self.first).move_ids
        move.copy()
        move.button_cancel()
        self.assert_invoiced(self.next)

    def test_copy_is_not_confirmed_too(self):
        """An order is not confirmed on an invoice and on its copy."""
        move = self.import_posted(self.first)
        with self.assertRaisesRegex(UserError, "A1.*twice.*Resolution: "):
            move.copy().action_post()

    def test_revived_invoice_is_not_confirmed_too(self):
        """Nor on an invoice that was cancelled, billed anew, and is revived."""
        move = self.run_import(self.first).move_ids
        move.button_cancel()
        self.import_posted(self.next)
        move.button_draft()
        with self.assertRaisesRegex(UserError, "A2.*twice.*Resolution: "):
            move.action_post()

    def test_copies_are_not_confirmed_at_once(self):
        """Nor on two drafts that are confirmed together."""
        move = self.run_import(self.first).move_ids
        copy = move.copy()
        with self.assertRaisesRegex(UserError, "twice"):
            (move + copy).action_post()

    def test_credit_note_is_confirmed(self):
        """A credit note by reversal is confirmed, also while a copy is a draft."""
        move = self.import_posted(self.first)
        move.copy()
        partial = self.reverse(move, post=False)
        partial.invoice_line_ids[0].unlink()
        partial.action_post()
        whole = self.reverse(move)
        self.assertEqual(set((partial + whole).mapped("state")), {"posted"})

    def test_credit_note_is_confirmed_again(self):
        """So is one that was reset to draft after the orders were billed anew."""
        move = self.import_posted(self.first)
        credit = self.reverse(move)
        self.import_posted(self.next)
        credit.button_draft()
        credit.action_post()
        self.assertEqual(credit.state, "posted")

    def test_reversed_copy_is_confirmed(self):
        """A copy is confirmed where the first invoice was reversed."""
        move = self.import_posted(self.first)
        self.reverse(move)
        copy = move.copy()
        copy.action_post()
        self.assertEqual(copy.state, "posted")

    def test_same_file_after_full_reversal(self):
        """The same file may come in again as well."""
        self.reverse(self.import_posted(self.first))
        self.assert_imported(self.first)

    def test_credit_note_of_the_import(self):
        """An order on an imported credit note counts as billed."""
        self.run_import([self.row(price_unit="-5")])
        self.assert_invoiced([self.row(price_unit="-5", export="next")])

    def test_free_invoice(self):
        """An invoice of nothing bills its orders too."""
        self.import_posted([self.row(price_unit="0")])
        self.assert_invoiced([self.row(export="next")])

    def test_deleted_line(self):
        """An order whose line was deleted from the draft may be billed."""
        move = self.run_import(self.first).move_ids
        move.invoice_line_ids[1].unlink()
        self.assert_imported(self.next)


@tagged("post_install", "-at_install")
class TestAfterOdooImport(NeverTwiceCommon):
    """Invoices that Odoo's own import made from the same file count too."""

    def odoo_import(self, rows):
        """Import rows with Odoo's own import and return the invoices."""
        result = (
            self.env["account.move"]
            .with_context(default_move_type="out_invoice", import_file=True)
            .load(
                list(ODOO_FIELDS.values()),
                [[row[role] for role in ODOO_FIELDS] for row in rows],
            )
        )
        self.assertFalse(result["messages"])
        return self.env["account.move"].browse(set(result["ids"]))

    def test_odoo_import(self):
        """What Odoo's import makes is what this is about."""
        move = self.odoo_import([self.row()])
        self.assertEqual(
            move.get_external_id(), {move.id: f"__import__.{self.external_id()}"}
        )

    def test_same_file(self):
        """The same file is not billed again, draft or confirmed."""
        move = self.odoo_import([self.row()])
        self.assert_invoiced([self.row()])
        move.action_post()
        self.assert_invoiced([self.row()])

    def test_same_external_id_without_order(self):
        """The External ID alone tells it, where the label has no order number."""
        rows = [self.row(label="Waiting time")]
        self.odoo_import(rows)
        self.assert_invoiced(rows)

    def test_same_order_in_another_export(self):
        """The order number tells it, in every language of CoopCycle."""
        labels = {
            "A1": "Order #A1",
            "A2": "Commande #A2",
            "A3": "Pedido #A3",
            "A4": "Objednávka č. A4",
        }
        self.odoo_import(
            [
                self.row(order, store=number, label=f"Delivery (x) ({text})")
                for number, (order, text) in enumerate(labels.items())
            ]
        )
        for order in labels:
            with self.subTest(order):
                self.assert_invoiced([self.row(order, export="next", store=9)])

    def test_cancelled(self):
        self.odoo_import([self.row()]).button_cancel()
        self.assert_imported([self.row()])

    def test_deleted(self):
        self.odoo_import([self.row()]).unlink()
        self.assert_imported([self.row()])

    def test_fully_reversed(self):
        move = self.odoo_import([self.row()])
        move.action_post()
        self.reverse(move)
        self.assert_imported([self.row()])

    def test_leave_out(self):
        """Its orders are left out on request."""
        self.odoo_import([self.row("A1")])
        rows = [self.row("A1", export="next"), self.row("A2", export="next")]
        moves = self.assert_imported(rows, skip_invoiced_orders=True)
        lines = moves.invoice_line_ids
        self.assertEqual(lines.mapped("coopcycle_order_number"), ["A2"])

    def test_installed_anew(self):
        """An uninstallation takes what tells imports, and leaves labels and numbers."""
        move = self.run_import([self.row("A1"), self.row("A2")]).move_ids
        move.action_post()
        move.sudo().write(
            {"coopcycle_import_id": False, "coopcycle_external_id": False}
        )
        move.sudo().coopcycle_connection_id = False
        move.sudo().line_ids.coopcycle_order_number = False
        self.assertFalse(move.get_external_id()[move.id])
        self.assert_invoiced([self.row("A1", export="again")])
        self.assert_imported([self.row("A12", export="other")])
        self.reverse(move)
        self.assert_imported([self.row("A1", export="again")])

    def test_copy_of_odoo_import(self):
        """A copy that somebody made of it is seen as well."""
        move = self.odoo_import([self.row()])
        move.copy()
        move.button_cancel()
        self.assert_invoiced([self.row(export="again")])

    def test_order_that_only_begins_alike(self):
        """Order A1 is not order A11."""
        self.odoo_import([self.row("A11")])
        self.assert_imported([self.row("A1", export="next")])
