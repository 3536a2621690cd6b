from ast import literal_eval
from unittest.mock import patch

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...compat import send
from ..shared.versions import LIST, map_tax, portal_files
from .common import ServiceCommon

SIDES = ("debit", "credit")
DRAFTING = "odoo.addons.coopcycle_magento.models.billing.deciding.drafting"


@tagged("post_install", "-at_install")
class TestServiceLife(ServiceCommon):
    """From the job to the paid invoice, and back."""

    def test_a_job_becomes_a_draft(self):
        """3.01, 3.05, 3.08, 3.09, 3.10, 3.13, 3.46: hours and parts, once each."""
        order = self.do()
        self.assertRegex(order.name, r"^SRV/\d{4}/\d{5}$")
        self.assertEqual(order.invoice_state, "to_invoice")
        self.assertEqual(self.quantity_in(self.van), 7)
        sold = order.sale_order_id
        self.assertEqual(sold.picking_ids, order.picking_ids)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(sold.order_line.mapped("qty_delivered"), [2.0, 1.5, 3.0])
        draft = self.create_invoice(order)
        self.assertRecordValues(
            draft,
            [
                {
                    "state": "draft",
                    "move_type": "out_invoice",
                    "invoice_origin": order.name,
                }
            ],
        )
        lines = draft.invoice_line_ids
        self.assertEqual(lines.mapped("quantity"), [2.0, 1.5, 3.0])
        self.assertEqual(lines.mapped("price_unit"), [50.0, 50.0, 10.0])
        self.assertIn("service_anna", lines[0].name)
        self.assertIn("2.00 h: pump replaced", lines[0].name)
        self.assertEqual(order.invoice_state, "draft")
        self.assertEqual(draft.billing_service_order_ids, order)
        again = order.with_user(self.biller).action_create_invoice()
        self.assertEqual(again["res_id"], draft.id)
        self.assertEqual(order.invoice_ids, draft)

    def test_until_paid_and_credited(self):
        """3.11, 3.14, 3.18, 3.24 to 3.36: the state follows, nothing is twice."""
        order = self.do()
        draft = self.create_invoice(order)
        draft.with_user(self.biller).action_post()
        self.assert_state(order, "posted")
        self.assertEqual(draft.billing_decision_ids.state, "posted")
        self.pay(draft, 100.0)
        self.assert_state(order, "partial")
        self.pay(draft)
        self.assert_state(order, "paid")
        self.assertEqual(sum(order.payment_ids.mapped("amount")), draft.amount_total)
        with self.assertRaises(UserError):
            order.with_user(self.biller).action_create_invoice()
        with self.assertRaises(RedirectWarning):
            order.with_user(self.manager).reopen("Wrong")
        with self.assertRaises(RedirectWarning) as refused:
            order.with_user(self.both).action_cancel()
        self.assertEqual(refused.exception.args[3]["active_ids"], draft.ids)
        with self.assertRaisesRegex(UserError, "post a credit note"):
            order.with_user(self.dispatcher).action_cancel()
        note = self.credit(draft)
        self.assertEqual(
            note.invoice_line_ids.mapped("quantity"),
            draft.invoice_line_ids.mapped("quantity"),
        )
        self.assert_state(order, "paid")  # the note is a draft
        with self.assertRaises(UserError):  # and no second one is offered
            order.with_user(self.both).action_cancel()
        note.action_post()
        self.assert_state(order, "credited")
        self.assertIn(note, order.invoice_ids)
        self.assertEqual(note.billing_service_order_ids, order)
        with self.assertRaises(UserError):
            order.with_user(self.biller).action_create_invoice()
        self.run_all()
        self.assertEqual(len(order.decision_ids), 1)
        order.decision_ids.with_user(self.manager).bill_again("A wrong price")
        self.run_drafts()
        self.assert_state(order, "draft")
        again = order.invoice_ids.filtered(lambda move: move.state == "draft")
        self.assertEqual(self.billed(again), self.billed(draft))
        self.assertEqual(again.invoice_origin, order.name)
        with self.assertRaises(UserError) as refused:
            order.with_user(self.both).action_cancel()
        self.assertNotIn(draft.name, str(refused.exception))

    def test_credited_job_is_cancelled(self):
        """3.30: not before its invoice is credited; then it stays cancelled."""
        order = self.do()
        own = order.with_user(self.dispatcher)
        with self.assertRaisesRegex(UserError, "reopen it"):
            own.action_cancel()
        draft = self.create_invoice(order)
        draft.action_post()
        self.credit(draft).action_post()
        with self.assertRaisesRegex(UserError, "bill it again"):
            order.with_user(self.manager).reopen("Wrong")
        self.assertTrue(order.may_bill_again)
        own.action_cancel()
        self.assertEqual(order.state, "cancel")
        with self.assertRaises(UserError):
            order.action_bill_again()
        self.assert_state(order, "credited")
        with self.assertRaises(UserError):
            own.action_draft()
        with self.assertRaises(UserError):
            order.unlink()

    def test_credited_for_a_new_draft(self):
        """3.13, 3.36: the new draft is the job's, too; so it is where all is free."""
        order = self.do(self.plan(parts=()))
        order.sale_order_id.order_line.price_unit = 0
        free = self.create_invoice(order)
        free.action_post()
        self.credit(free, is_again=True)
        draft = order.invoice_ids.search(
            [
                (
                    "invoice_line_ids.sale_line_ids",
                    "in",
                    order.hours_ids.sale_line_id.ids,
                ),
                ("state", "=", "draft"),
            ]
        )
        self.assert_state(order, "draft")
        self.assertEqual(draft.billing_service_order_ids, order)
        action = order.with_user(self.biller).action_create_invoice()
        self.assertEqual(action["res_id"], draft.id)
        draft.unlink()
        self.assert_state(order, "credited")

    def test_line_removed_from_the_draft(self):
        """3.14: what a person took off is still to be invoiced, and that alone."""
        order = self.do()
        draft = self.create_invoice(order)
        draft.invoice_line_ids[-1].unlink()
        self.assert_state(order, "draft")
        draft.with_user(self.biller).action_post()
        self.pay(draft)
        self.assert_state(order, "to_invoice")
        with self.assertRaises(RedirectWarning):
            order.with_user(self.manager).reopen("Forgotten")
        rest = self.create_invoice(order)
        self.assertEqual(self.billed(rest), {"Lamp": 3.0})
        self.assert_state(order, "draft")
        rest.with_user(self.biller).action_post()
        self.assert_state(order, "partial")

    def test_journal_items(self):
        """3.37, 3.38: of job and invoice, with both sides, to whoever may bill."""
        order = self.do()
        move = self.create_invoice(order)
        move.action_post()
        own = order.with_user(self.biller), move.with_user(self.biller)
        for action in (own[0].action_open_items(), own[1].action_billing_open_items()):
            items = own[1].line_ids.search(action["domain"])
            self.assertEqual(items, move.line_ids)
            view = items.get_view(*action["views"][0])
            shown = {node.get("name") for node in etree.fromstring(view["arch"])}
            self.assertLessEqual(
                {"account_id", "partner_id", "tax_ids", "debit", "credit"}, shown
            )
        self.assertAlmostEqual(*(sum(items.mapped(side)) for side in SIDES))
        self.assertEqual(sum(items.mapped("debit")), move.amount_total)
        with self.assertRaises(AccessError):
            order.with_user(self.dispatcher).action_open_items()

    def test_invoices_list(self):
        """3.15 to 3.23, 3.39 to 3.43: all invoices, a new one, and how far each is."""
        action = self.su.ref("coopcycle_magento.billing_invoice_action")
        moves = self.env["account.move"].with_user(self.biller)
        moves = moves.with_context(**literal_eval(action.context))
        form = Form(moves)
        form.partner_id = self.customer
        with form.invoice_line_ids.new() as line:
            line.product_id = self.product
            line.quantity = 2
        new = form.save()
        self.assertEqual((new.move_type, new.billing_status), ("out_invoice", "draft"))
        new.action_post()
        self.assertEqual((new.billing_status, new.amount_untaxed), ("unpaid", 20))
        self.assertRegex(new.name, "^INV/")
        job = self.create_invoice(self.do())
        listed = moves.search(
            [*literal_eval(action.domain), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(listed.sorted("id"), new | job)
        [view] = action.view_ids.filtered(lambda each: each.view_mode == LIST).view_id
        columns = etree.fromstring(moves.get_view(view.id, LIST)["arch"])
        [due] = columns.xpath("//field[@name='amount_residual_signed']")
        self.assertTrue(due.get("sum"))
        names = set(columns.xpath("//field[not(@optional)]/@name"))
        self.assertLessEqual(
            {"name", "invoice_partner_display_name", "amount_total_signed"}, names
        )
        self.assertTrue(
            columns.xpath("//field[@name='billing_status'][@widget='badge']")
        )
        outstanding = self.filter_of(action, "outstanding")
        self.assertEqual(listed.filtered_domain(outstanding), new)
        self.pay(new, 5.0)
        self.assertEqual(new.billing_status, "partial")
        self.assertEqual(listed.filtered_domain(outstanding), new)
        self.pay(new)
        self.assertEqual(new.billing_status, "paid")
        self.assertEqual(listed.filtered_domain(self.filter_of(action, "paid")), new)

    def filter_of(self, action, name):
        """Return the domain of a filter of an action's search view."""
        arch = etree.fromstring(action.search_view_id.arch)
        [domain] = arch.xpath(f"//filter[@name='{name}']/@domain")
        return literal_eval(domain)

    def test_draft_is_deleted(self):
        """3.09: what was deleted is made again by a person alone, and then once."""
        order = self.do()
        self.create_invoice(order).with_user(self.biller).unlink()
        self.assert_state(order, "to_invoice")
        self.run_all()
        self.assertFalse(order.invoice_ids)
        draft = self.create_invoice(order)
        self.assertEqual(self.billed(draft), {"Labour": 3.5, "Lamp": 3.0})
        self.create_invoice(order)
        self.assertEqual(order.invoice_ids, draft)
        copy = draft.copy()
        self.assertFalse(copy.billing_service_order_ids)

    def test_done_needs_all(self):
        """3.03, 3.04: nothing is done unseen; changes are looked at again."""
        order = self.plan(report=False)
        own = order.with_user(self.dispatcher)
        with self.assertRaises(UserError):
            own.action_validate_report()
        own.report = "<p>Done</p>"
        self.labour.billing_is_labour = False
        with self.assertRaises(UserError) as refused:
            own.action_done()
        for missing in ("report", "hours", "parts"):
            self.assertIn(f"the {missing} ", str(refused.exception))
        self.assertIn("Labour is no labour", str(refused.exception))
        self.labour.billing_is_labour = True
        self.validate(order)
        self.assertEqual(order.report_validated_by, self.dispatcher)
        self.assertEqual(order.hours_ids.validated_by, self.dispatcher)
        order.with_user(self.anna).report = "<p>More</p>"
        self.assertFalse(order.is_report_validated)
        order.hours_ids[0].with_user(self.anna).duration = 3
        self.assertEqual(order.hours_ids.mapped("is_validated"), [False, True])
        order.part_ids.with_user(self.anna).used_quantity = 1
        self.assertFalse(order.are_parts_validated)
        with self.assertRaises(UserError):
            own.action_done()
        with self.assertRaises(UserError):
            order.with_user(self.biller).action_create_invoice()
        order.with_user(self.dispatcher).action_validate_hours()
        order.hours_ids[0].with_user(self.anna).unlink()
        self.assertFalse(order.are_hours_validated)
        self.do(order)
        with self.assertRaises(UserError):
            order.hours_ids[0].with_user(self.anna).duration = 4
        with self.assertRaises(UserError):
            order.part_ids.with_user(self.dispatcher).unlink()
        with self.assertRaises(UserError):
            order.with_user(self.dispatcher).report = "<p>No</p>"
        with self.assertRaises(UserError):
            own.action_done()
        nothing = self.plan(hours=(), parts=())
        nothing.with_user(self.dispatcher).action_validate_report()
        with self.assertRaises(UserError):
            nothing.with_user(self.dispatcher).action_done()

    def test_reopened(self):
        """A job that is not billed goes on: the parts come back, and leave again."""
        order = self.do()
        with self.assertRaises(AccessError):
            order.with_user(self.dispatcher).reopen("Forgotten")
        with self.assertRaises(UserError):
            order.with_user(self.manager).reopen(" ")
        order.sale_order_id.locked = True
        order.with_user(self.manager).reopen("Forgotten")
        self.assertEqual(order.state, "in_progress")
        self.assertRegex(order.reopened, "UTC, .*: Forgotten")
        with self.assertRaises(AccessError):
            order.with_user(self.dispatcher).write({"reopened": False})
        self.assertEqual(self.quantity_in(self.van), 10)
        self.assertEqual(sum(order.sale_order_id.order_line.mapped("qty_delivered")), 0)
        order.hours_ids[0].with_user(self.anna).duration = 4
        order.part_ids.with_user(self.anna).used_quantity = 5
        self.do(order)
        self.assertEqual(self.quantity_in(self.van), 5)
        self.assertEqual(len(order.sale_order_id.order_line), 3)
        self.send_back(order.part_ids.stock_move_id.picking_id, 2)
        order.with_user(self.manager).reopen("Some came back before")
        self.assertEqual(self.quantity_in(self.stock), 10)
        self.do(order)
        self.assertTrue(order.sale_order_id.locked)
        draft = self.create_invoice(order)
        self.assertEqual(self.billed(draft), {"Labour": 5.5, "Lamp": 5.0})

    def test_other_address(self):
        """3.10: who reopens a job and moves it has the taxes of the new address."""
        order = self.do()
        order.with_user(self.manager).reopen("The other house")
        tax = self.company_data["default_tax_sale"]
        other = tax.copy({"name": "Abroad", "amount": 5})
        country = self.su.ref("base.ch")
        position = self.su["account.fiscal.position"].create(
            {
                "name": "Abroad",
                "company_id": self.company.id,
                "auto_apply": True,
                "country_id": country.id,
            }
        )
        map_tax(position, tax, other)
        order.address_id = self.su["res.partner"].create(
            {"name": "House", "parent_id": self.customer.id, "country_id": country.id}
        )
        self.do(order)
        self.assertEqual(order.sale_order_id.partner_shipping_id, order.address_id)
        draft = self.create_invoice(order)
        self.assertEqual(draft.fiscal_position_id, position)
        self.assertEqual(draft.invoice_line_ids.tax_ids, other)

    def test_lots(self):
        """3.46: a part with a lot leaves with it, and shows in its traceability."""
        product = self.make_product("Pump", 100.0, tracking="lot")
        lot = self.su["stock.lot"].create(
            {
                "name": "L1",
                "product_id": product.id,
                "company_id": self.company.id,
            }
        )
        self.put_in_stock(product, self.van, 5, lot)
        order = self.plan(parts=())
        part = self.su["billing.service.part"].create(
            {"order_id": order.id, "product_id": product.id, "used_quantity": 2}
        )
        with self.assertRaises(UserError):
            self.validate(order)
        part.with_user(self.anna).lot_id = lot
        self.do(order)
        [line] = self.su["stock.move.line"].search([("lot_id", "=", lot.id)])
        self.assertRecordValues(
            line, [{"quantity": 2, "state": "done", "picking_id": order.picking_ids.id}]
        )
        self.assertEqual(self.quantity_in(self.van, product), 3)
        order.with_user(self.manager).reopen("Wrong pump")
        self.assertEqual(self.quantity_in(self.van, product), 5)

    def test_searched_by_the_state_of_the_invoice(self):
        """3.06, 3.14: each state is found, and no other."""
        orders = self.su["billing.service.order"]
        made = {"no": self.plan(), "to_invoice": self.do(), "draft": self.do()}
        self.create_invoice(made["draft"])
        for state, order in made.items():
            found = orders.search(
                [("invoice_state", "=", state), ("company_id", "=", self.company.id)]
            )
            self.assertEqual(found, order)
        others = orders.search(
            [
                ("invoice_state", "not in", ["no", "draft"]),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual(others, made["to_invoice"])
        free = self.plan(hours=(1.0,), parts=())
        free.hours_ids.billable = 0
        self.assert_state(self.do(free), "no")
        self.assertFalse(free.sale_order_id)
        with self.assertRaisesRegex(UserError, f"Nothing of {free.name}"):
            free.with_user(self.biller).action_create_invoice()

    def test_policy_bills_by_itself(self):
        """3.11, 3.42: a policy posts what is done; that is final but for a manager."""
        self.make_policy(event_delivery=True, event_service=True, event_order=True)
        order = self.do()
        self.run_all()
        self.sweep()
        self.run_all()
        [move] = order.invoice_ids
        self.assertEqual(self.billed(move), {"Labour": 3.5, "Lamp": 3.0})
        self.assert_state(order, "posted")
        self.assertEqual(len(self.decisions(order.sale_order_id)), 1)
        for reset in ("button_draft", "button_cancel"):
            with self.assertRaises(UserError):
                getattr(move.with_user(self.biller), reset)()
        with self.assertRaises(UserError):
            move.with_user(self.biller).write({"state": "draft"})
        own = move.with_user(self.biller)
        for attack in (
            lambda: own.with_context(force_delete=True).unlink(),
            lambda: own.write({"move_type": "entry"}),
            lambda: own.write({"is_move_sent": False}),
            lambda: own.write({"partner_id": self.biller.partner_id.id}),
            lambda: own.write({"invoice_line_ids": [Command.create({"name": "x"})]}),
            lambda: own.invoice_line_ids[0].write({"price_unit": 1}),
            lambda: own.invoice_line_ids[0].write({"name": "Nothing"}),
            lambda: own.line_ids[0].unlink(),
            lambda: own.line_ids.create({"move_id": move.id, "name": "More"}),
        ):
            with self.assertRaisesRegex(UserError, "is final|on a posted move"):
                attack()
        own.narration = "Looked at"
        self.pay(move.with_user(self.biller), 50.0)
        self.credit(move.with_user(self.biller)).action_post()
        self.assertEqual(move.amount_residual, 0)
        with self.assertRaises(AccessError):
            own.billing_reset("Wrong")
        with self.assertRaises(UserError):
            move.with_user(self.manager).billing_reset("")
        move.with_user(self.manager).billing_reset("A wrong address")
        self.assertEqual(move.state, "draft")
        self.assertIn("A wrong address", move.message_ids[0].body)
        self.assertIn("A wrong address", move.billing_resets)
        with self.assertRaises(AccessError):
            own.write({"billing_resets": False})
        move.action_post()
        with self.assertRaisesRegex(UserError, "is final"):
            own.button_draft()
        cancelled = "_billing_is_cancelled_elsewhere"
        with patch.object(type(move), cancelled, lambda move: True):
            own.button_draft()
            own.button_cancel()
        self.assertEqual(move.state, "cancel")

    def test_by_hand_under_a_policy(self):
        """3.09, 3.10: the draft stays one until the person who wanted it posts it."""
        policy = self.make_policy(
            event_delivery=True, event_service=True, grouping="customer"
        )
        orders = self.do() | self.do()
        orders.with_user(self.biller).action_create_invoice()
        drafts = orders.invoice_ids
        self.assertEqual(len(drafts), 2)
        self.run_all()
        self.assertEqual(set(drafts.mapped("state")), {"draft"})
        self.assertEqual(orders.decision_ids.policy_id, policy)
        drafts[0].with_user(self.biller).action_post()
        self.assert_state(drafts[0].billing_service_order_ids, "posted")
        policy.phase = "dry_run"
        self.make_policy(
            event_delivery=True, event_service=True, sequence=policy.sequence + 1
        )
        dry = self.create_invoice(self.do())
        self.assertFalse(dry.billing_decision_ids.policy_id)
        self.run_all()
        self.assertEqual(dry.state, "draft")

    def test_reopened_before_a_policy_bills(self):
        """3.36: what waited is taken back, and decided anew when the job is done."""
        self.make_policy(event_delivery=True, event_service=True)
        order, other, broken = self.do(), self.do(), self.do()
        order.with_user(self.manager).reopen("Forgotten")
        find = type(order.decision_ids)._find_billable

        def find_but_one(decision):
            if decision.service_order_id == broken:
                raise KeyError("broken")
            return find(decision)

        with (
            patch.object(type(order.decision_ids), "_find_billable", find_but_one),
            mute_logger(DRAFTING),
        ):
            self.run_all()
        self.assertEqual(order.decision_ids.state, "withdrawn")
        self.assert_state(other, "posted")
        self.assertEqual(broken.decision_ids.state, "held")
        self.assertIn("broken", broken.decision_ids.last_error)
        self.do(order)
        states = order.decision_ids.sorted("id").mapped("state")
        self.assertEqual(states, ["withdrawn", "pending"])
        self.run_all()
        self.assert_state(order, "posted")
        self.assertEqual(self.billed(order.invoice_ids), {"Labour": 3.5, "Lamp": 3.0})

    def test_sent_is_final(self):
        """3.42: what the customer has is corrected by a credit note."""
        draft = self.create_invoice(self.do())
        draft.with_user(self.biller).action_post()
        self.assertFalse(draft.billing_is_final)
        draft.action_billing_send()
        draft.billing_dispatch_ids.state = "mailed"
        draft.invalidate_recordset(["billing_is_final"])
        with self.assertRaises(UserError):
            draft.with_user(self.biller).button_draft()

    def test_report_goes_with_the_invoice(self):
        """The printed report is sent with the invoice where the company wants it."""
        self.company.billing_attach_report = True
        move = self.create_invoice(self.do())
        move.action_post()
        sender = move.env["account.move.send"]
        self.assertFalse(sender._get_invoice_extra_attachments(move))
        send(move)
        report = move.billing_report_ids
        self.assertIn("SRV-", report.name)
        documents = sender._get_invoice_extra_attachments(move)
        self.assertEqual(documents, move.invoice_pdf_report_id | report)
        for lang in ("en_US", "fr_FR"):
            moves = move.with_context(lang=lang)
            self.assertIn(report, moves._get_mail_thread_data_attachments())
        self.assertEqual(self.reports_of(move), report)
        self.assertEqual(portal_files(move), [move.invoice_pdf_report_id.name])
        note = self.credit(move)
        note.action_post()
        send(note)
        self.assertFalse(self.reports_of(note))

    def reports_of(self, move):
        return self.su["ir.attachment"].search(
            [
                ("res_model", "=", move._name),
                ("res_id", "=", move.id),
                ("name", "like", "SRV-"),
            ]
        )

    def assert_state(self, order, state):
        order.invalidate_recordset()
        self.assertEqual(order.invoice_state, state)

    def pay(self, move, amount=None):
        wizard = (
            move.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"amount": amount} if amount else {})
        )
        wizard.action_create_payments()
