from uuid import uuid4

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...compat import product_kind
from ..shared.two_cursors import BEGINS_ANEW, WAITS, TwoCursorsCase


@tagged("post_install", "-at_install")
class TestServiceConcurrency(TwoCursorsCase):
    """Two people at one job: what they press happens once."""

    def setUp(self):
        super().setUp()
        self.plant_for_test()
        self.one, self.other = self.open_two()

    def plant(self, env):
        """Commit a job whose hours are validated."""
        code = uuid4().hex[:6].upper()
        income, receivable = self.make_accounts(env, code)
        self.make_journal(env, code, income, sequence=-1)
        product = self.make(
            env["product.product"],
            {
                "name": code,
                "list_price": 10,
                "invoice_policy": "delivery",
                "billing_is_labour": True,
                "taxes_id": [Command.clear()],
                "property_account_income_id": income.id,
                **product_kind("service"),
            },
        )
        partner = self.make(
            env["res.partner"],
            {"name": code, "property_account_receivable_id": receivable.id},
        )
        admin = env.ref("base.user_admin")
        order = env["billing.service.order"].create(
            {
                "partner_id": partner.id,
                "report": "<p>Done</p>",
                "technician_ids": [Command.set(admin.ids)],
                "date_planned": "2026-01-01 08:00:00",
                "hours_ids": [
                    Command.create(
                        {
                            "technician_id": admin.id,
                            "duration": 2,
                            "product_id": product.id,
                        }
                    )
                ],
            }
        )
        order.action_schedule()
        order.action_start()
        order.action_validate_report()
        order.action_validate_hours()
        self.order_id = order.id

    def clear_away(self):
        self.one.cr.rollback()
        self.other.cr.rollback()
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            order = self.order(env)
            ids = {
                "billing_decision_line": order.decision_ids.line_ids.ids,
                "billing_decision": order.decision_ids.ids,
                "account_move": order.invoice_ids.ids,
                "billing_service_order": order.ids,
                "sale_order": order.sale_order_id.ids,
            }
            self.delete(env, **ids)

    def order(self, env):
        return env["billing.service.order"].browse(self.order_id)

    def begin(self, env):
        """Begin anew: what others have committed is seen from now on."""
        self.begin_anew(env)
        return self.order(env)

    def race(self, press, press_other=None):
        """Have both press: the second waits, begins anew, and is refused or content."""
        press_other = press_other or press
        self.order(self.other).read(["state"])  # it has seen how it was before
        press(self.order(self.one))
        self.one.flush_all()
        with self.assertRaises(WAITS):
            press_other(self.order(self.other))
        self.order(self.begin(self.other).env).read(["state"])
        self.one.cr.commit()
        with self.assertRaises(BEGINS_ANEW):
            press_other(self.order(self.other))
        return self.begin(self.other)

    def test_done(self):
        """3.03, 3.46: *Done* happens once."""
        order = self.race(lambda order: order.action_done())
        with self.assertRaises(UserError):
            order.action_done()
        self.assertEqual(len(order.sale_order_id.order_line), 1)

    def test_saved_while_it_ends(self):
        """3.03, 3.46: what a technician saves is on a job that is done, or is told."""

        def log(order):
            hours = order.hours_ids.with_user(order.technician_ids)
            hours.create({"order_id": order.id, "duration": 1})

        order = self.race(log, lambda order: order.action_done())
        with self.assertRaises(UserError):
            order.action_done()
        order.action_validate_hours()
        order.action_done()
        self.assertEqual(sum(order.sale_order_id.order_line.mapped("qty_delivered")), 3)

    def test_create_invoice(self):
        """3.09: one draft, which the second one opens."""
        with self.registry.cursor() as cr:
            self.order(self.environment(cr)).action_done()
        self.begin(self.one), self.begin(self.other)
        order = self.race(lambda order: order.action_create_invoice())
        action = order.action_create_invoice()
        self.assertEqual(action["res_id"], order.invoice_ids.id)
        self.assertEqual(order.invoice_ids.invoice_line_ids.quantity, 2)

    def test_cancelled_while_it_ends(self):
        """3.30: whoever was faster is right, and the other one is told."""
        order = self.race(
            lambda order: order.action_done(), lambda order: order.action_cancel()
        )
        with self.assertRaises(UserError):
            order.action_cancel()
        self.assertEqual(order.state, "done")

    def test_reopened_while_it_is_billed(self):
        """3.09, 3.30: a job on an invoice is not reopened."""
        with self.registry.cursor() as cr:
            self.order(self.environment(cr)).action_done()
        self.begin(self.one), self.begin(self.other)
        order = self.race(
            lambda order: order.action_create_invoice(),
            lambda order: order.reopen("Forgotten"),
        )
        self.assertEqual((order.state, order.invoice_state), ("done", "draft"))
