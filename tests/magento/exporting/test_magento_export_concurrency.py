from unittest.mock import patch

from psycopg2 import errors

from odoo.tests import tagged
from odoo.tools import mute_logger

from ....models.magento.exporting.couriers import Invoices
from ....models.magento.exporting.outbox import run
from ....models.shared.running import Transaction
from .two_cursors_common import MagentoTwoCursorsCase


@tagged("post_install", "-at_install")
class TestMagentoExportConcurrency(MagentoTwoCursorsCase):
    """People work on an invoice while the scheduled action exports it.

    The run does not commit between its steps, so that it holds all its locks for longer
    than it would.
    """

    def setUp(self):
        super().setUp()
        within = patch.object(Transaction, "commit", lambda self: self.env.cr.flush())
        within.start()
        self.addCleanup(within.stop)

    # What both work on

    def go_on_with(self, sale):
        """Invoice it."""
        move = sale._create_invoices()
        move.action_post()
        self.move_id = move.id

    def plant_parties(self, env, code):
        income = self.make(
            env["account.account"],
            {"name": "Sales", "code": f"I{code}", "account_type": "income"},
        )
        receivable = self.make(
            env["account.account"],
            {
                "name": "Customers",
                "code": f"R{code}",
                "account_type": "asset_receivable",
                "reconcile": True,
            },
        )
        journal = self.make(
            env["account.journal"],
            {
                "name": "Sales",
                "code": code[:5],
                "type": "sale",
                "default_account_id": income.id,
            },
        )
        self.make(
            env["account.journal"],
            {"name": "Cash", "code": code[1:6], "type": "cash"},
        )
        values = super().plant_parties(env, code)
        partner = env["res.partner"].browse(values["partner_id"])
        partner.property_account_receivable_id = receivable
        return {**values, "journal_id": journal.id}

    def clear_invoices(self, env):
        move = self.move(env)
        payments = move._get_reconciled_payments()
        payments.action_draft()
        payments.unlink()
        wizards = env["account.payment.register"]
        wizards.search([("partner_id", "=", move.partner_id.id)]).unlink()
        if move.state == "posted":
            move.button_draft()
        move.with_context(force_delete=True).unlink()

    def move(self, env):
        return env["account.move"].browse(self.move_id)

    # What each of them does

    def export(self):
        self.assertEqual(self.run_export("export_invoices").state, "done")

    def work_on_invoice(self):
        """Edit, discuss and pay the invoice, all of it in the user's transaction."""
        move = self.move(self.user)
        move.write({"ref": "edited", "narration": "meanwhile"})
        move.invoice_line_ids.name = "Another text"
        question = "Has it been sent?"
        move.message_post(body=question)
        wizard = self.user["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({})._create_payments()
        self.user.flush_all()

    def assert_both_done(self):
        with self.registry.cursor() as cr:
            move = self.move(self.environment(cr))
            self.assertEqual(move.magento_export_state, "done")
            self.assertEqual(move.ref, "edited")
            self.assertIn(move.payment_state, ("in_payment", "paid"))
        self.assertEqual(self.posts(), 1)

    def posts(self):
        return self.simulator.count("POST", "/invoice$")

    # Tests

    def test_user_works_while_it_is_sent(self):
        """Neither of them waits or fails, from the claim to what comes of it."""
        send_all = run.send_all

        def send_meanwhile(*args):
            outcomes = send_all(*args)
            self.work_on_invoice()
            self.user.cr.commit()
            return outcomes

        with patch.object(run, "send_all", send_meanwhile):
            self.export()
        self.worker.cr.commit()
        self.assert_both_done()

    def test_sent_while_user_works(self):
        """What a user has not saved yet keeps no run from its work."""
        self.work_on_invoice()
        self.export()
        self.worker.cr.commit()
        self.user.cr.commit()
        self.assert_both_done()

    def test_reset_as_its_document_is_made(self):
        """A user who cannot see the document yet is told to look again."""
        self.assertEqual(self.move(self.user).state, "posted")
        self.make_document()
        self.worker.cr.commit()
        with self.assertRaises(errors.SerializationFailure):
            self.move(self.user).button_draft()
        self.begin_again()
        self.move(self.user).button_draft()
        self.user.cr.commit()
        self.export()
        self.assertEqual(self.posts(), 0)
        self.assertEqual(self.move(self.worker).magento_export_state, "waiting")

    def test_reset_after_an_export_that_nobody_sees(self):
        """Who resets an invoice that was exported meanwhile gets a word of it."""
        self.assertEqual(self.move(self.user).state, "posted")
        self.export()
        self.worker.cr.commit()
        with self.assertRaises(errors.SerializationFailure):
            self.move(self.user).button_draft()
        self.begin_again()
        move = self.move(self.user)
        move.button_draft()
        said = "".join(move.message_ids.mapped("body"))
        self.assertIn("Magento has this invoice already", said)
        move.action_post()
        self.user.cr.commit()

    @mute_logger("odoo.sql_db")
    def test_document_as_it_is_reset(self):
        """Until a user who resets an invoice is done, no document is made of it."""
        self.move(self.user).button_draft()
        self.user.flush_all()
        with self.assertRaises(errors.LockNotAvailable):
            self.make_document()
        self.worker.cr.rollback()
        self.worker.reset()
        self.user.cr.commit()
        self.export()
        self.assertEqual(self.posts(), 0)
        self.assertFalse(self.move(self.worker).magento_document_ids)

    def test_two_runs(self):
        """A run passes over what another one is taking, and does not wait for it."""
        self.make_document()
        self.worker.cr.commit()
        self.user.cr.rollback()  # it sees the document now
        self.be_impatient(self.user.cr)
        self.assertEqual(self.lock_due(self.worker), self.move_id)
        # Waiting would be a conflict: nothing waits for longer than 200 ms here
        self.assertFalse(self.lock_due(self.user))
        self.worker.cr.rollback()
        self.user.cr.rollback()
        self.assertEqual(self.lock_due(self.user), self.move_id)

    def lock_due(self, env):
        """Take what is due as a run does; return the invoice of it."""
        connection = env["magento.connection"].browse(self.connection_id).sudo()
        operation = connection.operation_ids._get(connection, "export_invoices")
        export = run.ExportRun(operation, None, Invoices(connection), None)
        ids = export.claim._lock(10, None)
        return env["magento.document"].browse(ids).move_id.id

    def make_document(self):
        connection = self.worker["magento.connection"].browse(self.connection_id)
        documents = Invoices(connection.sudo()).create_documents()
        self.assertEqual(documents.move_id, self.move(self.worker))
        self.worker.flush_all()
