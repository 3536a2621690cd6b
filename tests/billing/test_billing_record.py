import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingRecord(BillingCommon):
    """Decisions are the record: nobody changes or removes them unnoticed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_policy()
        cls.orders = [cls.sell(number) for number in (1, 2, 3)]
        for order in cls.orders:
            cls.deliver(order)
        cls.run_all()
        cls.found = cls.su["billing.decision"].union(*map(cls.decisions, cls.orders))

    def seal(self):
        self.su["billing.operation"]._cron_run("seal_decisions")
        self.assertTrue(all(self.found.mapped("chain_hash")))

    def verify(self):
        decision, problem = self.su["billing.decision"]._verify(self.company)
        return decision, bool(problem)

    def test_nobody_removes(self):
        """4.61: not even the program removes a decision."""
        with self.assertRaises(UserError):
            self.found[0].unlink()
        with self.assertRaises(AccessError):
            self.found[0].with_user(self.manager).unlink()
        with self.assertRaises(AccessError):
            self.found[0].with_user(self.manager).write({"reason": "x"})

    def test_sealed_stays(self):
        """What is sealed the program itself cannot change."""
        self.seal()
        with self.assertRaises(AccessError):
            self.found[0].amount_total = 1
        self.found[0].with_user(self.manager).give_feedback("right")
        self.assertEqual(self.verify(), (self.found.browse(), False))

    def test_taken_back_after_the_seal(self):
        """An invoice that is cancelled later takes its decision back, seals whole."""
        self.seal()
        move = self.found[0].move_id
        move.button_draft()
        move.button_cancel()
        self.assertEqual(self.found[0].state, "withdrawn")
        self.assertEqual(self.verify(), (self.found.browse(), False))

    def test_change_in_the_database(self):
        """A change that goes past the program is found."""
        self.seal()
        self.env.cr.execute(
            "UPDATE billing_decision SET reason = 'x' WHERE id = %s",
            [self.found[1].id],
        )
        self.found.invalidate_recordset()
        self.assertEqual(self.verify(), (self.found[1], True))

    def test_removal_in_the_database(self):
        """So is a decision that is gone."""
        self.seal()
        self.env.cr.execute(
            "DELETE FROM billing_decision_line WHERE decision_id = %(id)s;"
            "DELETE FROM billing_decision WHERE id = %(id)s",
            {"id": self.found[1].id},
        )
        self.env.invalidate_all()
        self.assertEqual(self.verify(), (self.found[2], True))

    def test_broken_seals_are_told(self):
        """The nightly run says so, and somebody is asked."""
        self.seal()
        self.env.cr.execute("UPDATE billing_decision SET reason = 'x'")
        self.found.invalidate_recordset()
        order = self.sell(1)
        self.deliver(order)
        self.run_all()
        self.su["billing.operation"]._cron_run("seal_decisions")
        operation = self.su["billing.operation"]._get(self.company, "seal_decisions")
        self.assertTrue(operation.alert_id)

    def test_database_refuses_a_second_claim(self):
        """D1: the database itself refuses to bill the same goods twice."""
        line = self.found[0].line_ids.filtered("stock_move_id")
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error):
            with self.env.cr.savepoint():
                line.copy_data()
                self.su["billing.decision.line"].create(
                    {
                        "decision_id": self.found[1].id,
                        "stock_move_id": line.stock_move_id.id,
                    }
                )
