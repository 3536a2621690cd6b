from odoo.exceptions import UserError
from odoo.tests import tagged

from ...simulators.coopcycle import deliveries as simulated
from .common import DeliveringCommon

NOWHERE = "Nowhere 1"


@tagged("post_install", "-at_install")
class TestSending(DeliveringCommon):
    """A transfer's delivery is made in CoopCycle, once."""

    def test_a_validated_transfer_is_sent_once(self):
        """The row is there with the validation; CoopCycle hears of it after that."""
        picking = self.make_transfer(coopcycle_comments="Ring twice")
        self.validate(picking)
        delivery = picking.coopcycle_delivery_id
        self.assertEqual((delivery.sync_state, self.made()), ("pending", []))
        self.assertFalse(picking.coopcycle_can_send)
        picking.action_coopcycle_send()
        self.send()
        self.send()
        self.assertEqual(self.made(), [delivery.sudo().reference])
        made = self.instance.deliveries[0]
        self.assertEqual(made.dropoff.shown["weight"], 1000)
        self.assertEqual(made.dropoff.shown["comments"], f"{picking.name}\nRing twice")
        self.assertIn("48, Rue de Rivoli", str(made.dropoff.shown["address"]))
        self.assertRecordValues(
            delivery,
            [
                {
                    "sync_state": "done",
                    "courier_state": "new",
                    "coopcycle_id": made.id,
                    "order_number": made.order.number,
                    "order_total": 4.99,
                    "attempt_count": 0,
                    "last_error": False,
                }
            ],
        )
        self.assertEqual(picking.carrier_tracking_ref, made.order.number)
        self.assertEqual(picking.carrier_tracking_url, delivery.tracking_url)
        self.assertIn(self.instance.url, delivery.tracking_url)
        self.assertEqual(delivery.action_open_tracking()["url"], delivery.tracking_url)
        self.assertEqual(picking.carrier_price, 4.99)

    def test_the_customers_mail_has_the_link(self):
        """It waits for CoopCycle's answer; one that is given up waits for nothing."""
        self.company.sudo().stock_move_email_validation = True
        pickings = self.make_transfer(2)
        pickings[1].sudo().partner_id = self.customer.copy({"street": NOWHERE})
        self.validate(pickings)
        self.assertFalse(self._mails(pickings))
        self.send()
        mail = self._mails(pickings[0])
        self.assertEqual(len(mail), 1)
        self.assertIn(pickings[0].carrier_tracking_url, mail.body)
        for _attempt in range(2):
            self.send_later(pickings.coopcycle_delivery_id)
        self.assertEqual(pickings[1].coopcycle_sync_state, "skipped")
        self.send()
        self.assertEqual(len(self._mails(pickings)), 2)
        self.assertEqual(len(self.made()), 1)

    def _mails(self, pickings):
        return self.su["mail.message"].search(
            [
                ("model", "=", "stock.picking"),
                ("res_id", "in", pickings.ids),
                ("partner_ids", "in", pickings.partner_id.ids),
            ]
        )

    def test_a_dead_courier_stops_no_validation(self):
        """Nothing pays for it, somebody is told once, and then it goes on."""
        self.instance.stop()
        delivery = self.sent()
        operation = self.connection.sudo().operation_ids
        self.assertEqual((delivery.sync_state, delivery.attempt_count), ("pending", 0))
        self.assertTrue(operation.paused_until)
        self.assertEqual(operation.alert_id.user_id, self.biller)
        self.assertIn(operation.pause_reason, delivery.pause_reason)
        self.instance.start()
        self.send()
        self.assertEqual(self.made(), [], "it rests")
        self.resume()
        self.send()
        self.assertEqual(delivery.sync_state, "done")
        self.assertFalse(operation.paused_until or operation.alert_id)
        self.assertFalse(delivery.pause_reason)

    def test_a_lost_answer_is_looked_up_before_anything_is_repeated(self):
        self.instance.faults.add("hang_up_after", "POST", "/api/deliveries$", times=1)
        deliveries = self.sent(count=3)
        self.assertEqual(
            sorted(deliveries.mapped("sync_state")), ["done", "done", "unknown"]
        )
        self.assertEqual(len(self.made()), 3)
        self.send()
        self.assertEqual(set(deliveries.mapped("sync_state")), {"done"})
        self.assertEqual(sorted(self.made()), sorted(deliveries.mapped("reference")))

    def test_what_was_not_made_is_sent_again_when_it_is_sure(self):
        self.instance.faults.add("hang_up", "POST", "/api/deliveries$", times=1)
        delivery = self.sent()
        self.send()
        self.assertEqual(delivery.sync_state, "unknown", "it may yet be made")
        self.send_later(delivery)
        self.assertEqual((delivery.sync_state, delivery.attempt_count), ("pending", 1))
        self.send_later(delivery)
        self.assertEqual((delivery.sync_state, len(self.made())), ("done", 1))

    def test_three_attempts_then_somebody_looks_at_it(self):
        """An address that is nowhere; once it is mended it is sent again."""
        picking = self.make_transfer()
        self.customer.street = NOWHERE
        delivery = self.sent(picking)
        self.assertEqual((delivery.sync_state, delivery.attempt_count), ("pending", 1))
        for _attempt in range(2):
            self.send_later(delivery)
        self.assertEqual((delivery.sync_state, delivery.attempt_count), ("skipped", 3))
        self.assertIn("cannot locate", delivery.last_error)
        alert = picking.sudo().activity_ids
        self.assertEqual((alert.user_id, len(alert)), (picking.user_id, 1))
        self.assertIn("cannot locate", alert.note)
        self.customer.street = "48, Rue de Rivoli"
        picking.action_coopcycle_send()
        self.send()
        self.assertEqual((delivery.sync_state, len(self.made())), ("done", 1))
        self.assertFalse(picking.sudo().activity_ids)

    def test_what_cannot_be_asked_for_is_told_at_once(self):
        """No street, a slot that is over, another carrier meanwhile."""
        pickings = self.make_transfer(3)
        pickings[0].sudo().partner_id = self.customer.copy({"street": False})
        pickings[1].write(
            {
                "coopcycle_slot_from": "2020-01-01 10:00:00",
                "coopcycle_slot_to": "2020-01-01 12:00:00",
            }
        )
        self.validate(pickings)
        pickings[2].sudo().carrier_id = self.carrier.copy()
        self.send()
        deliveries = pickings.coopcycle_delivery_id
        self.assertEqual(set(deliveries.mapped("sync_state")), {"skipped"})
        for delivery, words in zip(
            deliveries, ("no street", "slot is over", "another carrier"), strict=True
        ):
            self.assertIn(words, delivery.last_error)
        self.assertEqual(self.instance.count("POST", "/api/deliveries"), 0)
        with self.assertRaises(UserError):
            pickings[0].coopcycle_slot_to = "2020-01-01 12:00:00"

    def test_what_is_out_of_reach_is_never_made(self):
        """CoopCycle would make it; so it is asked whether it can."""
        self.store.reach = 10
        delivery = self.sent()
        self.assertIn("out of bounds", delivery.last_error)
        self.assertEqual((delivery.sync_state, self.made()), ("pending", []))

    def test_faults_in_the_middle(self):
        """An expired token, an error, a page of HTML, too many requests."""
        deliveries = self.sent(count=2)
        self.instance.sign_ins.expire()
        deliveries |= self.sent(count=2)
        self.instance.faults.add(
            "too_many_requests", "POST", "/api/deliveries$", times=1
        )
        limited = self.sent()
        self.assertEqual((limited.sync_state, limited.attempt_count), ("pending", 0))
        deliveries |= limited
        self.instance.faults.add("html_page", "POST", "/api/deliveries/assert", times=1)
        refused = self.sent()
        self.assertEqual((refused.sync_state, refused.attempt_count), ("pending", 1))
        deliveries |= refused
        self.instance.faults.add("internal_error", "POST", "/api/deliveries$", times=1)
        deliveries |= self.sent()
        for _time in range(3):
            self.send_later(deliveries)
        self.assertEqual(set(deliveries.mapped("sync_state")), {"done"})
        self.assertEqual(sorted(self.made()), sorted(deliveries.mapped("reference")))

    def test_a_store_that_is_unknown_pauses_all(self):
        self.instance.sign_ins.applications[self.instance.key] = (
            self.instance.secret,
            None,
        )
        delivery = self.sent()
        operation = self.connection.sudo().operation_ids
        self.assertEqual((delivery.sync_state, delivery.attempt_count), ("pending", 0))
        self.assertIn("belongs to a store", operation.pause_reason)

    def test_what_a_killed_process_was_sending(self):
        """What was sent is looked up, what was not is sent."""
        pickings = self.make_transfer(2)
        self.validate(pickings)
        sent, unsent = pickings.sudo().coopcycle_delivery_id
        (sent | unsent).sync_state = "sending"
        sent.sent_at = "2026-01-01 00:00:00"
        self.send()
        self.assertEqual((sent.sync_state, unsent.sync_state), ("unknown", "done"))
        self.assertEqual(self.made(), [unsent.reference])

    def test_nothing_is_lost_where_the_transfer_takes_nothing(self):
        """What fails after CoopCycle has it is told, and is not sent again."""

        def fail(_picking):
            raise RuntimeError("locked")

        self.patch(type(self.su["stock.picking"]), "_add_delivery_cost_to_so", fail)
        picking = self.make_transfer()
        with self.assertLogs("odoo.addons.coopcycle_magento", "ERROR"):
            delivery = self.sent(picking)
        self.assertEqual((delivery.sync_state, len(self.made())), ("done", 1))
        self.assertIn("locked", picking.sudo().activity_ids.note)
        self.send()
        self.assertEqual(len(self.made()), 1)

    def test_an_answer_that_means_harm(self):
        """What cannot be kept is left out; an ID that is taken is told of."""
        show = simulated.show

        def harmful(instance, delivery):
            shown = show(instance, delivery)
            shown["trackingUrl"] = "javascript:alert(1)"
            number = "A\x00\ud800<b>"
            shown["order"] |= {"number": number, "total": 10**400, "taxTotal": -1}
            return shown

        self.patch(simulated, "show", harmful)
        delivery = self.sent()
        self.assertRecordValues(
            delivery,
            [
                {
                    "sync_state": "done",
                    "tracking_url": False,
                    "order_number": "A<b>",
                    "order_total": 0,
                }
            ],
        )
        with self.assertRaises(UserError):
            delivery.action_open_tracking()
        self.patch(simulated, "show", lambda *args: {**show(*args), "id": 1})
        other = self.sent()
        self.assertEqual((other.sync_state, other.error_code), ("skipped", "id_taken"))
        self.patch(simulated, "show", lambda *args: {**show(*args), "id": 10**30})
        third = self.sent()
        self.assertEqual((third.sync_state, len(self.made())), ("unknown", 3))
        self.send_later(third)
        self.assertEqual(third.sync_state, "unknown", "nothing of it was read")
        self.assertEqual(len(self.made()), 3)

    def test_only_what_goes_to_customers_is_sent(self):
        other = self.make_transfer(carrier_id=False)
        manual = self.carrier.copy({"integration_level": "rate"})
        by_hand = self.make_transfer(carrier_id=manual.id)
        self.validate(other | by_hand)
        self.assertFalse((other | by_hand).coopcycle_delivery_id)
        self.assertFalse(other.coopcycle_can_send)
        with self.assertRaises(UserError):
            other.action_coopcycle_send()
        self.assertTrue(by_hand.coopcycle_can_send)
        by_hand.action_coopcycle_send()
        self.send()
        self.assertEqual(by_hand.coopcycle_sync_state, "done")

    def test_a_courier_of_another_company_stops_no_validation(self):
        company = self.company_data_2["company"]
        connections = self.su["coopcycle.connection"]
        foreign = connections.create({"name": "Foreign", "company_id": company.id})
        self.carrier.coopcycle_connection_id = foreign
        picking = self.make_transfer()
        self.validate(picking)
        self.assertFalse(picking.coopcycle_delivery_id)
        self.assertIn("another company", picking.sudo().activity_ids.note)
        with self.assertRaises(UserError):
            picking.action_coopcycle_send()

    def test_transfers_that_are_sent_before_they_are_validated(self):
        picking = self.make_transfer()
        picking.action_coopcycle_send()
        self.send()
        self.assertEqual(picking.coopcycle_sync_state, "done")
        self.validate(picking)
        self.send()
        self.assertEqual(len(self.made()), 1)

    def test_a_courier_takes_the_last_of_several_steps_alone(self):
        """Whoever picks or packs has nothing to do with him, even with a label."""
        packing = self.warehouse.int_type_id
        packing.print_label = True
        picking = self.make_transfer(picking_type_id=packing.id)
        self.assertFalse(picking.coopcycle_can_send)
        self.validate(picking)
        picking.send_to_shipper()
        self.send()
        self.assertFalse(picking.coopcycle_delivery_ids)
        self.assertEqual(self.made(), [])


