from uuid import uuid4

from psycopg2 import errors

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..shared.two_cursors import TwoCursorsCase


@tagged("post_install", "-at_install")
class TestConfirmConcurrency(TwoCursorsCase):
    """Two people confirm invoices of one order at once: it is billed once."""

    def setUp(self):
        super().setUp()
        self.plant_for_test()
        self.one, self.other = self.open_environment(), self.open_environment()

    def open_environment(self):
        """Return an environment whose snapshot is now's."""
        env = super().open_environment()
        self.begin(env)
        return env

    def begin(self, env):
        self.begin_anew(env)
        self.assertEqual(self.invoice(env).state, "draft")

    def plant(self, env):
        """Commit an invoice as an import makes it, and a copy of it."""
        code = uuid4().hex[:6].upper()
        income, receivable = (
            self.make(env["account.account"], {"name": code, "code": code_, **values})
            for code_, values in (
                (f"I{code}", {"account_type": "income"}),
                (f"R{code}", {"account_type": "asset_receivable", "reconcile": True}),
            )
        )
        journal, other_journal = (
            self.make(
                env["account.journal"],
                {
                    "name": f"{code} {letter}",
                    "code": f"{letter}{code[:4]}",
                    "type": "sale",
                    "default_account_id": income.id,
                },
            )
            for letter in "AB"
        )
        partner = self.make(
            env["res.partner"],
            {"name": code, "property_account_receivable_id": receivable.id},
        )
        connection = self.make(env["coopcycle.connection"], {"name": code})
        line = {
            "name": "Delivery (Order #A1)",
            "price_unit": 10,
            "account_id": income.id,
            "tax_ids": [Command.clear()],
            "coopcycle_order_number": "A1",
        }
        invoice = self.make(
            env["account.move"],
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "journal_id": journal.id,
                "invoice_date": "2025-06-13",
                "coopcycle_connection_id": connection.id,
                "invoice_line_ids": [Command.create(line)],
            },
        )
        copy = invoice.copy({"journal_id": other_journal.id})
        copy.invoice_date = invoice.invoice_date
        self.made.append((copy._name, copy.id))
        self.assertEqual(copy.line_ids.mapped("coopcycle_order_number").count("A1"), 1)
        self.invoice_id, self.copy_id = invoice.id, copy.id
        self.connection_id = connection.id

    def clear_away(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            extra = [("coopcycle_connection_id", "=", self.connection_id)]
            moves = env["account.move"].search(extra)
            moves.filtered(lambda move: move.state == "posted").button_draft()
            moves.with_context(force_delete=True).unlink()
            for model, record_id in reversed(self.made):
                env[model].browse(record_id).exists().unlink()

    def invoice(self, env):
        return env["account.move"].browse(self.invoice_id)

    def duplicate(self, env):
        return env["account.move"].browse(self.copy_id)

    def posted(self):
        with self.registry.cursor() as cr:
            extra = [("coopcycle_connection_id", "=", self.connection_id)]
            moves = self.environment(cr)["account.move"].search(extra)
            return len(moves.filtered(lambda move: move.state == "posted"))

    def assert_refused_then(self):
        """Odoo begins again after a conflict, and sees what the other one did."""
        self.begin_anew(self.other)
        with self.assertRaisesRegex(UserError, "invoiced twice"):
            self.duplicate(self.other).action_post()
        self.other.cr.rollback()
        self.assertEqual(self.posted(), 1)

    @mute_logger("odoo.sql_db")
    def test_one_waits(self):
        """While one confirms, the other one's confirmation waits."""
        self.invoice(self.one).action_post()
        with self.assertRaises(errors.LockNotAvailable):
            self.duplicate(self.other).action_post()
        self.one.cr.commit()
        self.assert_refused_then()

    @mute_logger("odoo.sql_db")
    def test_one_was_quicker(self):
        """Who began before the first one ended begins again, and is refused."""
        self.invoice(self.one).action_post()
        self.one.cr.commit()
        with self.assertRaises(errors.SerializationFailure):
            self.duplicate(self.other).action_post()
        self.assert_refused_then()

    @mute_logger("odoo.sql_db")
    def test_copy_that_nobody_sees(self):
        """A copy that is made and confirmed at once conflicts too."""
        copy = self.duplicate(self.one).copy()
        copy.invoice_date = "2025-06-13"
        copy.action_post()
        self.one.cr.commit()
        with self.assertRaises(errors.SerializationFailure):
            self.invoice(self.other).action_post()
        self.assert_refused_then()

    @mute_logger("odoo.sql_db")
    def test_import_meanwhile(self):
        """Who imports begins again after a confirmation, and sees it."""
        connections = self.other["coopcycle.connection"]
        self.invoice(self.one).action_post()
        self.one.flush_all()
        with self.assertRaisesRegex(UserError, "confirming"):
            connections.browse(self.connection_id)._lock_for_import()
        self.one.cr.commit()
        self.begin_anew(self.other)
        connections.browse(self.connection_id)._lock_for_import()
