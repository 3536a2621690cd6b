from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import file_open

from ...models.billing import billing_vat_check
from ...models.billing.billing_vat_check import URL_PARAMETER, BillingVatCheck
from ...models.shared.running import Transaction
from ...tools.billing import vies
from ..shared.versions import run_cron
from .checks_common import ChecksCommon
from .vies_stub import ViesStub

FRENCH, BELGIAN, GERMAN = "FR40303265045", "BE0428759497", "DE136695976"


@tagged("post_install", "-at_install")
class TestBillingChecksVies(ChecksCommon):
    """VIES is asked in the background, seldom, and nobody waits for it."""

    def setUp(self):
        super().setUp()
        self.stub = self.enter(ViesStub({FRENCH}))
        self.env["ir.config_parameter"].set_param(URL_PARAMETER, self.stub.url)
        self.company.write(
            {
                "billing_check_vies": True,
                "country_id": self.env.ref("base.be").id,
                "vat": BELGIAN,
            }
        )
        self.pauses = self.enter(patch.object(BillingVatCheck, "_pause"))

    def make_customers(self, *numbers):
        """Return a draft of a customer with each of these numbers."""
        return [
            self.make_invoice(self.make_customer(number, vat=number))
            for number in numbers
        ]

    def run_cron(self):
        """Run the scheduled action; return the numbers asked for."""
        self.stub.asked.clear()
        run_cron(self.env.ref("coopcycle_magento.ir_cron_ask_vies"))
        return [number for number, _requester in self.stub.asked]

    def get_check(self, number):
        return self.env["billing.vat.check"].search([("number", "=", number)])

    def test_asks(self):
        """Who is about to be billed is asked for, by the company's own number."""
        self.make_customers("FR 40 303 265 045", GERMAN)
        self.assertEqual(set(self.run_cron()), {FRENCH, GERMAN})
        self.assertEqual({requester for _n, requester in self.stub.asked}, {BELGIAN})
        valid, invalid = self.get_check(FRENCH), self.get_check(GERMAN)
        self.assertEqual((valid.result, invalid.result), ("valid", "invalid"))
        self.assertEqual(valid.request_id, "WAPIAAAA1")
        self.assertEqual(valid.answer, f"Owner of {FRENCH}")

    def test_asks_for_orders(self):
        """Orders that are to be billed count as well, drafts of others do not."""
        self.make_order(customer=self.make_customer("Paris", vat=FRENCH))
        self.env["sale.order"].create(
            {"partner_id": self.make_customer("Quotation", vat=GERMAN).id}
        )
        self.assertEqual(self.run_cron(), [FRENCH])

    def test_asks_once(self):
        """A number is asked for once in 30 days, however many customers have it."""
        self.make_customers(FRENCH, FRENCH)
        self.assertEqual(self.run_cron(), [FRENCH])
        self.assertEqual(self.run_cron(), [])
        check = self.get_check(FRENCH)
        check.asked_at = fields.Datetime.now() - timedelta(days=31)
        self.assertEqual(self.run_cron(), [FRENCH])
        self.assertEqual(self.get_check(FRENCH), check)

    def test_asks_slowly(self):
        """There is a pause between two questions."""
        self.make_customers(FRENCH, GERMAN, BELGIAN)
        self.run_cron()
        self.assertEqual(self.pauses.call_count, 2)

    def test_is_off(self):
        """Nobody is asked where no company wants it; numbers go nowhere."""
        self.company.billing_check_vies = False
        self.make_customers(FRENCH)
        self.assertEqual(self.run_cron(), [])

    def test_asks_for_no_nonsense(self):
        """Numbers that cannot be right, or are of no member, are not asked for."""
        self.make_customers("FR40303265044", "CHE107787577", "/", "n/a")
        self.assertEqual(self.run_cron(), [])

    def test_no_transaction_while_it_thinks(self):
        """All is committed before a question, and nothing read in between."""
        self.make_customers(FRENCH, GERMAN)
        at_commit, at_question = [], []
        commit, ask = Transaction.commit, vies.ask

        def note_commit(transaction):
            commit(transaction)
            at_commit.append(self.cr.sql_log_count)

        def note_question(*args, **options):
            at_question.append((self.cr.sql_log_count, at_commit[-1]))
            return ask(*args, **options)

        with (
            patch.object(Transaction, "commit", note_commit),
            patch.object(vies, "ask", note_question),
        ):
            self.run_cron()
        self.assertEqual(len(at_question), 2)
        for asked, committed in at_question:
            self.assertEqual(asked, committed)

    # A service that is not well

    def test_fault(self):
        """A member's register that is down is no answer; it is asked again next day."""
        self.stub.fault = "MS_UNAVAILABLE"
        [move] = self.make_customers(FRENCH)
        self.run_cron()
        check = self.get_check(FRENCH)
        self.assertEqual((check.result, check.answer), ("unknown", "MS_UNAVAILABLE"))
        self.assert_found(move, "vat_vies_unknown", "info")
        self.assertEqual(self.run_cron(), [])
        check.asked_at = fields.Datetime.now() - timedelta(days=1)
        self.assertEqual(self.run_cron(), [FRENCH])

    def test_garbage(self):
        """Whatever comes instead of an answer is none."""
        entity = b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"
        self.make_customers(FRENCH)
        for body in (b"", b"<html>", b"\x00\xff", b"<a/>", b"x" * 200_000, entity):
            with self.subTest(body[:10]):
                self.get_check(FRENCH).unlink()
                self.stub.body = body
                self.run_cron()
                self.assertEqual(self.get_check(FRENCH).result, "unknown")

    def test_dead(self):
        """A dead service stops no invoice, and is left alone after some questions."""
        numbers = (FRENCH, GERMAN, BELGIAN, "NL004495445B01")
        moves = self.make_customers(*numbers)
        self.env["ir.config_parameter"].set_param(URL_PARAMETER, "http://127.0.0.1:9/")
        self.run_cron()
        checks = self.env["billing.vat.check"].search([])
        self.assertEqual(checks.mapped("result"), ["unknown"] * 3)
        moves[0].action_post()
        self.assertEqual(moves[0].state, "posted")

    def test_time_is_up(self):
        """What there is no time for is left to the next run."""
        self.make_customers(FRENCH, GERMAN)
        with patch.object(billing_vat_check, "SECONDS_PER_RUN", -1):
            self.assertEqual(self.run_cron(), [])
        self.assertEqual(len(self.run_cron()), 2)

    def test_neutralized(self):
        """A copy of the database asks nobody."""
        self.env.flush_all()
        with file_open("coopcycle_magento/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())
        self.company.invalidate_recordset()
        self.assertFalse(self.company.billing_check_vies)
