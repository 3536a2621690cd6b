from odoo.tests import tagged

from ..shared.pages import PageCase
from .common import CoopcycleCommon


@tagged("post_install", "-at_install", "coopcycle_tour")
class TestImportTour(CoopcycleCommon, PageCase):
    def test_from_upload_to_confirmed_invoice(self):
        """A billing user drops a file, mends a finding, imports and confirms."""
        self.start_tour("/web", "coopcycle_import_tour", login=self.biller.login)
        moves = self.env["account.move"].search(
            [("coopcycle_external_id", "=like", "tour-%")], order="amount_untaxed"
        )
        self.assertRecordValues(
            moves,
            [
                {
                    "partner_id": self.velos.id,
                    "amount_untaxed": 7.0,
                    "state": "draft",
                    "create_uid": self.biller.id,
                },
                {
                    "partner_id": self.acme.id,
                    "amount_untaxed": 14.66,
                    "state": "posted",
                    "create_uid": self.biller.id,
                },
            ],
        )
