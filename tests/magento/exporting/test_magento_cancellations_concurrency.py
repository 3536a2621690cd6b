from unittest.mock import patch

from psycopg2 import errors

from odoo.tests import tagged
from odoo.tools import mute_logger

from ....models.magento.exporting.couriers import Cancellations
from ....models.magento.exporting.outbox import run
from .two_cursors_common import MagentoTwoCursorsCase

NOT_FOR_NOTHING = "Magento has cancelled this order|changed in Odoo meanwhile"


@tagged("post_install", "-at_install")
class TestMagentoCancellationsConcurrency(MagentoTwoCursorsCase):
    """Whoever revives an order while Magento cancels it gets a word of it, once."""

    def go_on_with(self, sale):
        sale._action_cancel()

    # What each of them does

    def look(self):
        """Let the user see what is there now, and nothing later."""
        self.user.cr.rollback()
        self.begin_again()
        self.assertEqual(self.sale(self.user).state, "cancel")

    def cancel(self):
        self.assertEqual(self.run_export("export_cancellations").state, "done")

    def revive(self):
        self.sale(self.user).action_draft()
        self.user.flush_all()

    def make_document(self):
        connection = self.worker["magento.connection"].browse(self.connection_id)
        documents = Cancellations(connection.sudo()).create_documents()
        self.worker.flush_all()
        return documents

    def assert_told(self, is_told=True):
        """Check that both sides differ exactly if the order has a word of it."""
        with self.registry.cursor() as cr:
            sale = self.sale(self.environment(cr))
            self.assertEqual(sale.state, "draft")
            said = "".join(sale.message_ids.mapped("body"))
            state = self.simulator.book.orders[self.placed["entity_id"]]["state"]
        self.assertEqual(state == "canceled", is_told)
        (self.assertRegex if is_told else self.assertNotRegex)(said, NOT_FOR_NOTHING)

    # Tests

    def test_revived_after_a_cancellation_that_nobody_sees(self):
        """What was made and done since the user looked is a conflict."""
        self.look()
        self.cancel()
        with self.assertRaises(errors.SerializationFailure):
            self.revive()
        self.begin_again()
        self.revive()
        self.user.cr.commit()
        self.assert_told()

    def test_document_done_since(self):
        """So is a document that the user saw waiting."""
        self.make_document()
        self.worker.cr.commit()
        self.look()
        self.cancel()
        with self.assertRaises(errors.SerializationFailure):
            self.revive()
        self.begin_again()
        self.revive()
        self.user.cr.commit()
        self.assert_told()

    def test_revived_while_it_is_sent(self):
        """The run learns of what was saved before it writes down what came of it."""
        send_all = run.send_all

        def send_meanwhile(*args):
            outcomes = send_all(*args)
            self.begin_again()
            self.revive()
            self.user.cr.commit()
            return outcomes

        with patch.object(run, "send_all", send_meanwhile):
            self.cancel()
        self.assert_told()

    @mute_logger("odoo.sql_db")
    def test_document_while_it_is_revived(self):
        """Until who revives an order is done, no document is made of it."""
        self.revive()
        self.be_impatient(self.worker.cr)
        with self.assertRaises(errors.LockNotAvailable):
            self.make_document()
        self.worker.cr.rollback()
        self.worker.reset()
        self.user.cr.commit()
        self.cancel()
        self.assert_told(False)

    def test_waiting_document_while_it_is_revived(self):
        """Nor is one sent that is there already."""
        self.make_document()
        self.worker.cr.commit()
        self.begin_again()
        self.revive()
        self.cancel()
        self.user.cr.commit()
        self.cancel()
        self.assert_told(False)
