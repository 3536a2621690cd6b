from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingCustomers(BillingCommon):
    """A customer who may read an invoice learns nothing of how it was decided."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_policy(review_above=1)
        cls.order = cls.sell(1)
        cls.deliver(cls.order)
        cls.run_all()
        cls.approve(cls.order.invoice_ids)

    def setUp(self):
        super().setUp()
        # Each test has its own: Odoo keeps what somebody may read
        self.portal = new_test_user(
            self.su,
            login="buyer",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.portal.partner_id.parent_id = self.customer
        self.move = self.order.invoice_ids.with_user(self.portal)

    def test_reasons(self):
        """Neither why a person looked, nor what was found, nor who approved."""
        self.assertTrue(self.move.read(["amount_total"]))
        shown = {"billing_is_automatic", "billing_is_again"}
        for name in sorted(self.move._fields.keys() - shown):
            if name.startswith("billing_"):
                with self.subTest(name), self.assertRaises(AccessError):
                    self.move.read([name])

    def test_others(self):
        """Nor which deliveries and invoices belong together that are not theirs."""
        move, picking = self.move.sudo(), self.move.sudo().billing_picking_ids
        self.portal.partner_id.parent_id = False
        for open_ in (
            move.with_user(self.portal).sudo(False).action_billing_open_pickings,
            picking.with_user(self.portal).sudo(False).action_billing_open_moves,
        ):
            self.env.invalidate_all()
            with self.subTest(open_.__name__), self.assertRaises(AccessError):
                open_()

    def test_verify(self):
        """Nor does one have the seals computed."""
        with self.assertRaises(AccessError):
            self.env["billing.decision"].with_user(self.portal).action_verify()
