from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.misc import file_open

from .common import DeliveringCommon


@tagged("post_install", "-at_install")
class TestCourierRights(DeliveringCommon):
    """Who packs asks for couriers; nobody writes what CoopCycle tells."""

    def test_who_packs_sees_deliveries_and_no_sign_in(self):
        delivery = self.sent()
        own = delivery.with_user(self.packer).sudo(False)
        self.assertEqual(own.read(["sync_state"])[0]["sync_state"], "done")
        self.assertEqual(own.connection_id.display_name, self.connection.name)
        for name in ("application_key", "application_secret", "base_url", "password"):
            with self.subTest(name), self.assertRaises(AccessError):
                own.connection_id.read([name])
        with self.assertRaises(AccessError):
            own.connection_id.write({"name": "x"})

    def test_nobody_writes_what_is_the_programs_own(self):
        picking = self.make_transfer()
        delivery = self.sent(picking)
        manager = self.make_user("storekeeper", "stock.group_stock_manager")
        vals = {
            "picking_id": picking.id,
            "carrier_id": self.carrier.id,
            "connection_id": self.connection.id,
        }
        for user in (self.packer, manager, self.biller):
            own = delivery.with_user(user).sudo(False)
            for call in (
                lambda own=own: own.write({"sync_state": "pending"}),
                lambda own=own: own.write({"tracking_url": "https://x"}),
                lambda own=own: own.unlink(),
                lambda own=own: own.create(vals),
                lambda own=own: own.copy(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    call()
        with self.assertRaises(AccessError):
            picking.write({"coopcycle_delivery_ids": [(0, 0, vals)]})
        with self.assertRaises(AccessError):
            picking.create({"coopcycle_delivery_id": delivery.id})

    def test_an_instance_that_is_archived_sends_nothing_and_says_so(self):
        waiting, late = self.make_transfer(2)
        waiting.action_coopcycle_send()
        self.connection.sudo().active = False
        self.send()
        delivery = waiting.sudo().coopcycle_delivery_id
        self.assertEqual((delivery.sync_state, self.made()), ("pending", []))
        self.assertIn("archived", delivery.pause_reason)
        with self.assertRaisesRegex(UserError, "archived"):
            late.action_coopcycle_send()

    def test_the_company_of_an_instance_with_deliveries_stays(self):
        company = self.company_data_2["company"]
        self.sent()
        with self.assertRaises(UserError):
            self.connection.sudo().company_id = company

    def test_what_scripts_call_answers_them(self):
        """XML-RPC has no words for nothing."""
        delivery = self.sent()
        own = delivery.with_user(self.packer).sudo(False)
        self.assertIs(own.action_cancel(), True)
        self.assertIs(own.action_send_again(), True)
        self.assertEqual(delivery.sync_state, "to_cancel")

    def test_others_ask_for_nothing_and_see_nothing(self):
        """Neither the least of users, nor who works for another company."""
        picking = self.make_transfer()
        delivery = self.sent(picking)
        company = self.company_data_2["company"]
        foreign = self.make_user("foreign", "stock.group_stock_user", company)
        for user in (self.make_user("least"), foreign):
            for record, methods in (
                (delivery, ("read", "action_cancel", "action_send_again")),
                (picking, ("action_coopcycle_send", "action_coopcycle_cancel")),
                (picking, ("send_to_shipper", "cancel_shipment")),
                (delivery, ("action_open_tracking",)),
            ):
                own = record.with_user(user).sudo(False)
                own.invalidate_recordset()
                for name in methods:
                    with self.subTest(name, user=user.login):
                        with self.assertRaises(AccessError):
                            getattr(own, name)()
        self.assertEqual(delivery.sync_state, "done")

    def test_who_sells_sees_how_it_stands(self):
        """Without a right to deliveries themselves."""
        picking = self.make_transfer()
        self.sent(picking)
        seller = self.make_user("seller", "sales_team.group_sale_salesman")
        own = picking.with_user(seller)
        own.invalidate_recordset()
        self.assertEqual(own.coopcycle_courier_state, "new")
        self.assertFalse(own.coopcycle_can_send)
        with self.assertRaises(AccessError):
            own.coopcycle_delivery_ids.read(["sync_state"])

    def test_a_copy_of_the_database_sends_nothing(self):
        self.sent()
        picking = self.make_transfer()
        self.validate(picking)
        self.env.flush_all()
        env = self.env(user=SUPERUSER_ID)
        with file_open("coopcycle_magento/data/neutralize.sql") as file:
            env.cr.execute(file.read())
        env.invalidate_all()
        self.send()
        self.assertEqual(picking.coopcycle_sync_state, "pending")
        self.assertEqual(len(self.made()), 1)