@tagged("post_install", "-at_install")
class TestCancelling(DeliveringCommon):
    """What was asked for is taken back, if a courier has not taken it."""

    def test_what_nobody_has_sent_is_cancelled_at_once(self):
        picking = self.make_transfer()
        picking.action_coopcycle_send()
        picking.action_cancel()
        self.send()
        self.assertEqual(picking.coopcycle_sync_state, "cancelled")
        self.assertEqual(self.made(), [])

    def test_what_is_in_no_transfer_any_more_is_taken_back(self):
        """An order's quantities may go after a courier was asked for."""
        pickings = self.make_transfer(2)
        pickings.action_coopcycle_send()
        self.send()
        pickings[0].sudo().move_ids._action_cancel()
        self.assertEqual(pickings[0].state, "cancel")
        self.send()
        self.assertEqual(pickings.mapped("coopcycle_sync_state"), ["cancelled", "done"])
        statuses = [made.dropoff.status for made in self.instance.deliveries]
        self.assertEqual(sorted(statuses), ["CANCELLED", "TODO"])

    def test_cancelled_in_coopcycle_and_sent_anew(self):
        picking = self.make_transfer()
        first = self.sent(picking)
        picking.action_coopcycle_cancel()
        self.assertFalse(picking.coopcycle_can_cancel)
        self.send()
        self.assertEqual(
            (first.sync_state, first.courier_state), ("cancelled", "cancelled")
        )
        self.assertEqual(self.instance.deliveries[0].dropoff.status, "CANCELLED")
        self.assertFalse(picking.carrier_tracking_ref)
        picking.action_coopcycle_send()
        self.send()
        second = picking.coopcycle_delivery_id
        self.assertTrue(first.is_replaced)
        self.assertEqual((second.sync_state, len(self.made())), ("done", 2))
        self.assertEqual(picking.carrier_tracking_ref, second.order_number)
        self.assertEqual(len(picking.coopcycle_delivery_ids), 2)

    def test_a_courier_who_has_it_keeps_it(self):
        picking = self.make_transfer()
        delivery = self.sent(picking)
        self.instance.deliveries[0].pickup.is_assigned = True
        picking.action_coopcycle_cancel()
        self.send()
        self.assertEqual(delivery.sync_state, "done")
        self.assertIn("already been assigned", picking.sudo().activity_ids.note)
        self.assertEqual(picking.carrier_tracking_ref, delivery.order_number)

    def test_an_answer_that_is_lost_is_asked_for_again(self):
        self.instance.faults.add("hang_up_after", "DELETE", times=1)
        picking = self.make_transfer()
        delivery = self.sent(picking)
        picking.action_coopcycle_cancel()
        self.send()
        self.assertEqual(delivery.sync_state, "to_cancel")
        self.send_later(delivery)
        self.assertEqual(delivery.sync_state, "cancelled")

    def test_cancelled_while_it_is_being_sent(self):
        """It is taken back as soon as it is known to be there, or was never made."""
        self.instance.faults.add("hang_up_after", "POST", "/api/deliveries$", times=1)
        delivery = self.sent()
        delivery.action_cancel()
        self.assertEqual(delivery.sync_state, "unknown")
        self.send()
        self.assertEqual(delivery.sync_state, "cancelled")
        self.assertEqual(self.instance.deliveries[0].dropoff.status, "CANCELLED")
        self.instance.faults.add("hang_up", "POST", "/api/deliveries$", times=1)
        never = self.sent()
        never.action_cancel()
        self.send_later(never)
        self.assertEqual((never.sync_state, len(self.made())), ("cancelled", 1))
