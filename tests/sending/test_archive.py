import base64
import hashlib
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..billing.common import BillingCommon

PDF = b"%PDF-1.4 what the customer got"


@tagged("post_install", "-at_install")
class TestArchive(BillingCommon):
    """4.36, 4.37: what was sent is kept as it was, and that can be proved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "company@example.com"
        cls.files = cls.su["billing.archived.file"]

    def post(self, count=1):
        orders = [self.sell(1) for _number in range(count)]
        for order in orders:
            self.deliver(order)
        moves = self.su["account.move"].union(
            *(order._create_invoices() for order in orders)
        )
        moves.action_post()
        return moves

    def send(self, count=1):
        """Send invoices, and return what is archived of them."""
        moves = self.post(count)
        moves.action_billing_send()
        self.su["billing.operation"]._cron_run("send_invoices")
        found = moves.billing_dispatch_ids.archived_file_ids.sorted("seal_number")
        self.assertEqual(len(found), count)
        return found

    def verify(self):
        action = self.files.with_user(self.manager).action_verify()
        return action["params"]["message"]

    def test_kept_as_it_was(self):
        """A copy of its own for each file, sealed, with its hash and where it belongs."""
        [file] = self.send()
        [sent] = file.dispatch_id.message_id.attachment_ids
        self.assertNotEqual(file.attachment_id, sent)
        self.assertEqual(file.attachment_id.raw, sent.raw)
        self.assertEqual(file.sha256, hashlib.sha256(sent.raw).hexdigest())
        self.assertEqual(file.size, len(sent.raw))
        self.assertEqual(file.number, file.move_id.name)
        self.assertEqual(file.partner_id, self.customer)
        self.assertEqual(file.year, str(file.move_id.invoice_date.year))
        self.assertTrue(file.chain_hash)
        self.assertIn("Nothing was changed", self.verify())
