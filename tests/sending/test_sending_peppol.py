from unittest.mock import patch

from odoo.tests import tagged

from ...models.sending.conveying import billing_dispatch_peppol as peppol
from ...models.sending.dispatching import Sending
from ..shared.versions import (
    EDI_FORMAT,
    peppol_answers,
    peppol_demonstration,
    register_on_peppol,
    verify_on_peppol,
)
from .common import SendingCommon


@tagged("post_install", "-at_install", "coopcycle_with_other_modules")
class TestSendingPeppol(SendingCommon):
    """Peppol in the demonstration of Odoo's own module, where that is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        belgium = cls.su.ref("base.be")
        cls.company.write(
            {
                "country_id": belgium.id,
                "peppol_eas": "0208",
                "peppol_endpoint": "0477472701",
            }
        )
        register_on_peppol(cls.company, "0208:0477472701")
        cls.su["res.partner.bank"].create(
            {"acc_number": "0144748555", "partner_id": cls.company.partner_id.id}
        )
        cls.customer.write(
            {
                "billing_channel": "peppol",
                "country_id": belgium.id,
                "peppol_eas": "0208",
                "peppol_endpoint": "2718281828",
                EDI_FORMAT: "ubl_bis3",
            }
        )
        verify_on_peppol(cls.customer, cls.company)

    def setUp(self):
        super().setUp()
        self.enter(peppol_demonstration(self.env))

    def ask(self, answer=None):
        """Have Odoo ask what became of the invoices that Peppol has."""
        users = self.su["account_edi_proxy_client.user"]
        if answer is None:
            users._cron_peppol_get_message_status()
        else:
            with peppol_answers(self.env, lambda _message: answer):
                users._cron_peppol_get_message_status()
        self.env.cr.flush()

    def test_accepted(self):
        """4.05, 4.35: sent, waited for while it is not ready, then accepted."""
        move = self.post()
        dispatch = self.sent(move)
        self.assertEqual(dispatch.state, "sent", dispatch.last_error)
        self.assertEqual(dispatch.recipient, "0208:2718281828")
        self.assertIn(move.peppol_message_uuid, dispatch.evidence)
        names = dispatch.archived_file_ids.mapped("name")
        self.assertTrue(any(name.endswith(".xml") for name in names))
        self.assertFalse(dispatch.message_id)
        self.ask({"error": {"code": 702, "message": "Not ready"}})
        self.assertEqual(dispatch.state, "sent")
        self.assertFalse(move.activity_ids)
        self.ask()
        self.assertEqual(dispatch.state, "accepted")
        self.assertTrue(dispatch.accepted_at)

    def test_nobody_changes_it_meanwhile(self):
        """The row is locked first: no conflict after the request sends it again."""
        move = self.post()
        make_documents = Sending.make_documents

        def look(sending, *args):
            lock.assert_called_once_with(move)
            return make_documents(sending, *args)

        locking = patch.object(peppol, "lock_rows", side_effect=peppol.lock_rows)
        with locking as lock, patch.object(Sending, "make_documents", look):
            self.assertEqual(self.sent(move).state, "sent")

    def test_refused(self):
        """4.35: its words are text; the same invoice is tried again."""
        move = self.post()
        dispatch = self.sent(move)
        self.ask({"error": {"code": 207, "message": "<b>Unknown</b> receiver"}})
        self.assertEqual(dispatch.state, "failed")
        self.assertIn("Peppol", dispatch.last_error)
        self.assertTrue(move.activity_ids)
        self.assertNotIn("<b>", move.activity_ids.note)
        dispatch.with_user(self.approver).action_try_again()
        self.send()
        self.assertEqual(dispatch.state, "sent", dispatch.last_error)
        self.ask()
        self.assertEqual(dispatch.state, "accepted")

    def test_no_second_time(self):
        """Replays odoo #247324: what Peppol has goes another way the next time."""
        move = self.post()
        self.send(move)
        message = move.peppol_message_uuid
        for _time in range(2):
            move.billing_send_again("Lost")
            self.send()
            self.assertEqual(move.peppol_message_uuid, message)
            self.assertNotEqual(move.peppol_move_state, "skipped")
        dispatch = self.dispatches(move)[-1]
        self.assertEqual(dispatch.channel, "email")
        self.assertIn("Peppol", dispatch.reason)

    def test_cannot_be_reached(self):
        """4.33: the company, or the customer, is not there: the next that works."""
        self.customer.peppol_endpoint = False
        move = self.post()
        move.action_billing_send()
        self.assertEqual(self.dispatches(move).channel, "email")
        self.company.account_peppol_proxy_state = "rejected"
        other = self.post()
        other.action_billing_send()
        self.assertIn(self.company.name, self.dispatches(other).reason)

    def test_documents_are_made_anew(self):
        """An invoice that was mailed as a PDF alone has a file for Peppol as well."""
        self.customer.billing_channel = "email"
        move = self.post()
        self.send(move)
        self.customer.billing_channel = "peppol"
        move.billing_send_again("They are on Peppol now")
        self.send()
        dispatch = self.dispatches(move)[-1]
        self.assertEqual((dispatch.channel, dispatch.state), ("peppol", "sent"))
