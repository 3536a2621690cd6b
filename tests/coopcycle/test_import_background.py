from contextlib import suppress
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ...models.coopcycle import coopcycle_import
from ...models.coopcycle.background import coopcycle_import as background
from ...models.coopcycle.importing import InvoiceWriter
from ..shared.versions import run_cron
from .common import CoopcycleCommon

LIMIT = coopcycle_import.MAX_LINES_AT_ONCE
CRON = "coopcycle_magento.ir_cron_run_imports"


class Killed(BaseException):
    """Ends a run as a kill does: nothing catches it."""


@tagged("post_install", "-at_install")
class TestImportBackground(CronMixinCase, CoopcycleCommon):
    """Much is written in the background: in batches, resumable, all or nothing.

    Here a file of more than 4 rows is much, and a batch has 2 lines.
    """

    def setUp(self):
        super().setUp()
        self.patch(coopcycle_import, "MAX_LINES_AT_ONCE", 4)
        self.patch(background, "LINES_PER_BATCH", 2)

    def queue(self, **values):
        """Import a file of three invoices with two lines each."""
        import_ = self.run_import(self.rows(6, per_invoice=2), **values)
        self.assertEqual(import_.state, "queued")
        return import_

    def run_cron(self):
        """Run the scheduled action as the scheduler does."""
        run_cron(self.env.ref(CRON))

    def break_batch(self, number, error):
        """Raise an error at the end of a batch, after its invoices were written."""
        write, calls = InvoiceWriter.write_invoices, []

        def broken(writer, plans):
            result = write(writer, plans)
            calls.append(plans)
            if len(calls) == number:
                raise error
            return result

        return patch.object(InvoiceWriter, "write_invoices", broken)

    def assert_complete(self, import_):
        """Each invoice of the file is there once, and whole."""
        self.assertEqual(import_.state, "done")
        self.assertEqual(
            sorted(import_.move_ids.mapped("coopcycle_external_id")),
            sorted(self.external_id(store) for store in (1, 2, 3)),
        )
        orders = import_.move_ids.invoice_line_ids.mapped("coopcycle_order_number")
        self.assertEqual(sorted(orders), [f"A{number}" for number in range(6)])
        self.assertEqual(import_.done_line_count, 6)
        self.assertEqual(import_.progress, 100)

    # The way to the background

    def test_limit(self):
        """As many rows as the limit are imported in the click, one more is not."""
        self.assertEqual(LIMIT, 1000)
        self.assertEqual(self.run_import(self.rows(4)).state, "done")
        rows = self.rows(5, export="next", label="no order")
        self.assertEqual(self.run_import(rows).state, "queued")

    def test_queued(self):
        """The click writes no invoice, wakes the cron and shows the import."""
        with self.capture_triggers(CRON) as captured:
            wizard = self.make_wizard(self.rows(6, per_invoice=2))
            action = wizard.action_import()
        self.assertEqual(len(captured.records), 1)
        self.assertLessEqual(captured.records.call_at, fields.Datetime.now())
        self.assertEqual(action["res_model"], "coopcycle.import")
        self.assertEqual(action["res_id"], wizard.import_id.id)
        self.assertRecordValues(
            wizard.import_id,
            [{"state": "queued", "move_count": 0, "line_count": 6, "progress": 0}],
        )

    def test_run(self):
        """The cron writes all invoices, as the user who imported."""
        import_ = self.queue()
        self.run_cron()
        self.assert_complete(import_)
        self.assertEqual(import_.move_ids.create_uid, self.biller)
        self.assertEqual(import_.move_ids.company_id, self.company)
        self.assertEqual(sum(import_.move_ids.mapped("amount_untaxed")), 60)

    def test_queued_by_a_script(self):
        """A script's import, by Odoo's own user, is run too."""
        root = self.env.ref("base.user_root")
        import_ = self.queue(user=root, connection_id=self.connection.id)
        self.run_cron()
        self.assert_complete(import_)

    def test_user_was_archived(self):
        """Nothing is imported for somebody who has left."""
        import_ = self.queue()
        self.biller.sudo().active = False
        self.run_cron()
        self.assertEqual(import_.state, "failed")
        self.assertFalse(import_.move_ids)

    def test_run_again(self):
        """A second run of the cron finds nothing to do."""
        import_ = self.queue()
        self.run_cron()
        self.run_cron()
        self.assert_complete(import_)

    def test_note(self):
        """The user gets a note when it is done."""
        import_ = self.queue()
        self.run_cron()
        note = import_.message_ids.filtered("partner_ids")
        self.assertEqual(note.partner_ids, self.biller.partner_id)
        self.assertIn("3 invoices", note.body)

    def test_log(self):
        """One log tells all batches."""
        import_ = self.queue()
        self.run_cron()
        log = self.env["integration.process.log"].search([("res_id", "=", import_.id)])
        self.assertRecordValues(
            log, [{"trigger": "schedule", "state": "done", "line_count": 3}]
        )

    def test_picks_and_new_customers(self):
        """What the user picked and wants created holds in the background too."""
        rows = self.rows(6, per_invoice=2, product="Cargo")
        for row in rows[4:]:
            row["partner"] = "New"
        wizard = self.run_test(rows, create_missing_partners=True, user=self.env.user)
        self.finding(wizard, "product_missing").product_id = self.product
        wizard.action_import()
        self.run_cron()
        import_ = wizard.import_id
        self.assert_complete(import_)
        self.assertEqual(import_.move_ids.invoice_line_ids.product_id, self.product)
        self.assertIn("New", import_.move_ids.partner_id.mapped("name"))

    def test_import_while_one_waits(self):
        """Another file has to wait; the same one is in already."""
        self.queue()
        wizard = self.import_blocked([self.row("B1", store=9)])
        self.finding(wizard, "import_running")
        wizard = self.import_blocked(self.rows(6, per_invoice=2))
        self.finding(wizard, "file_already_imported")

    # Interrupted

    def kill(self, import_, batch=2):
        """Run the import and kill it at the end of a batch."""
        with self.break_batch(batch, Killed()):
            self.run_and_die()
        self.assertEqual(import_.state, "running")

    def run_and_die(self):
        """Run the cron until it is killed, which takes back the last batch only."""
        # assertRaises would take back all that was written in it
        with suppress(Killed):
            self.run_cron()
            self.fail("The run was not killed.")
        self.env.invalidate_all()

    def test_killed(self):
        """A killed run leaves whole invoices, and the next one goes on."""
        import_ = self.queue()
        self.kill(import_)
        self.assertEqual(len(import_.move_ids), 1)
        self.assertEqual(len(import_.move_ids.invoice_line_ids), 2)
        self.assertEqual(round(import_.progress), 33)
        self.run_cron()
        self.assert_complete(import_)

    def test_killed_twice(self):
        """Even when it is killed again."""
        import_ = self.queue()
        self.kill(import_)
        self.kill(import_)
        self.run_cron()
        self.assert_complete(import_)

    def test_killed_with_new_customer(self):
        """A customer who was created before the kill is not created again."""
        rows = self.rows(6, per_invoice=2, partner="New")
        import_ = self.run_import(
            rows, create_missing_partners=True, user=self.env.user
        )
        self.kill(import_)
        self.run_cron()
        self.assert_complete(import_)
        self.assertEqual(
            self.env["res.partner"].search_count([("name", "=", "New")]), 1
        )

    def test_killed_keeps_one_log(self):
        """The run that goes on writes into the same log."""
        import_ = self.queue()
        self.kill(import_)
        self.run_cron()
        log = self.env["integration.process.log"].search([("res_id", "=", import_.id)])
        self.assertRecordValues(log, [{"state": "done", "line_count": 3}])

    def test_killed_keeps_the_findings(self):
        """The findings and sums are those of the beginning, not of what was left."""
        rows = self.rows(6, per_invoice=2, partner="New")
        import_ = self.run_import(
            rows, create_missing_partners=True, user=self.env.user
        )
        self.kill(import_)
        self.run_cron()
        self.assertEqual(import_.issue_ids.mapped("code"), ["partner_created"])
        self.assertEqual(import_.invoice_count, 3)

    def test_killed_while_updating(self):
        """Drafts that were made like the file before the kill stay so."""
        self.run_import(self.rows(2))
        rows = self.rows(6, per_invoice=2, price_unit="11")
        import_ = self.run_import(rows, update_changed_drafts=True)
        self.kill(import_)
        self.run_cron()
        self.assertEqual(import_.state, "done")
        moves = import_.move_ids | import_.updated_move_ids
        self.assertEqual(len(moves), 3)
        self.assertEqual(set(moves.mapped("amount_untaxed")), {22})

    def test_killed_after_updating_all(self):
        """Where nothing is left to update, the next run only ends the import."""
        first = self.run_import(self.rows(4, per_invoice=2))
        rows = [
            *(self.row(f"B{number}", store=1, price_unit="11") for number in range(3)),
            *(self.row(f"C{number}", store=2, price_unit="11") for number in range(2)),
        ]
        import_ = self.run_import(rows, update_changed_drafts=True)
        with patch.object(type(import_), "_end_run", side_effect=Killed):
            self.run_and_die()
        self.run_cron()
        self.assertEqual(import_.state, "done")
        self.assertEqual(import_.updated_move_ids, first.move_ids)
        self.assertEqual(sum(first.move_ids.mapped("amount_untaxed")), 55)

    def test_killed_after_the_last_batch(self):
        """Where all invoices were written, the next run only ends the import."""
        import_ = self.queue()
        with patch.object(type(import_), "_end_run", side_effect=Killed):
            self.run_and_die()
        self.run_cron()
        self.assert_complete(import_)

    def test_time_is_up(self):
        """A run that takes long stops after a batch and wakes the next one."""
        self.patch(background, "SECONDS_PER_RUN", -1)
        import_ = self.queue()
        for done in (2, 4):
            with self.capture_triggers(CRON) as captured:
                self.run_cron()
            self.assertEqual(import_.done_line_count, done)
            self.assertEqual(import_.state, "running")
            self.assertTrue(captured.records)
        self.run_cron()
        self.run_cron()
        self.assert_complete(import_)

    @mute_logger("odoo.sql_db")
    def test_locked_records(self):
        """Where somebody else works on the same records, a later run goes on."""
        import_ = self.queue()
        with self.break_batch(2, psycopg2.errors.SerializationFailure()):
            self.run_cron()
        self.assertEqual(import_.state, "running")
        self.run_cron()
        self.assert_complete(import_)

    # Not to be confirmed

    def test_not_confirmable_while_running(self):
        """Its drafts cannot be confirmed before all are there."""
        import_ = self.queue()
        self.kill(import_)
        with self.assertRaisesRegex(UserError, "still running"):
            import_.move_ids.action_post()
        self.assertEqual(import_.move_ids.state, "draft")
        self.run_cron()
        import_.move_ids.action_post()
        self.assertEqual(set(import_.move_ids.mapped("state")), {"posted"})

    def test_not_deletable_while_running(self):
        """Nor can the import be deleted."""
        import_ = self.queue()
        with self.assertRaises(UserError):
            import_.unlink()

    def test_undo_while_interrupted(self):
        """An import that was killed can be undone."""
        import_ = self.queue()
        self.kill(import_)
        import_.with_user(self.biller).action_undo()
        self.run_cron()
        self.assertEqual(import_.state, "undone")
        self.assertFalse(import_.move_ids)

    # Failed

    def assert_failed(self, import_, text):
        self.assertEqual(import_.state, "failed")
        self.assertIn(text, import_.error)
        self.assertFalse(import_.move_ids)
        note = import_.message_ids.filtered("partner_ids")
        self.assertEqual(note.partner_ids, self.biller.partner_id)
        log = self.env["integration.process.log"].search([("res_id", "=", import_.id)])
        self.assertEqual(log.state, "failed")
        self.assertIn("error", log.line_ids.mapped("level"))

    def test_fatal_error(self):
        """A fatal error removes this import's drafts and tells the user."""
        import_ = self.queue()
        with (
            self.break_batch(2, ValueError("out of order")),
            mute_logger(background.__name__),
        ):
            self.run_cron()
        self.assert_failed(import_, "out of order")

    def test_fatal_error_before_updating(self):
        """Drafts that were to be updated stay as they were."""
        first = self.run_import(self.rows(2)).move_ids
        rows = self.rows(6, per_invoice=2, price_unit="11")
        import_ = self.run_import(rows, update_changed_drafts=True)
        with self.break_batch(2, UserError("Odoo says no")):
            self.run_cron()
        self.assert_failed(import_, "Odoo says no")
        self.assertFalse(import_.updated_move_ids)
        self.assertEqual(first.amount_untaxed, 20)

    def test_fatal_error_in_updating(self):
        """They do so too when one of them cannot be updated."""
        first = self.run_import(self.rows(2)).move_ids
        rows = self.rows(6, per_invoice=2, price_unit="11")
        import_ = self.run_import(rows, update_changed_drafts=True)
        with self.break_batch(3, UserError("Odoo says no")):
            self.run_cron()
        self.assert_failed(import_, "Odoo says no")
        self.assertEqual(first.amount_untaxed, 20)

    def test_refused_by_odoo(self):
        """So does what Odoo refuses, without an error in the server's log."""
        import_ = self.queue()
        with self.break_batch(2, UserError("Odoo says no")):
            self.run_cron()
        self.assert_failed(import_, "Odoo says no")

    def test_after_failure(self):
        """The file may come in again when the error is gone."""
        import_ = self.queue()
        with self.break_batch(2, UserError("Odoo says no")):
            self.run_cron()
        again = self.queue()
        self.run_cron()
        self.assert_complete(again)
        self.assertEqual(import_.state, "failed")

    def test_no_longer_fits(self):
        """A file that stopped fitting since the click is not begun."""
        import_ = self.queue()
        self.acme.active = False
        self.run_cron()
        self.assert_failed(import_, "no longer fits")
        self.assertIn("partner_missing", import_.issue_ids.mapped("code"))

    def test_no_longer_fits_after_a_kill(self):
        """The drafts of the first batches go when the rest cannot come."""
        import_ = self.queue()
        self.kill(import_)
        self.product.active = False
        self.run_cron()
        self.assert_failed(import_, "no longer fits")

    def test_one_failure_does_not_starve_the_others(self):
        """Another instance's import is run all the same."""
        bad = self.queue()
        other = self.env["coopcycle.connection"].create({"name": "Other"})
        rows = self.rows(6, per_invoice=2, partner=self.velos.name)
        good = self.run_import(rows, connection_id=other.id)
        self.acme.active = False
        self.run_cron()
        self.assertEqual(bad.state, "failed")
        self.assert_complete(good)
