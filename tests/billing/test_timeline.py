from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tests import new_test_user, tagged

from ..service.common import ServiceCommon


@tagged("post_install", "-at_install")
class TestTimeline(ServiceCommon):
    """4.74: all that happened to an order or an invoice, in one list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = cls.make_user_of(
            "timeline_reader",
            "account.group_account_readonly,sales_team.group_sale_manager,"
            "stock.group_stock_user",
        )
        cls.today = fields.Date.context_today(cls.reader)

    def timeline(self, record, user=None):
        """Return the timeline of a record as a user sees it."""
        self.env.flush_all()
        timelines = self.su["integration.timeline"].with_user(user or self.reader)
        timelines = timelines.sudo(False).with_context(
            allowed_company_ids=self.company.ids, tz="UTC"
        )
        return timelines.read_timeline(record._name, record.id)

    def what(self, record, user=None):
        return [each["what"] for each in self.timeline(record, user)]

    def live(self):
        """Let an order be delivered, billed, sent, reminded of, paid and credited."""
        policy = self.make_policy("draft")
        order = self.sell(2)
        picking = self.deliver(order)
        self.run_drafts()
        decision = self.decisions(order)
        decision.with_user(self.approver).approve("Agreed")
        move = decision.move_id
        now = fields.Datetime.now()
        dispatch = self.su["billing.dispatch"]._queue(move)
        dispatch.write(
            {
                "sent_at": now + timedelta(seconds=10),
                "seen_at": now + timedelta(seconds=20),
                "state": "opened",
            }
        )
        self.su["billing.reminder"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "state": "sent",
                "sent_at": now + timedelta(seconds=30),
                "line_ids": [
                    Command.create(
                        {
                            "move_id": move.id,
                            "company_id": self.company.id,
                            "level": 1,
                            "is_live": True,
                        }
                    )
                ],
            }
        )
        self.pay_by_bank(move)
        return policy, order, picking, decision, move

    def pay_by_bank(self, move):
        line = self.su["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": self.today,
                "amount": move.amount_residual,
                "payment_ref": move.name,
                "partner_id": self.customer.id,
            }
        )
        self.su["billing.operation"]._suggest_now(self.company)
        approver = line.with_user(self.approver).sudo(False)
        approver.with_context(
            allowed_company_ids=self.company.ids
        ).action_billing_apply()
        self.assertTrue(line.is_reconciled)

    def test_from_the_order_to_the_payment(self):
        """Order, delivery, decision, invoice, sending, reminder, payment, in order."""
        _policy, order, picking, decision, move = self.live()
        expected = [
            "Order entered",
            "Order confirmed",
            "Goods left",
            "Decision: Draft for a Person",
            "Draft approved",
            "Invoice drafted",
            "Invoice posted",
            "To be sent: E-Mail",
            "Sent: E-Mail",
            "Opened by the customer",
            "Reminded at level 1",
            "Paid by the bank",
            "Bank line applied",
        ]
        for record in (order, move, decision):
            with self.subTest(record._name):
                self.assertEqual(sorted(self.what(record)), sorted(expected))
        entries = self.timeline(order)
        self.assertEqual(
            [each["what"] for each in entries if each["what"] in expected[:3]],
            expected[:3],
        )
        by_what = {each["what"]: each for each in entries}
        self.assertLess(
            entries.index(by_what["Sent: E-Mail"]),
            entries.index(by_what["Opened by the customer"]),
        )
        self.assertEqual(entries[-1]["what"], "Paid by the bank")
        self.assertEqual(by_what["Goods left"]["id"], picking.id)
        self.assertEqual(by_what["Goods left"]["model"], "stock.picking")
        self.assertEqual(by_what["Draft approved"]["who"], self.approver.name)
        self.assertEqual(by_what["Draft approved"]["note"], "Agreed")
        self.assertEqual(by_what["Invoice posted"]["name"], move.display_name)
        # In the same second, though Odoo keeps more of it
        self.env.cr.execute(
            "UPDATE sale_order SET create_date = %s WHERE id = %s",
            [picking.date_done + timedelta(milliseconds=900), order.id],
        )
        order.invalidate_recordset()
        what = self.what(order)
        self.assertLess(what.index("Order entered"), what.index("Goods left"))

    def test_credit_note_and_other_invoices(self):
        """Credit notes are there; what other invoices bill is on the order alone."""
        self.make_policy("post")
        order = self.sell(2)
        for _number in range(2):
            self.deliver(order, 1)
            self.run_all()
        first, second = self.invoices(order)
        note = self.credit(first)
        note.action_post()
        (first | note).line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        ).reconcile()
        words = self.what(first)
        for expected in ("Credit note posted", "Credit note set off"):
            self.assertEqual(words.count(expected), 1)
            self.assertIn(expected, self.what(note))
            self.assertNotIn(expected, self.what(second))
        self.assertEqual(words.count("Goods left"), 1)
        self.assertEqual(self.what(order).count("Goods left"), 2)
        self.assertEqual(self.what(order).count("Invoice posted"), 2)

    def test_rights(self):
        """Each entry is for who may read its document; the list for employees."""
        _policy, order, _picking, decision, move = self.live()
        seller = self.make_user_of("timeline_seller", "sales_team.group_sale_manager")
        words = self.what(order, seller)
        self.assertIn("Order confirmed", words)
        self.assertIn("Invoice posted", words)
        for hidden in (
            "Decision: Draft for a Person",
            "Sent: E-Mail",
            "Paid by the bank",
        ):
            self.assertNotIn(hidden, words)
        nobody = self.make_user_of("timeline_nobody", "")
        for record in (order, move, decision):
            with self.assertRaises(AccessError):
                self.timeline(record, nobody)
        portal = new_test_user(
            self.su,
            login="timeline_portal",
            groups="base.group_portal",
            partner_id=self.customer.id,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.timeline(move, portal)

    def test_other_companies(self):
        """What another company has of the same order's documents is not shown."""
        _policy, order, *_rest, move = self.live()
        timelines = self.su["integration.timeline"].with_user(self.reader).sudo(False)
        other = self.company_data_2["company"]
        self.reader.company_ids |= other.with_env(self.su)
        elsewhere = timelines.with_context(allowed_company_ids=other.ids)
        for record in (order, move):
            with self.assertRaises(AccessError):
                elsewhere.read_timeline(record._name, record.id)

    def test_hostile_arguments(self):
        timelines = self.su["integration.timeline"].with_user(self.reader).sudo(False)
        for model in (
            "res.users",
            "res.partner",
            "sale_order",
            "account_move",
            "__class__",
            "",
            None,
            ["sale.order"],
        ):
            with self.assertRaises(UserError):
                timelines.read_timeline(model, 1)
        for record_id in (0, -1, 10**12, "1", None, [1], 2**31 - 1, True):
            try:
                self.assertEqual(timelines.read_timeline("sale.order", record_id), [])
            except MissingError:
                self.fail("a record that is gone has no timeline")
        paid = self.su["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create({"product_id": self.product.id, "tax_ids": []})
                ],
            }
        )
        paid.action_post()
        self.pay_by_bank(paid)
        lines = paid.line_ids
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        for day, zone in (("9999-12-31", "UTC"), ("2026-03-10", ["UTC"])):
            with self.subTest(day=day, zone=zone):
                partials.max_date = day
                asking = timelines.with_context(
                    allowed_company_ids=self.company.ids, tz=zone
                )
                found = asking.read_timeline("account.move", paid.id)
                self.assertIn("Paid by the bank", [each["what"] for each in found])

    def test_cancelled(self):
        """Who cancelled an order or an invoice, and when, as Odoo tracked it."""
        order = self.su["sale.order"].create({"partner_id": self.customer.id})
        move = self.su["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.customer.id}
        )
        order._action_cancel()
        move.button_cancel()
        self.assertEqual(self.what(order), ["Order entered", "Order cancelled"])
        self.assertEqual(self.what(move), ["Invoice drafted", "Invoice cancelled"])
        for day, author in ((1, self.anna), (2, self.approver)):
            self.su["mail.message"].create(
                {
                    "model": move._name,
                    "res_id": move.id,
                    "date": f"2100-01-0{day} 10:00:00",
                    "author_id": author.partner_id.id,
                    "tracking_value_ids": [
                        Command.create(
                            {
                                "field_id": self.su["ir.model.fields"]
                                ._get(move._name, "state")
                                .id
                            }
                        )
                    ],
                }
            )
        last = self.timeline(move)[-1]
        self.assertEqual(last["who"], self.approver.name)
        self.assertIn("1/2/", last["when"])

    def test_missing_documents(self):
        """A quotation alone, and an invoice without an order, have one, too."""
        order = self.su["sale.order"].create({"partner_id": self.customer.id})
        self.assertEqual(self.what(order), ["Order entered"])
        move = self.su["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.customer.id}
        )
        self.assertEqual(self.what(move), ["Invoice drafted"])

    def test_job(self):
        """A job's own: when it began and ended, its parts, its invoice."""
        job = self.do()
        self.do()
        draft = self.create_invoice(job)
        draft.action_post()
        words = self.what(job)
        for expected in ("Job started", "Job done", "Goods left", "Invoice posted"):
            self.assertEqual(words.count(expected), 1, expected)
        self.assertIn("Job done", self.what(draft))
        self.assertIn("Job done", self.what(job.sale_order_id))
