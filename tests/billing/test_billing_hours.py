from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...compat import product_kind
from ..shared.versions import get_cost_account, post_expense
from .work_common import BillingWorkCommon


@tagged("post_install", "-at_install", "coopcycle_with_other_modules")
class TestBillingHours(BillingWorkCommon):
    """Hours, milestones and costs, where Odoo's modules are installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "timesheet_invoice_id" not in cls.su["account.analytic.line"]._fields:
            raise cls.skipTest(cls, "sale_timesheet is not installed")
        # As the setting *Milestones* does
        milestones = cls.su.ref("project.group_project_milestone")
        cls.su.ref("base.group_user").implied_ids |= milestones
        hour = cls.su.ref("uom.product_uom_hour").id
        cls.work = cls.make_product(
            "Development",
            100.0,
            uom_id=hour,
            **product_kind("service"),
            service_type="timesheet",
            service_tracking="task_in_project",
        )
        cls.stage = cls.make_product(
            "Website",
            1000.0,
            **product_kind("service"),
            service_type="milestones",
            service_tracking="no",
        )
        cls.anna, cls.ben = cls.su["hr.employee"].create(
            [
                {
                    "name": name,
                    "company_id": cls.company.id,
                    "hourly_cost": 40,
                    "work_email": "employee@example.com",
                }
                for name in ("Anna Meier", "Ben Roux")
            ]
        )
        cls.policy = cls.make_monthly_policy(
            "draft", event_hours=True, event_milestone=True, approver_kind="project"
        )

    def start(self, *products, quantity=1, leader=None, **vals):
        """Return an order whose work has a project, and the project."""
        with self.at("2026-03-01 08:00:00"):
            order = self.su["sale.order"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "order_line": [
                        Command.create(
                            {"product_id": product.id, "product_uom_qty": quantity}
                        )
                        for product in products or [self.work]
                    ],
                    **vals,
                }
            )
            order.action_confirm()
        project = order.project_ids
        project.user_id = leader or self.approver
        return order, project

    def line_of(self, order, product):
        return order.order_line.filtered(lambda line: line.product_id == product)

    def log(self, project, hours, moment, name="Login page", employee=None, task=None):
        """Enter hours at a moment, and of that day."""
        with self.at(moment):
            entry = self.su["account.analytic.line"].create(
                {
                    "name": name,
                    "project_id": project.id,
                    "task_id": (task or project.task_ids[:1]).id,
                    "employee_id": (employee or self.anna).id,
                    "unit_amount": hours,
                    "date": moment[:10],
                }
            )
            self.env.flush_all()
        return entry

    def reach(self, line, project, share, moment, name):
        with self.at(moment):
            stone = self.su["project.milestone"].create(
                {
                    "name": name,
                    "project_id": project.id,
                    "sale_line_id": line.id,
                    "quantity_percentage": share,
                }
            )
            stone.is_reached = True
            self.env.flush_all()
        return stone

    def get_text(self, move, product):
        return move.invoice_line_ids.filtered(
            lambda line: line.product_id == product
        ).name.splitlines()

    def pay_vendor(self, order, product, moment, price=80.0):
        """Post a vendor bill of something that was bought for an order."""
        account = get_cost_account(order)
        with self.at(moment):
            bill = self.su["account.move"].create(
                {
                    "move_type": "in_invoice",
                    "company_id": self.company.id,
                    "partner_id": self.su["res.partner"].create({"name": "Vendor"}).id,
                    "invoice_date": moment[:10],
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "quantity": 2,
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                                "analytic_distribution": {str(account.id): 100},
                            }
                        )
                    ],
                }
            )
            bill.action_post()
            self.env.flush_all()
        return bill

    def claim_expense(self, order, product, moment, amount=30.0):
        with self.at(moment):
            expense = self.su["hr.expense"].create(
                {
                    "name": "Parking",
                    "employee_id": self.ben.id,
                    "company_id": self.company.id,
                    "product_id": product.id,
                    "quantity": 1,
                    "total_amount_currency": amount,
                    "tax_ids": [Command.clear()],
                    "date": moment[:10],
                    "sale_order_id": order.id,
                    "payment_mode": "company_account",
                    "analytic_distribution": {str(get_cost_account(order).id): 100},
                }
            )
            post_expense(expense)
            self.env.flush_all()
        return expense

    def test_one_draft(self):
        """4.30, 4.31, 4.32: hours, a milestone, an expense and a bill are one draft."""
        order, project = self.start(self.work, self.stage, quantity=10)
        at_price = self.make_product(
            "Licence", 70.0, expense_policy="sales_price", **product_kind("service")
        )
        parking = self.make_product(
            "Parking",
            1.0,
            can_be_expensed=True,
            expense_policy="cost",
            **product_kind("service"),
        )
        self.log(project, 2.5, "2026-03-03 10:00:00", "Login page")
        self.log(project, 4, "2026-03-04 10:00:00", "/", employee=self.ben)
        stage = self.line_of(order, self.stage)
        self.reach(stage, project, 0.5, "2026-03-20 10:00:00", "Prototype")
        self.pay_vendor(order, at_price, "2026-03-21 10:00:00")
        self.pay_vendor(order, self.travel, "2026-03-22 10:00:00")
        self.claim_expense(order, parking, "2026-03-23 10:00:00")
        self.look("2026-03-24 10:00:00")
        later = self.log(project, 8, "2026-04-01 00:00:00", "April")
        self.assertFalse(order.invoice_ids)
        self.look("2026-04-01 00:10:00")
        draft = order.invoice_ids
        self.assertEqual(
            self.billed(draft),
            {"Development": 6.5, "Website": 5, "Licence": 2, "Travel": 2, "Parking": 1},
        )
        prices = {
            line.product_id.name: line.price_unit for line in draft.invoice_line_ids
        }
        self.assertEqual(
            (prices["Licence"], prices["Travel"], prices["Parking"]), (70, 80, 30)
        )
        self.assertEqual(draft.billing_asked_user_id, self.approver)
        self.assertEqual(
            set(self.decisions(order).filtered("move_id").mapped("event")),
            {"hours", "milestone", "cost"},
        )
        task = project.task_ids.name
        self.assertEqual(
            self.get_text(draft, self.work)[-2:],
            [
                f"Anna Meier, 03/03/2026, 2.50 Hours: {task} – Login page",
                f"Ben Roux, 03/04/2026, 4.00 Hours: {task}",
            ],
        )
        self.assertEqual(
            self.get_text(draft, self.stage)[-1], "03/20/2026, milestone: Prototype"
        )
        self.assertIn("03/22/2026", self.get_text(draft, self.travel)[-1])
        self.assertFalse(later.timesheet_invoice_id)  # it can still be corrected
        self.assertEqual(draft.timesheet_count, 2)
        with self.at("2026-04-01 09:00:00"):
            later.unit_amount = 7
            self.env.flush_all()
        self.approve(draft)
        self.look("2026-05-01 00:10:00")
        second = order.invoice_ids - draft
        self.assertEqual(self.billed(second), {"Development": 7})
        self.assertFalse(self.unbilled(order))

    def test_refunded_hours(self):
        """4.93: odoo #280536 replayed: what a credit note left is not billed anew."""
        order, project = self.start(leader=self.approver)
        self.log(project, 4.5, "2026-06-15 10:00:00")
        self.log(project, 3.5, "2026-07-23 10:00:00")
        with self.at("2026-08-04 10:00:00"):
            self.policy.active = False
            invoice = order._create_invoices()
            invoice.action_post()
            self.assertEqual(self.billed(invoice), {"Development": 8})
            note = self.credit(invoice)
            note.invoice_line_ids.filtered("product_id").quantity = 3.5
            note.action_post()
        self.policy.active = True
        self.log(project, 1, "2026-07-31 10:00:00")
        self.look("2026-08-05 10:00:00")
        draft = self.invoices(order) - invoice
        # Odoo bills 9: what it billed of July is all open again for it
        self.assertEqual(self.billed(draft), {"Development": 1})
        self.assertEqual(len(self.get_text(draft, self.work)), 2)
        unbilled = self.unbilled(order)
        self.assertRecordValues(unbilled, [{"reason_code": "credited", "to_bill": 3.5}])

    def test_products_credited(self):
        """4.93: odoo #254332 replayed: a credit note of goods opens no hours again."""
        order, project = self.start(self.product, self.work, leader=self.approver)
        self.policy.phase = "post"
        with self.at("2026-03-02 10:00:00"):
            self.deliver(order)
        self.log(project, 1, "2026-03-10 10:00:00")
        self.look("2026-04-01 10:00:00")
        first = order.invoice_ids
        self.assertEqual(self.billed(first), {"Lamp": 1, "Development": 1})
        self.log(project, 2, "2026-04-10 10:00:00")
        with self.at("2026-04-11 10:00:00"):
            note = self.credit(first)
            line = note.invoice_line_ids.filtered(
                lambda each: each.product_id == self.work
            )
            line.quantity = 0
            note.action_post()
        self.look("2026-05-01 10:00:00")
        second = self.invoices(order) - first
        self.assertEqual(self.billed(second), {"Development": 2})
        with self.at("2026-05-02 10:00:00"):
            note = self.credit(second)
            note.invoice_line_ids.filtered("product_id").quantity = 1
            note.action_post()
        self.log(project, 3, "2026-05-10 10:00:00")
        self.look("2026-06-01 10:00:00")
        third = self.invoices(order)[-1]
        self.assertEqual(self.billed(third), {"Development": 3})

    def test_who_looks(self):
        """4.32: the project's manager, else the salesperson, else the policy's user."""
        seller = self.make_user("seller", "billing_group_approver")
        stranger = self.make_user_of("billing_stranger", "")
        for number, (leader, salesperson, asked) in enumerate(
            (
                (self.manager, seller, self.manager),
                (stranger, seller, seller),  # who may not approve
                (self.su["res.users"], seller, seller),
                (stranger, stranger, self.approver),
            )
        ):
            with self.subTest(case=number):
                order, project = self.start(user_id=salesperson.id)
                project.user_id = leader
                self.log(project, 1, "2026-03-10 10:00:00")
                project.active = False
                self.look("2026-04-01 10:00:00")
                self.assertEqual(order.invoice_ids.billing_asked_user_id, asked)
                self.assertEqual(
                    order.invoice_ids.activity_ids.user_id, asked, order.name
                )
        self.assertIn("the project's manager", self.policy.sentence)

    def test_fixed_price(self):
        """4.30: what is invoiced as it is ordered is not billed by its hours."""
        prepaid = self.make_product(
            "Package",
            500.0,
            invoice_policy="order",
            uom_id=self.work.uom_id.id,
            **product_kind("service"),
            service_type="timesheet",
            service_tracking="task_in_project",
        )
        order, project = self.start(prepaid)
        self.log(project, 3, "2026-03-10 10:00:00")
        self.look("2026-04-01 10:00:00")
        self.assertFalse(self.decisions(order))
        self.assertFalse(self.unbilled(order))
        both, project = self.start(prepaid, self.work)
        task = self.line_of(both, self.work).task_id
        self.log(task.project_id, 1, "2026-04-10 10:00:00", task=task)
        self.look("2026-05-01 10:00:00")
        self.assertEqual(self.billed(both.invoice_ids), {"Development": 1})

    def test_more_than_ordered(self):
        """4.30: more hours than were ordered are billed, and a person is told."""
        self.policy.write({"review_on_warning": True})
        order, project = self.start(quantity=2)
        self.log(project, 5, "2026-03-10 10:00:00")
        self.look("2026-04-01 10:00:00")
        draft = order.invoice_ids
        self.assertEqual(self.billed(draft), {"Development": 5})
        self.assertIn("quantity_over_ordered", draft.billing_finding_ids.mapped("code"))

    def test_very_many_hours(self):
        """4.31: very many entries are told by person and task, with their days."""
        order, project = self.start()
        for day in range(2, 30):
            self.log(project, 0.5, f"2026-03-{day:02} 10:00:00", employee=self.ben)
        self.log(project, 1, "2026-03-30 10:00:00")
        self.look("2026-04-01 10:00:00")
        draft = order.invoice_ids
        task = project.task_ids.name
        self.assertEqual(
            self.get_text(draft, self.work)[-2:],
            [
                f"Ben Roux, 03/02/2026 – 03/29/2026, 14.00 Hours: {task}",
                f"Anna Meier, 03/30/2026, 1.00 Hours: {task}",
            ],
        )
        claims = self.decisions(order).line_ids
        self.assertEqual(len(claims), 29)
        self.assertEqual(round(sum(claims.mapped("quantity")), 6), 15)
        self.assertIn("Ben Roux", claims[0].entry_text)

    def test_days_and_thirds(self):
        """4.30: hours of what is sold by the day add up, whatever is rounded."""
        day = self.su.ref("uom.product_uom_day")
        by_day = self.make_product(
            "Consulting",
            800.0,
            uom_id=day.id,
            **product_kind("service"),
            service_type="timesheet",
            service_tracking="task_in_project",
        )
        order, project = self.start(by_day)
        for month in (3, 4, 5):
            self.log(project, 1 / 3, f"2026-0{month}-10 10:00:00")
            self.look(f"2026-0{month + 1}-01 10:00:00")
        line = self.line_of(order, by_day)
        total = self.billed(self.invoices(order))["Consulting"]
        self.assertEqual(total, round(line.qty_delivered, 6))

    def test_milestones(self):
        """4.30: milestones alone may be billed at once; one that is undone is not."""
        self.policy.active = False
        self.make_policy(
            "post",
            start_date="2026-03-01",
            event_delivery=False,
            event_milestone=True,
        )
        order, project = self.start(self.work, self.stage, quantity=10)
        stage = self.line_of(order, self.stage)
        self.log(project, 3, "2026-03-10 10:00:00")
        first = self.reach(stage, project, 0.3, "2026-03-10 10:00:00", "Prototype")
        self.look("2026-03-10 11:00:00")
        self.assertEqual(self.billed(order.invoice_ids), {"Website": 3})
        self.reach(stage, project, 0.7, "2026-03-11 10:00:00", "All")
        first.is_reached = False
        self.look("2026-03-11 11:00:00")
        self.assertEqual(self.billed(order.invoice_ids), {"Website": 7})
        with self.at("2026-03-12 10:00:00"):  # more of it is ordered
            stage.product_uom_qty = 20
            self.env.flush_all()
            self.assertEqual(
                self.unbilled(order).mapped("reason_code"), ["no_policy", "not_seen"]
            )
        self.look("2026-03-12 11:00:00")
        self.look("2026-03-12 12:00:00")
        self.assertEqual(self.billed(order.invoice_ids), {"Website": 14})
        self.assertEqual(len(self.invoices(order)), 3)

    def test_at_once(self):
        """4.30, 4.31: what is found at once of an order is one draft, in its words."""
        self.su["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        self.policy.write({"period": "none", "event_delivery": False})
        self.assertIn("For hours, milestones and expenses", self.policy.sentence)
        self.assertIn("draft for each order", self.policy.sentence)
        order, project = self.start(self.work, self.stage, quantity=10)
        self.log(project, 2.5, "2026-03-10 10:00:00", "Page\xa0\u202e1")
        stage = self.line_of(order, self.stage)
        self.reach(stage, project, 0.3, "2026-03-10 10:00:00", "Prototype")
        self.look("2026-03-10 11:00:00")
        self.assertEqual(
            self.billed(order.invoice_ids), {"Development": 2.5, "Website": 3}
        )
        text = self.get_text(order.invoice_ids, self.work)[-1]
        self.assertIn("2,50", text)
        self.assertTrue(text.endswith("– Page 1"), text)

    def test_approval(self):
        """4.32: who may not approve posts nothing that a project's manager looks at."""
        order, project = self.start(leader=self.manager)
        self.log(project, 3, "2026-03-10 10:00:00")
        self.look("2026-04-01 10:00:00")
        draft = order.invoice_ids
        biller = self.make_user_of("coopcycle_biller", "account.group_account_invoice")
        with self.assertRaises(UserError):
            draft.with_user(biller).action_post()
        draft.billing_decision_ids.with_user(self.manager).approve()
        self.assertEqual(draft.state, "posted")
        self.assertTrue(fields.Date.to_string(draft.invoice_date))
