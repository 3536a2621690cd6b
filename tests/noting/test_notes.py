from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...compat import product_kind
from ...tools.llm import FAILURES_TO_STOP
from ..shared.steps import MARK
from ..simulators.llm.notes import good
from .common import NotingCommon

# What a server that does not answer well ends in, and what a model says
UNANSWERED = {
    "slow": "read_timeout",
    "rate_limited": "rate_limited (HTTP 429)",
    "broken": "server_error (HTTP 500)",
    "unauthorized": "unauthorized (HTTP 401)",
    "html": "improper_answer (HTTP 200)",
    "garbage": "improper_answer (HTTP 200)",
    "half": "hung_up",
    "huge": "answer_too_large",
    "redirect": "redirected (HTTP 307)",
}
REFUSED = {
    "chatty": "not_json",
    "wrong_form": "not_json",
    "extra_keys": "not_json",
    "empty": "empty",
    "too_long": "too_long",
    "injected": "promise",
    "invented": "figures",
    "number": "figures",
    "promising": "promise",
    "linking": "link",
    "markup": "markup",
    "bidi": "characters",
    "control": "characters",
}


@tagged("post_install", "-at_install")
class TestNotes(NotingCommon):
    """A note goes with an invoice; no invoice waits for it, nor is changed by it."""

    def test_drafted_and_mailed(self):
        """4.63, 4.66: what a model drafts in time goes with the mail, and is kept."""
        policy = self.make_policy("post_send")
        self.assertIn("A note to the customer goes with the mail.", policy.sentence)
        self.customer.name = "Crumb \u202e& Co"
        note = self.draft()
        self.assertEqual((note.verdict, note.text), ("waiting", note.template))
        self.assertIn("3 × Lamp", note.template)
        self.assertIn(note.decision_ids.sale_order_id.name, note.template)
        self.assertFalse(self.simulator.requests)
        self.run_posts()
        self.assertEqual(note.move_id.state, "draft", "it is about to come")
        self.run_notes()
        self.assertEqual(note.verdict, "good", note.detail)
        self.assertEqual(
            note.text, "Many thanks, Crumb & Co! Here come 3 × Lamp. See you soon."
        )
        decision = note.decision_ids
        self.assertEqual(
            (decision.note_text, decision.note_answer), (note.text, note.answer)
        )
        self.run_posts()
        move = note.move_id
        self.assertEqual(move.state, "posted")
        self.assertFalse(decision.was_changed)
        self.send()
        body = move.billing_dispatch_ids.message_id.body
        self.assertIn("Many thanks, Crumb &amp; Co!", body)
        self.assertEqual(body.count("Many thanks"), 1)
        self.assertLess(body.index("Hello"), body.index("Many thanks"))
        self.assertTrue(note.used_at)
        self.assertFalse(move.narration)
        with self.assertRaises(UserError):
            note.with_user(self.approver).text = "Too late"

    def test_asked_between_transactions(self):
        """4.63: while a model thinks, nothing is held: all before is committed."""
        self.make_policy("draft")
        self.draft()
        last = []

        def answer(facts):
            last.append(self.cr._obj.query)
            return good(facts)

        self.simulator.behaviour = answer
        self.run_notes()
        [statement] = last
        self.assertTrue(statement.endswith(f"SAVEPOINT {MARK}".encode()), statement)

    def test_bad_answers(self):
        """4.63, 4.82: whatever goes wrong, the customer gets the template's words."""
        self.make_policy()
        note = self.draft()
        self.service.timeout = 1
        for behaviour, expected in (UNANSWERED | REFUSED).items():
            with self.subTest(behaviour):
                note.write({"verdict": "waiting", "detail": False, "answer": False})
                self.operation.write({"paused_until": False, "trip_count": 0})
                self.simulator.behaviour = behaviour
                self.simulator.requests.clear()
                self.run_notes()
                self.assertEqual(len(self.simulator.requests), 1)
                found = note.detail if behaviour in UNANSWERED else note.verdict
                self.assertEqual(found, expected)
                self.assertEqual(bool(note.answer), behaviour in REFUSED)
                self.assertEqual(note.text, note.template)
                self.assertFalse(note.drafted)
        self.run_posts()
        self.assertEqual(note.move_id.state, "posted")
        logs = self.su["integration.process.log"].search(
            [("operation", "=", "draft_notes"), ("company_id", "=", self.company.id)]
        )
        self.assertNotIn("failed", logs.mapped("state"))

    def test_no_invoice_waits(self):
        """4.63: not longer than the service may take, and not while it is away."""
        self.make_policy()
        note = self.draft()
        limit = fields.Datetime.now() + timedelta(seconds=self.service.budget)
        self.assertLessEqual(note.wait_until, limit)
        note.wait_until = fields.Datetime.now()
        self.run_posts()
        self.assertEqual(note.move_id.state, "posted")
        self.run_notes()
        self.assertEqual((note.verdict, note.text), ("late", note.template))
        self.assertFalse(self.simulator.requests)
        # Nothing gets through: it rests, and who answers for it is told once
        self.simulator.behaviour = "broken"
        tried = self.su["billing.note"]
        for count in range(FAILURES_TO_STOP):
            self.assertFalse(self.operation.paused_until, f"after {count}")
            tried |= self.draft()
            self.run_notes()
        self.assertEqual(set(tried.mapped("verdict")), {"unanswered"})
        self.assertTrue(self.operation.paused_until)
        self.assertIn("HTTP 500", self.operation.activity_ids.note)
        self.simulator.requests.clear()
        third = self.draft()
        self.run_notes()
        self.run_posts()
        self.assertEqual(third.move_id.state, "posted")
        self.assertFalse(self.simulator.requests)
        # It comes back
        self.simulator.behaviour = "good"
        self.operation.paused_until = fields.Datetime.now()
        fourth = self.draft()
        self.run_notes()
        self.assertEqual(fourth.verdict, "good")
        self.assertFalse(self.operation.paused_until)
        self.assertFalse(self.operation.activity_ids)

    def test_time_of_a_run(self):
        """4.63: what is not asked in time is asked later, or done without."""
        self.make_policy("draft")
        orders = self.sell(1) | self.sell(2)
        for order in orders:
            self.deliver(order)
        self.run_drafts()
        notes = orders.invoice_ids.billing_note_ids
        self.assertEqual(len(notes), 2)
        self.simulator.behaviour = "slow"
        self.service.write({"budget": 1})
        self.run_notes()
        self.assertEqual(len(self.simulator.requests), 1)
        self.assertEqual(sorted(notes.mapped("verdict")), ["unanswered", "waiting"])
        self.simulator.behaviour = "good"
        self.run_notes()
        self.assertEqual(sorted(notes.mapped("verdict")), ["good", "unanswered"])

    def test_on_the_invoice(self):
        """4.65, 4.67: above what stands there, once, and no change of a person."""
        policy = self.make_policy("draft", note_place="invoice")
        self.assertIn("stands on the invoice", policy.sentence)
        note = self.draft()
        move = note.move_id
        move.narration = "<p>Our terms</p>"
        fingerprint = note.decision_ids.fingerprint
        self.run_notes()
        note.with_user(self.approver).text = "Thank you!\nAnn <3"
        self.assertEqual(note.edited_user_id, self.approver)
        now = move._billing_get_fingerprint(move._billing_get_payload())
        self.assertEqual(now, fingerprint)
        self.approve(move)
        self.assertEqual(move.state, "posted")
        self.assertEqual(
            move.narration,
            "<p>Thank you!<br>Ann &lt;3</p><p>Our terms</p>",
        )
        self.assertTrue(note.used_at)
        decision = note.decision_ids
        self.assertEqual(decision.fingerprint, fingerprint)
        self.assertFalse(decision.was_changed)
        self.assertFalse(decision.editor_ids)
        used_at = note.used_at
        move.with_user(self.manager).billing_reset("Wrong address")
        move.action_post()
        self.assertEqual(move.narration.count("Thank you"), 1)
        self.assertEqual(note.used_at, used_at)
        self.send(move)
        body = move.billing_dispatch_ids.message_id.body
        self.assertNotIn("Ann", body)

    def test_what_a_person_wrote_stays(self):
        """4.66: a draft that comes later takes nobody's words away; empty is none."""
        self.make_policy("draft")
        note, other = self.draft(1), self.draft(2)
        note.with_user(self.approver).text = "  By\u2066 hand\x00\u202e "
        other.with_user(self.approver).text = " "
        self.run_notes()
        self.assertEqual((note.text, note.verdict), ("By hand", "good"))
        self.assertIn("Many thanks", note.drafted)
        self.approve((note | other).move_id)
        self.send((note | other).move_id)
        [body] = note.move_id.billing_dispatch_ids.message_id.mapped("body")
        self.assertIn("By hand", body)
        self.assertFalse(other.used_at)
        with self.assertRaises(UserError):
            self.draft(3).with_user(self.approver).text = "x" * 401

    def test_template(self):
        """4.66: without a model each gets a sentence of the same facts."""
        self.make_policy(note_mode="template")
        table = self.make_product("Table", 50.0)
        lines = [
            {"product_id": self.product.id, "product_uom_qty": 2},
            {"product_id": table.id, "product_uom_qty": 5},
        ]
        order = self.sell(order_line=list(map(Command.create, lines)))
        self.deliver(order)
        self.run_all()
        note = order.invoice_ids.billing_note_ids
        self.assertEqual(note.verdict, "template")
        today = note._get_days(note.decision_ids)
        self.assertEqual(len(today), 1)
        self.assertRegex(
            note.text,
            rf"^Thank you for your order {order.name}\. Delivered on \S+:"
            r" 2 × Lamp, 5 × Table\.$",
        )
        self.assertEqual(order.invoice_ids.state, "posted", "it waits for nothing")
        self.run_notes()
        self.assertFalse(self.simulator.requests)
        facts = {"orders": [], "delivered": [], "others": 0, "dates": []}
        self.assertEqual(note._get_sentence(facts), "Thank you for your trust.")
        goods = [{"name": "x" * 200, "quantity": 1, "unit": "kg"}] * 5
        long = {"orders": ["y" * 300] * 5, "delivered": goods, "others": 3, "dates": []}
        self.assertIn("and 5 more", note._get_sentence(long))
        self.assertLessEqual(len(note._get_sentence(long)), 400)
        # A credit note has none
        picking = order.picking_ids
        self.send_back(picking)
        self.run_all()
        self.assertFalse(self.invoices(order, "out_refund").billing_note_ids)

    def test_days(self):
        """4.63: a note names no day but that on which something was delivered."""
        self.make_policy(note_mode="template")
        note = self.draft(2)
        decision = note.decision_ids
        decision.picking_id.date_done = "2026-03-09 12:00:00"
        again = decision.copy({"event_key": "again", "event": "again"})
        again.write({"origin_id": decision.id, "picking_id": False})
        self.assertEqual(note._get_days(decision), {date(2026, 3, 9)})
        decision.picking_id = False  # it is not there any more
        decision.event_at = "2026-03-08 12:00:00"
        self.assertEqual(note._get_days(again), {date(2026, 3, 8)})
        for event in ("hours", "milestone", "cost", "order"):
            decision.event = event
            self.assertFalse(note._get_days(decision | again))

    def test_none(self):
        """4.66: notes are off until a policy says so."""
        policy = self.su["billing.policy"].create(
            {
                "name": "x",
                "company_id": self.company.id,
                "approver_id": self.approver.id,
            }
        )
        self.assertEqual((policy.note_mode, policy.note_place), ("none", "mail"))
        policy.unlink()
        self.make_policy(note_mode="none")
        self.assertFalse(self.draft())

    def test_off(self):
        """4.63: where the service is off, or of another company, nothing is asked."""
        policy = self.make_policy()
        self.assertFalse(policy.note_hint)
        self.service.is_on = False
        policy.invalidate_recordset()
        self.assertIn("off", policy.note_hint)
        note = self.draft()
        self.assertEqual(note.verdict, "template")
        self.service.is_on = True
        waiting = self.draft()
        self.service.is_on = False
        self.run_notes()
        self.assertEqual(waiting.verdict, "late")
        other = self.company_data_2["company"].with_env(self.su)
        self.assertFalse(self.su["billing.note.service"]._find(other))
        self.assertFalse(self.simulator.requests)

    def test_languages(self):
        """4.66: a model writes where promises are known, and where it is wanted."""
        self.assertTrue(self.service._writes("en_US"))
        self.assertFalse(self.service._writes("ja_JP"))
        self.service.lang_ids = self.su.ref("base.lang_en")
        self.assertFalse(self.service._writes("fr_FR"))

    def test_one_for_an_invoice(self):
        """4.65: deliveries that share an invoice share its note."""
        self.make_policy("draft", grouping="order")
        order = self.sell(4)
        self.deliver(order, 1)
        self.deliver(order, 3)
        self.run_drafts()
        [note] = order.invoice_ids.billing_note_ids
        self.assertEqual(len(note.decision_ids), 2)
        self.assertEqual(note.facts["delivered"][0]["quantity"], 4)

    @mute_logger("odoo.addons.coopcycle_magento.models.noting.billing_decision")
    def test_a_note_that_fails(self):
        """4.63: an addon's own facts may fail: the invoice does without a note."""

        def fail(*_args):
            raise ValueError("no facts")

        self.patch(type(self.su["billing.note"]), "_prepare_facts", fail)
        self.make_policy()
        order = self.sell(1)
        self.deliver(order)
        self.run_all()
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertFalse(order.invoice_ids.billing_note_ids)

    def test_terms(self):
        """4.66: what is unusual in the terms is a warning, and has a person look."""
        self.service.looks_at_terms = True
        self.make_policy(review_on_warning=True)
        self.customer.write({"street": "Quay 1", "zip": "44000", "city": "Nantes"})
        self.customer.country_id = self.company.country_id or self.su.ref("base.us")
        self.customer.property_payment_term_id = self.su.ref(
            "account.account_payment_term_30days"
        )
        bank = {"acc_number": "DE89370400440532013000"}
        self.company.partner_id.bank_ids = [Command.create(bank)]
        terms = "<p>A penalty of 3 for each day</p>"
        quiet, odd = self.draft(), self.draft(note=terms)
        states = (quiet | odd).decision_ids.mapped("state")
        warned = set(states) != {"approved"}
        self.assertFalse(
            warned, (quiet | odd).move_id.billing_finding_ids.mapped("code")
        )
        self.run_notes()
        self.assertEqual(
            self.simulator.facts[-1]["terms"], "A penalty of 3 for each day"
        )
        self.assertEqual(quiet.decision_ids.state, "approved")
        self.assertEqual(odd.decision_ids.state, "review")
        [finding] = odd.move_id.billing_finding_ids.filtered(
            lambda each: each.code == "terms_concern"
        )
        self.assertEqual(finding.severity, "warning")
        self.assertIn("The terms speak of a penalty.", finding.message)
        self.assertIn("penalty", odd.decision_ids.review_reason)
        self.approve(odd.move_id)
        self.assertEqual(odd.move_id.state, "posted", "it is no error")

    def test_feedback(self):
        """4.85: right and wrong count for the policy; many wrong ones end drafts."""
        policy = self.make_policy("draft", brake_percent=50, brake_window=4)
        notes = self.su["billing.note"]
        for number in range(4):
            notes |= self.draft(number + 1)
        self.run_notes()
        asking = notes.with_user(self.approver)
        asking[0].action_right()
        for note in asking[1:3]:
            note.give_feedback("wrong", "tone", "Too familiar")
        self.assertEqual(policy.note_mode, "drafted")
        self.assertEqual(
            (
                policy.note_count,
                policy.note_drafted_count,
                policy.note_right_count,
                policy.note_wrong_count,
            ),
            (4, 4, 1, 2),
        )
        self.assertEqual(notes[1].feedback_user_id, self.approver)
        wizard = (
            self.su["billing.note.feedback"]
            .with_user(self.approver)
            .with_context(active_ids=notes[3].ids)
            .create({"cause": "facts"})
        )
        self.su["res.lang"]._activate_lang("fr_FR")
        wizard.with_context(lang="fr_FR").action_wrong()
        self.assertEqual(policy.note_mode, "template")
        self.assertEqual(policy.phase, "draft")
        self.assertIn("3 of the last 4", policy.activity_ids.note)
        # Where a person wants them drafted again, what was wrong before is forgotten
        policy.with_user(self.manager).note_mode = "drafted"
        asking[0].action_right()
        self.assertEqual(policy.note_mode, "drafted")
        for arguments in (("odd",), ("wrong",), ("wrong", "odd")):
            with self.subTest(arguments), self.assertRaises(UserError):
                asking.give_feedback(*arguments)

    def test_record(self):
        """4.61: sealed by night; of question and answer the hash stays in the end."""
        self.make_policy("draft")
        note = self.draft()
        self.run_notes()
        self.approve(note.move_id)
        seal = self.su["billing.operation"]._get(self.company, "seal_decisions")
        seal._run()
        self.assertTrue(note.sealed_at)
        self.assertFalse(seal.last_error)
        with self.assertRaises(UserError):
            note.verdict = "late"
        with self.assertRaises(UserError):
            note.unlink()
        note.give_feedback("right")
        self.cr.execute(
            "UPDATE billing_note SET create_date = '2020-01-01' WHERE id = %s", note.ids
        )
        note.invalidate_recordset()
        self.su["billing.note"]._gc_contents()
        self.assertFalse(note.facts or note.request or note.answer or note.request_text)
        self.assertTrue(note.text)
        self.assertFalse(self.su["billing.note"]._verify(self.company)[1])
        other = self.draft(5)
        self.run_notes()
        seal._run()
        self.cr.execute("UPDATE billing_note SET answer = 'x' WHERE id = %s", other.ids)
        other.invalidate_recordset()
        broken, problem = self.su["billing.note"]._verify(self.company)
        self.assertEqual(broken, other)
        self.assertTrue(problem)
        seal._run()
        self.assertIn("notes", seal.last_error)

    def test_queries(self):
        """4.63: notes of many drafts take no more queries than those of few."""
        self.make_policy("draft")
        self.count_queries(1)  # what is read once, and then remembered
        few, many = self.count_queries(2), self.count_queries(12)
        self.assertLessEqual(many - few, 10, "one each, to write which note it is")

    def count_queries(self, count):
        """Return how many queries notes of so many drafts take."""
        orders = self.su["sale.order"].union(*(self.sell(1) for _n in range(count)))
        for order in orders:
            self.deliver(order)
        found = []
        begin = type(self.su["billing.decision"])._begin_notes

        def count_in(decisions, by_move):
            decisions.env.flush_all()
            before = self.cr.sql_log_count
            begin(decisions, by_move)
            decisions.env.flush_all()
            found.append(self.cr.sql_log_count - before)

        self.patch(type(self.su["billing.decision"]), "_begin_notes", count_in)
        self.run_drafts()
        self.patch(type(self.su["billing.decision"]), "_begin_notes", begin)
        self.assertEqual(len(orders.invoice_ids.billing_note_ids), count)
        return sum(found)

    def test_what_is_sent_by_hand(self):
        """4.67: the portal's notice has it as well, Odoo's own wizard has not."""
        self.make_policy("post", note_mode="template", billing_channel="portal")
        note = self.draft()
        self.run_posts()
        move = note.move_id
        self.customer.email = "customer@example.com"
        sender = self.su["account.move.send"]
        template = self.su.ref("coopcycle_magento.mail_template_invoice")
        body = sender._get_default_mail_body(move, template, "en_US")
        self.assertNotIn(note.text, body)
        self.send(move)
        dispatch = move.billing_dispatch_ids
        self.assertEqual(dispatch.channel, "portal")
        self.assertIn(note.text, dispatch.message_id.body)

    def test_no_place_for_it(self):
        """A mail of one paragraph has it at its end; texts of others stay text."""
        self.make_policy(note_mode="template")
        note = self.draft()
        note.text = "A <i>"
        dispatch = self.su["billing.dispatch"].new({"move_id": note.move_id.id})
        for body, expected in (
            ("<p>Hello</p>", "<p>Hello</p>A"),
            ("&lt;b&gt;", "&lt;b&gt;A"),
            ("", "A"),
            ("<p>Dear</p><p>it</p>", "<p>Dear</p>A<p>it</p>"),
        ):
            with self.subTest(body):
                found = str(dispatch._complete_body(body))
                self.assertIn("A &lt;i&gt;", found)
                plain = found.replace("<div><p>A &lt;i&gt;</p></div>", "A")
                self.assertEqual(plain, expected)

    def test_two_lines_of_a_product(self):
        """Charges and deductions are no goods, and equal ones are summed up."""
        self.make_policy("draft")
        order = self.sell(1, 2)
        carrier_product = self.make_product("Shipping", 4.0, **product_kind("service"))
        order.order_line = [
            Command.create({"product_id": carrier_product.id, "is_delivery": True})
        ]
        self.deliver(order)
        self.run_drafts()
        note = order.invoice_ids.billing_note_ids
        self.assertIn(
            "Shipping", order.invoice_ids.invoice_line_ids.product_id.mapped("name")
        )
        [goods] = note.facts["delivered"]
        self.assertEqual((goods["name"], goods["quantity"]), ("Lamp", 3))
