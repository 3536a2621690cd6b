from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import JPEG, FollowCommon


@tagged("post_install", "-at_install")
class TestFollowing(FollowCommon):
    """Deliveries are read again until they end, whether or not anybody tells."""

    def age(self, delivery, **ago):
        """Let the last reading be some time ago."""
        delivery.next_read_at = fields.Datetime.now() - timedelta(**ago)

    def test_from_new_to_completed_by_polling_alone(self):
        own, courier = self.send_one()
        self.follow()
        self.assertEqual(own.courier_state, "new")
        self.assertGreater(own.next_read_at, own.read_at)
        price = own.order_total
        requests = len(self.instance.requests)
        self.follow()
        self.assertEqual(len(self.instance.requests), requests, "it is not due")
        courier.order.total += 100
        self.instance.go_on(courier, "assign")
        self.age(own, minutes=1)
        self.follow()
        self.assertEqual(own.courier_state, "assigned")
        self.instance.complete(courier, notes="<b>Porter</b>", pictures=(JPEG,))
        self.age(own, minutes=1)
        self.follow()
        self.assertEqual(own.courier_state, "completed")
        self.assertEqual(own.courier_notes, "<b>Porter</b>")
        self.assertEqual(own.proof_ids.raw, JPEG)
        self.assertEqual(own.order_total, price, "it stays as it was agreed upon")
        self.assertLess(abs(own.done_at - fields.Datetime.now()), timedelta(hours=3))
        self.assertFalse(own.picking_id.activity_ids)
        done_at = own.done_at
        # What has ended is not asked for any more, and told to nobody twice
        self.age(own, days=1)
        requests = len(self.instance.requests)
        self.follow()
        self.assertEqual(len(self.instance.requests), requests)
        own._read_again()
        self.assertEqual((own.done_at, len(own.proof_ids)), (done_at, 1))

    def test_a_failure_is_told_once_and_again_only_if_it_fails_again(self):
        own, courier = self.send_one()
        self.instance.go_on(courier, "failed", notes="Nobody <i>there</i>")
        self.follow()
        activity = own.picking_id.activity_ids
        self.assertEqual(activity.user_id, own.picking_id.user_id)
        self.assertIn("Nobody &lt;i&gt;there", activity.note)
        own.is_to_read = True
        self.follow()
        self.assertEqual(own.picking_id.activity_ids, activity)
        self.assertFalse(own.done_at)
        courier.dropoff.status = "TODO"
        own.is_to_read = True
        self.follow()
        self.assertEqual(own.courier_state, "new")
        self.assertFalse(own.picking_id.activity_ids, "it goes on")
        self.instance.go_on(courier, "failed")
        own.is_to_read = True
        self.follow()
        self.assertEqual(len(own.picking_id.activity_ids), 1)

    def test_cancelled_by_the_courier_is_told(self):
        own, courier = self.send_one()
        courier.pickup.status = courier.dropoff.status = "CANCELLED"
        self.follow()
        self.assertEqual(own.courier_state, "cancelled")
        self.assertEqual(len(own.picking_id.activity_ids), 1)
        ours, courier = self.send_one()
        ours.sync_state = "cancelled"
        courier.pickup.status = courier.dropoff.status = "CANCELLED"
        self.follow()
        self.assertFalse(ours.picking_id.activity_ids)

    def test_nothing_that_comes_instead_of_an_answer_is_believed(self):
        own, courier = self.send_one()
        self.instance.complete(courier, pictures=(JPEG,))
        for fault in ("html_page", "internal_error", "maintenance", "hang_up"):
            with self.subTest(fault):
                self.instance.faults.add(fault, "GET", "/api/deliveries/", times=2)
                self.age(own, minutes=1)
                self.follow()
                self.assertEqual(own.courier_state, "new")
                self.instance.faults.clear()
        self.assertTrue(own.read_error, "an error of this delivery alone")
        self.instance.sign_ins.expire()
        self.age(own, minutes=1)
        self.follow()
        self.assertEqual(own.courier_state, "completed")
        self.assertFalse(own.read_error)

    def test_a_moment_that_cannot_be_is_not_believed(self):
        for moment in ("2001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "x"):
            with self.subTest(moment):
                own, courier = self.send_one()
                self.instance.complete(courier)
                courier.dropoff.events[-1]["createdAt"] = moment
                own._read_again()
                apart = abs(own.done_at - fields.Datetime.now())
                self.assertLess(apart, timedelta(minutes=5))

    def test_deliveries_that_are_not_ours_any_more(self):
        """Each says so; the others go on."""
        gone, _courier = self.send_one()
        foreign, courier = self.send_one()
        courier.dropoff.shown["metadata"] = {"odoo_reference": "another"}
        good, courier = self.send_one()
        self.instance.complete(courier)
        gone.coopcycle_id = 999
        self.follow()
        self.assertEqual(good.courier_state, "completed")
        self.assertIn("deleted in CoopCycle", gone.read_error)
        self.assertIn("no delivery of ours", foreign.read_error)
        log = self.last_log()
        self.assertEqual(
            (log.state, log.done_count, log.failed_count), ("partial", 1, 2)
        )

    def test_who_may_have_deliveries_read(self):
        own, courier = self.send_one()
        self.instance.complete(courier)
        plain = self.make_user("plain", "base.group_user")
        auditor = self.make_user("auditor", "account.group_account_readonly")
        self.assertTrue(own.with_user(auditor).read(["courier_state"]))
        for user in (plain, auditor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                own.with_user(user).sudo(False).action_read_again()
        self.assertEqual(own.courier_state, "new")
        biller = own.with_user(self.biller).sudo(False)
        self.assertEqual(biller.action_read_again()["params"]["type"], "success")
        action = own.with_user(self.packer).action_read_again()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(own.courier_state, "completed")
        for name in ("is_to_read", "courier_state", "done_at", "read_error"):
            with self.subTest(name), self.assertRaises(AccessError):
                own.with_user(self.packer).write({name: False})
        self.instance.stop()
        action = own.with_user(self.packer).action_read_again()
        self.assertEqual(action["params"]["type"], "danger")

    def test_many_are_read_in_few_queries(self):
        pairs = [self.send_one() for _number in range(12)]
        for _own, courier in pairs:
            self.instance.complete(courier)
        owns = self.deliveries_su.union(*(own for own, _courier in pairs))
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        owns._read_again()
        few = (self.env.cr.sql_log_count - before) / len(owns)
        self.assertEqual(set(owns.mapped("courier_state")), {"completed"})
        self.assertLess(few, 4)
