from markupsafe import Markup

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingRights(BillingCommon):
    """What people and other programs may ask of billing, by its public methods."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy()
        cls.program = cls.make_user("program", "billing_group_api")
        cls.order = cls.sell(3)

    def as_program(self, model="billing.decision"):
        return self.env[model].with_user(self.program)

    def test_program_has_deliveries_billed(self):
        """4.52: a program names deliveries, each is billed once; it reads why."""
        picking = self.deliver(self.order)
        for _time in range(2):
            [told] = self.as_program().bill_pickings(picking.ids)
            self.run_all()
        [told] = self.as_program().bill_pickings(picking.ids)
        self.assertEqual(told["state"], "posted")
        [read] = self.as_program().browse(told["decision_id"]).read(["state", "reason"])
        self.assertEqual(read["reason"], told["reason"])
        self.assertEqual(len(self.order.invoice_ids), 1)

    def test_program_and_what_is_not_there(self):
        """What is not done, not there or no id at all is said, and changes nothing."""
        open_picking = self.order.picking_ids
        told = self.as_program().bill_pickings([open_picking.id, 2**31 - 1])
        self.assertEqual([each["decision_id"] for each in told], [False, False])
        with self.assertRaises(UserError):
            self.as_program().bill_pickings(["x"])
        with self.assertRaises(UserError):
            self.as_program().bill_pickings([2**70])

    def test_program_reads_and_nothing_more(self):
        """4.75: it reads what billing is about, and writes none of it."""
        move = self.order._create_invoices() if self.deliver(self.order) else None
        for record in (
            move,
            move.invoice_line_ids,
            self.order,
            self.order.order_line,
            self.order.picking_ids,
            self.customer,
        ):
            asking = record.with_user(self.program)
            asking.read(["display_name"])
            for press in (
                lambda each: each.write({"create_date": "2020-01-01"}),
                lambda each: each.unlink(),
                lambda each: each.copy(),
            ):
                with self.subTest(record._name), self.assertRaises(UserError):
                    press(asking)
        for model in ("billing.policy", "billing.decision", "billing.decision.line"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.as_program(model).create({})

    def test_strangers_have_nothing_billed(self):
        """Whoever is no user of billing is refused."""
        picking = self.deliver(self.order)
        for groups in (
            "base.group_portal",
            "base.group_user",
            "base.group_user,stock.group_stock_manager",
            "base.group_user,account.group_account_manager",
        ):
            stranger = new_test_user(self.su, login=groups[-9:], groups=groups)
            with self.subTest(groups), self.assertRaises(AccessError):
                self.env["billing.decision"].with_user(stranger).bill_pickings(
                    picking.ids
                )

    def test_deliveries_of_another_company(self):
        """A program has deliveries of its own companies billed alone."""
        picking = self.deliver(self.order)
        other = self.company_data_2["company"]
        self.program.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        [told] = self.as_program().bill_pickings(picking.ids)
        self.assertFalse(told["decision_id"])

    def test_policy_of_another_company(self):
        """A manager elsewhere learns no figures of a policy by asking to promote it."""
        other = self.company_data_2["company"]
        manager = self.make_user("elsewhere", "billing_group_manager")
        manager.write({"company_id": other.id, "company_ids": [Command.set(other.ids)]})
        step = self.env["billing.policy.step"].with_user(manager)
        step = step.create({"policy_id": self.policy.id, "direction": "promote"})
        self.env.invalidate_all()
        for name in ("phase", "new_phase", "made_count", "reviewed_text"):
            with self.subTest(name), self.assertRaises(AccessError):
                step.read([name])

    def test_nobody_signs_in_as_the_robot(self):
        """4.75: it is archived, has no password, and does not approve."""
        robot = self.su["billing.decision"]._get_robot()
        self.assertFalse(robot.active)
        self.assertFalse(robot.has_group("coopcycle_magento.billing_group_approver"))
        self.env.cr.execute("SELECT password FROM res_users WHERE id=%s", [robot.id])
        self.assertFalse(self.env.cr.fetchone()[0])

    def test_plan_from_outside(self):
        """A context that looks like a plan makes no invoice of ours."""
        self.deliver(self.order)
        salesman = new_test_user(
            self.su,
            login="sally",
            groups="base.group_user,sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        asking = self.order.with_user(salesman).with_context(
            billing_plan={"invoices": [], "current": {}},
            default_billing_is_automatic=True,
        )
        move = asking._create_invoices().sudo()
        self.assertEqual(move.invoice_line_ids.quantity, 3)
        self.assertFalse(move.billing_is_automatic)

    def test_warehouse_worker(self):
        """D2: somebody who may only move goods delivers, and it is billed."""
        worker = new_test_user(
            self.su,
            login="worker",
            groups="base.group_user,stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        picking = self.order.picking_ids
        picking.move_ids.write({"quantity": 3, "picked": True})
        picking.with_user(worker).button_validate()
        decision = self.decisions(self.order)
        self.assertEqual(decision.trigger_user_id, worker)
        self.run_all()
        self.assertEqual(decision.state, "posted")

    def test_markup_is_text(self):
        """Names and reasons with markup are shown as text wherever they are noted."""
        evil = '<img src=x onerror="alert(1)">'
        self.policy.write({"name": evil, "review_above": 1})
        self.order.client_order_ref = evil
        self.product.name = evil
        picking = self.deliver(self.order)
        self.run_all()
        decision = self.decisions(self.order)
        decision.move_id.invoice_line_ids.name = evil
        decision.with_user(self.approver).reject(evil, keep_draft=True)
        bodies = (
            (self.order | self.order).message_ids
            | picking.message_ids
            | decision.move_id.message_ids
        ).mapped("body")
        notes = decision.move_id.activity_ids.mapped("note")
        for text in bodies + notes:
            self.assertNotIn(evil, Markup(text or ""))
