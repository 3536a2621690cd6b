from dataclasses import replace
from unittest.mock import patch
from uuid import uuid4

from psycopg2 import errors

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...compat import create_return, product_kind
from ...models.billing.capturing import Capture
from ...models.billing.deciding import Drafting
from ...models.billing.deciding.conflicts import is_conflict_of_others
from ...models.billing.posting.posting import Posting
from ..shared.invoices import prepare_invoice
from ..shared.two_cursors import BEGINS_ANEW, WAITS, TwoCursorsCase


@tagged("post_install", "-at_install")
class TestBillingConcurrency(TwoCursorsCase):
    """Several processes and people at one delivery: it is billed once."""

    def setUp(self):
        super().setUp()
        self.plant_for_test()
        self.one, self.other = self.open_two()

    def plant(self, env):
        """Commit a delivery of two pieces, and a policy that has it billed."""
        code = uuid4().hex[:6].upper()
        income, receivable = self.make_accounts(env, code)
        journals = [
            self.make(
                env["account.journal"],
                {
                    "name": f"{code} {letter}",
                    "code": f"{letter}{code[:4]}",
                    "type": "sale",
                    "default_account_id": income.id,
                },
            )
            for letter in "AB"
        ]
        product = self.make(
            env["product.product"],
            {
                "name": code,
                "list_price": 10,
                "invoice_policy": "delivery",
                "taxes_id": [Command.clear()],
                "property_account_income_id": income.id,
                **product_kind("consu"),
            },
        )
        partner = self.make(
            env["res.partner"],
            {"name": code, "property_account_receivable_id": receivable.id},
        )
        admin = env.ref("base.user_admin")
        policy = env["billing.policy"].create(
            {
                "name": code,
                "sequence": 1,
                "start_date": fields.Date.subtract(fields.Date.today(), days=1),
                "user_id": admin.id,
                "approver_id": admin.id,
                "review_new_customer": 0,
                "review_first": 0,
                "review_on_warning": False,
                "journal_id": journals[0].id,
                "order_domain": repr([("partner_id", "=", partner.id)]),
            }
        )
        policy.phase = "post"
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": 2})
                ],
            }
        )
        order.action_confirm()
        self.deliver(order.picking_ids)
        by_hand = self.make(
            env["account.move"],
            prepare_invoice(
                partner.copy({"name": f"{code} 2"}), journal_id=journals[1].id
            ),
        )
        self.ids = {
            "by_hand": by_hand.id,
            "product": product.id,
            "order": order.id,
            "policy": policy.id,
            "partner": partner.id,
        }

    def deliver(self, picking, quantity=2):
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        self.assertEqual(picking.state, "done")

    def clear_away(self):
        """Take all away, also what nobody may delete."""
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            order = self.order(env)
            moves = env["account.move"].search(
                [("partner_id", "=", self.ids["partner"])]
            )
            ids = {
                "billing_decision_line": env["billing.decision.line"]
                .search([("decision_id.sale_order_id", "=", order.id)])
                .ids,
                "billing_decision": self.decisions(env).ids,
                "billing_policy": [self.ids["policy"]],
                "account_move": moves.ids,
                "stock_move": order.order_line.move_ids.ids,
                "stock_picking": order.picking_ids.ids,
                "sale_order": order.ids,
            }
            by_hand = env["account.move"].browse(self.ids["by_hand"])
            ids["account_move"] += by_hand.ids
            ids["res_partner"] = by_hand.partner_id.ids
            if "stock.valuation.layer" in env:  # there is none since 19.0
                layers = env["stock.valuation.layer"]
                domain = [("product_id", "=", self.ids["product"])]
                ids = {"stock_valuation_layer": layers.search(domain).ids, **ids}
            self.delete(env, **ids)

    # What they share

    def order(self, env):
        return env["sale.order"].browse(self.ids["order"])

    def decisions(self, env):
        return env["billing.decision"].search(
            [("sale_order_id", "=", self.ids["order"])], order="id"
        )

    def claim(self, env, state="pending"):
        domain = [("sale_order_id", "=", self.ids["order"]), ("state", "=", state)]
        return env["billing.operation"]._claim(domain, 50)

    def draft(self, env):
        Drafting(self.claim(env)).run()
        env.flush_all()

    def draft_before(self, phase="post"):
        """Commit the draft; both begin after that."""
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            env["billing.policy"].browse(self.ids["policy"]).phase = phase
            self.draft(env)
        self.begin(self.one)
        self.begin(self.other)

    def post(self, env):
        Posting(self.claim(env, "approved")).run()
        env.flush_all()

    def begin(self, env):
        """Begin anew: what others have committed is seen from now on."""
        self.begin_anew(env)
        return self.decisions(env).mapped("state")

    def assert_state(self, *states):
        self.assertEqual(self.begin(self.one), list(states))

    def billed(self):
        """Return what is billed, with what is credited taken off."""
        lines = self.order(self.one).order_line.invoice_lines
        return sum(-each.balance for each in lines) / 10

    def take_back(self, env, quantity):
        wizard = (
            env["stock.return.picking"]
            .with_context(
                active_id=self.order(env).picking_ids.id, active_model="stock.picking"
            )
            .create({"picking_id": self.order(env).picking_ids.id})
        )
        wizard.product_return_moves.quantity = quantity
        self.deliver(create_return(wizard), quantity)

    # Drafting

    def test_two_workers(self):
        """What one worker is at, another one leaves alone, and finds done later."""
        self.begin(self.other)
        self.draft(self.one)
        self.assertFalse(self.claim(self.other))
        self.one.cr.commit()
        self.begin(self.other)
        self.assertFalse(self.claim(self.other))
        self.assert_state("approved")
        self.assertEqual(self.billed(), 2)

    def test_invoiced_by_hand_meanwhile(self):
        """Who drafts waits for whoever invoices by hand, and finds nothing left."""
        self.begin(self.one)
        self.order(self.other)._create_invoices()
        self.other.flush_all()
        with self.assertRaises(WAITS):
            self.draft(self.one)
        self.begin(self.one)
        self.other.cr.commit()
        with self.assertRaises(BEGINS_ANEW):
            self.draft(self.one)
        self.begin(self.one)
        self.draft(self.one)
        self.one.cr.commit()
        self.assert_state("skipped")
        self.assertEqual(self.billed(), 2)

    def test_by_hand_after_the_draft(self):
        """Whoever invoices by hand a moment later begins again, and finds nothing."""
        self.begin(self.other)
        self.draft(self.one)
        self.one.cr.commit()
        with self.assertRaises(BEGINS_ANEW):
            self.order(self.other)._create_invoices()
            self.other.flush_all()
        self.begin(self.other)
        with self.assertRaises(UserError):
            self.order(self.other)._create_invoices()
        self.assertEqual(self.billed(), 2)

    def test_returned_meanwhile(self):
        """What comes back while it is drafted is not billed."""
        self.begin(self.one)
        self.take_back(self.other, 1)
        self.other.cr.commit()
        with self.assertRaises(BEGINS_ANEW):
            self.draft(self.one)
        self.begin(self.one)
        self.draft(self.one)
        self.one.cr.commit()
        self.assert_state("approved", "skipped")
        self.assertEqual(self.billed(), 1)

    def test_credited_meanwhile(self):
        """A credit note that is made while a part is drafted opens nothing."""
        self.draft_before()
        self.post(self.one)
        self.one.cr.commit()
        self.begin(self.other)
        self.begin(self.one)
        invoice = self.decisions(self.other).move_id
        invoice._reverse_moves()
        self.other.cr.commit()
        events = self.order(self.one).picking_ids._billing_get_delivery_events()
        self.assertEqual(len(events), 1)
        self.one["billing.decision"]._record(events, "user")
        self.assertFalse(self.claim(self.one))
        self.assert_state("posted")
        self.assertEqual(self.billed(), 0)

    def test_claims(self):
        """The database refuses to bill the same goods twice."""
        self.draft_before()
        claim = self.decisions(self.one).line_ids
        vals = {"decision_id": claim.decision_id.id, "part": claim.part}
        with self.assertRaises(errors.UniqueViolation) as caught:
            claim.create({**vals, "stock_move_id": claim.stock_move_id.id})
        self.assertTrue(is_conflict_of_others(caught.exception, self.env))

    # Capturing

    def test_captured_twice(self):
        """A transfer that two write down at once is written down once."""
        picking = self.order(self.one).picking_ids
        event = "again-" + uuid4().hex
        for env in (self.one, self.other):
            self.begin(env)
        first, second = (Capture(env).record for env in (self.one, self.other))
        events = [self.prepare_event(env, event) for env in (self.one, self.other)]
        first(events[0])
        with self.assertRaises(WAITS):
            second(events[1])
        self.begin(self.other)
        self.one.cr.commit()
        with self.assertRaises(BEGINS_ANEW):
            second(events[1])
        self.begin(self.other)
        second(events[1])
        self.other.cr.commit()
        found = self.decisions(self.one).filtered(lambda each: each.event_key == event)
        self.assertEqual(len(found), 1)
        self.assertEqual(found.picking_id, picking)

    def test_some_written_down_by_another(self):
        """What another process wrote down, unseen, keeps nothing else from it."""
        known, new = (f"again-{uuid4().hex}" for _number in range(2))
        for env in (self.one, self.other):
            self.begin(env)
        events = {
            env: [self.prepare_event(env, key)[0] for key in (known, new)]
            for env in (self.one, self.other)
        }
        with patch.object(Capture, "_is_any_wanting", return_value=True):
            Capture(self.one).try_record("delivery", lambda: events[self.one][:1])
            self.one.cr.commit()
            Capture(self.other).try_record("delivery", lambda: events[self.other])
            self.other.cr.commit()
        self.begin(self.one)
        keys = self.decisions(self.one).mapped("event_key")
        self.assertEqual([keys.count(key) for key in (known, new)], [1, 1])

    def prepare_event(self, env, key):
        [event] = self.order(env).picking_ids._billing_get_delivery_events()
        return [replace(event, key=key)]

    # Posting

    def test_deleted_while_posted(self):
        """Who deletes a draft that is just being posted waits, and is refused."""
        self.draft_before()
        move = self.decisions(self.other).move_id
        self.post(self.one)
        with self.assertRaises(WAITS):
            move.unlink()
        self.begin(self.other)
        self.one.cr.commit()
        self.begin(self.other)
        with self.assertRaises(UserError):
            move.unlink()
        self.assert_state("posted")

    def test_posted_while_deleted(self):
        """Who posts a draft that was just deleted begins again, and takes it back."""
        self.draft_before()
        self.decisions(self.other).move_id.unlink()
        self.other.flush_all()
        self.other.cr.commit()
        with self.assertRaises(BEGINS_ANEW):
            self.post(self.one)
        self.begin(self.one)
        self.post(self.one)
        self.assert_state("withdrawn")

    def test_edited_while_posted(self):
        """What is changed in the instant of posting is not posted unseen."""
        self.draft_before()
        line = self.decisions(self.other).move_id.invoice_line_ids
        line.with_user(self.other.ref("base.user_admin")).price_unit = 1
        self.other.flush_all()
        self.other.cr.commit()
        with self.assertRaises(BEGINS_ANEW):
            self.post(self.one)
        self.begin(self.one)
        self.post(self.one)
        self.one.cr.commit()
        self.assert_state("review")

    def test_two_approvers(self):
        """Two approvers post a draft once; the second one is told."""
        self.draft_before("draft")
        first, second = (
            self.decisions(env).with_user(env.ref("base.user_admin"))
            for env in (self.one, self.other)
        )
        first.approve()
        self.one.flush_all()
        with self.assertRaises(WAITS):
            second.approve()
            self.other.flush_all()
        self.begin(self.other)
        self.one.cr.commit()
        self.begin(self.other)
        with self.assertRaisesRegex(UserError, "does not wait"):
            second.approve()
        self.assert_state("posted")

    def test_other_journal(self):
        """Who posts by hand in another journal does not wait for a batch."""
        self.draft_before()
        by_hand = self.other["account.move"].browse(self.ids["by_hand"])
        self.post(self.one)
        by_hand.action_post()
        self.other.cr.commit()
        self.one.cr.commit()
        self.assert_state("posted")
        self.assertEqual(by_hand.state, "posted")
