from unittest import TestCase

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..shared.versions import read_groups
from .common import ServiceCommon

SECRET = (
    "sale_order_id",
    "invoice_state",
    "invoice_ids",
    "payment_ids",
    "decision_ids",
    "asked_at",
)

# A field that is not theirs is no field, for some ways of asking
REFUSED = (AccessError, ValueError)


@tagged("post_install", "-at_install")
class TestServiceRights(ServiceCommon):
    """3.45: a technician does the own jobs, and knows nothing of money."""

    def setUp(self):
        super().setUp()
        self.order = self.do()
        self.draft = self.create_invoice(self.order)
        self.foreign = self.plan(
            hours=(), technician_ids=[Command.set(self.ben.ids)], partner_id=self.other
        )

    @property
    def other(self):
        return self.su["res.partner"].create({"name": "Rival"}).id

    def own(self, model="billing.service.order", user=None):
        return self.env[model].with_user(user or self.anna)

    def test_sees_own_jobs_alone(self):
        """By reading, searching, export, groups and names; drafts are not there yet."""
        orders = self.own()
        self.assertIn(self.order, orders.search([]))
        self.assertNotIn(self.foreign, orders.search([]))
        self.assertFalse(orders.name_search(self.foreign.name))
        groups = read_groups(orders, [], "partner_id")
        self.assertNotIn("Rival", str(groups))
        for model, field in (
            ("billing.service.hours", "hours_ids"),
            ("billing.service.part", "part_ids"),
        ):
            rows = self.own(model).search([])
            self.assertFalse(rows & self.foreign[field])
        foreign = self.foreign.with_user(self.anna)
        for attack in (
            lambda: foreign.read(["name"]),
            lambda: foreign.export_data(["name", "partner_id/name"]),
            lambda: foreign.part_ids.read(["used_quantity"]),
            lambda: foreign.write({"report": "x"}),
            lambda: foreign.action_start(),
            lambda: foreign.action_open_invoices(),
            lambda: foreign.action_open_sale_order(),
            lambda: foreign.action_open_transfers(),
            lambda: foreign.action_open_items(),
            lambda: foreign.message_post(subtype_xmlid="mail.mt_note"),
            lambda: self.own("billing.service.hours").create(
                {
                    "order_id": self.foreign.id,
                    "technician_id": self.ben.id,
                    "duration": 1,
                }
            ),
            lambda: self.order.hours_ids.with_user(self.anna).write(
                {"order_id": self.foreign.id}
            ),
        ):
            with self.assertRaises(UserError):
                attack()

    def test_sees_no_price(self):
        """No amount is reached from a job, by whatever way."""
        order = self.order.with_user(self.anna)
        hours, part = order.hours_ids[0], order.part_ids
        for record, names in (
            (order, SECRET),
            (hours, ["sale_line_id"]),
            (part, ["sale_line_id", "stock_move_id"]),
        ):
            for name in names:
                with self.assertRaises(AccessError, msg=name):
                    record.read([name])
                with self.assertRaises(AccessError, msg=name):
                    record.export_data([name])
                if record._fields[name]._description_searchable:
                    with TestCase.assertRaises(self, REFUSED, msg=name):
                        record.search([(name, "!=", False)])
                with TestCase.assertRaises(self, REFUSED, msg=name):
                    read_groups(record, [], name)
        with TestCase.assertRaises(self, REFUSED):
            order.search([("sale_order_id.amount_total", ">", 0)])
        with TestCase.assertRaises(self, REFUSED):
            part.search([("sale_line_id.price_unit", ">", 0)], order="sale_line_id")
        for name in ("invoices", "sale_order", "transfers", "items"):
            with self.assertRaises(AccessError, msg=name):
                getattr(order, f"action_open_{name}")()
        for model in ("sale.order", "sale.order.line", "account.move"):
            with self.assertRaises(AccessError):
                self.own(model).search_read([], ["id"], limit=1)
        for text in self.order.with_user(self.anna).message_ids.mapped("body"):
            self.assertNotIn("INV/", text)
            self.assertNotIn("$", text)
        views = order.get_views([(False, "form"), (False, "list"), (False, "search")])
        for name in SECRET:
            self.assertNotIn(f'name="{name}"', str(views["views"]))

    def test_says_nothing_of_what_dispatchers_say(self):
        """Neither who does it nor when nor for whom, nor that it is in order."""
        order = self.plan().with_user(self.anna)
        for vals in (
            {"partner_id": self.other},
            {"technician_ids": [Command.link(self.ben.id)]},
            {"date_planned": "2026-01-01"},
            {"dispatcher_id": self.anna.id},
            {"sale_order_id": self.order.sale_order_id.id},
            {"state": "done"},
            {"name": "SRV/1"},
            {"report_validated_by": self.anna.id},
            {"asked_at": "2026-01-01"},
        ):
            with self.assertRaises(AccessError, msg=str(vals)):
                order.write(vals)
        for vals in ({"is_validated": True}, {"sale_line_id": 1}):
            with self.assertRaises(AccessError, msg=str(vals)):
                order.hours_ids[0].write(vals)
        for method in (
            "action_validate_report",
            "action_validate_hours",
            "action_validate_parts",
            "action_done",
            "action_cancel",
            "action_create_invoice",
            "reopen",
            "unlink",
            "copy",
        ):
            with self.assertRaises(AccessError, msg=method):
                getattr(order, method)()
        with self.assertRaises(AccessError):
            self.own().create({"partner_id": self.customer.id})

    def test_technicians_change(self):
        """Who is taken off a job follows it no longer; who comes to it does."""
        order = self.plan(
            technician_ids=[Command.set(self.anna.ids)], hours=(), parts=()
        )
        own = order.with_user(self.dispatcher)
        own.technician_ids = self.ben
        self.assertIn(self.ben.partner_id, order.message_partner_ids)
        self.assertNotIn(self.anna.partner_id, order.message_partner_ids)
        note = own.message_post(subtype_xmlid="mail.mt_comment")
        with self.assertRaises(AccessError):
            note.with_user(self.anna).read(["body"])
        self.ben.active = False
        order.hours_ids = [
            Command.create({"technician_id": self.ben.id, "duration": 1})
        ]
        with self.assertRaises(UserError):
            own.location_id = self.su.ref("stock.stock_location_customers")
        with self.assertRaises(AccessError):
            order.with_user(self.ben).write({"message_ids": [Command.clear()]})

    def test_does_the_job(self):
        """Report, hours, parts, photo and signature of the own job."""
        order = self.plan(hours=(), parts=()).with_user(self.anna)
        pixel = (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
            b"YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
        )
        order.write(
            {
                "report": "<p>Fine<script>alert(1)</script></p>",
                "signature": pixel,
                "signed_by": "Ms Client",
                "photo_ids": [Command.create({"image": pixel, "name": "Pump"})],
                "hours_ids": [Command.create({"duration": 1.25, "name": "cleaned"})],
                "part_ids": [
                    Command.create({"product_id": self.product.id, "used_quantity": 1})
                ],
            }
        )
        self.assertNotIn("script", order.report)
        self.assertTrue(order.signed_at)
        self.assertEqual(order.hours_ids.technician_id, self.anna)
        for vals in ({"duration": -1}, {"duration": 25}, {"duration": 1e300}):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
                order.hours_ids.write(vals)
                self.env.flush_all()
        order.hours_ids.name = order.signed_by = "Ms\x00 Client"
        self.assertEqual((order.hours_ids.name, order.signed_by), ("Ms Client",) * 2)
        order.hours_ids.name = "cleaned"
        with self.assertRaisesRegex(UserError, "is no number"):
            order.part_ids.write({"used_quantity": float("nan")})
        stranger = self.make_user_of("service_stranger", "base.group_user")
        with self.assertRaises(UserError):
            order.hours_ids.technician_id = stranger
        with self.assertRaises(AccessError):
            self.own(user=stranger).search([])
        self.do(order.sudo())
        content, kind = self.su["ir.actions.report"]._render_qweb_html(
            "coopcycle_magento.billing_service_order_report", order.ids
        )
        for text in ("Ms Client", "cleaned", "Lamp", order.name):
            self.assertIn(text, content.decode())

    def test_other_company(self):
        """Nothing of another company is seen or billed."""
        company = self.company_data_2["company"]
        lot = self.su["stock.lot"].create(
            {
                "name": "F1",
                "product_id": self.product.id,
                "company_id": company.id,
            }
        )
        order = self.plan(hours=())
        with self.assertRaises(UserError):
            order.part_ids.lot_id = lot
        with self.assertRaises(UserError):
            order.part_ids.product_id = self.make_product(
                "Foreign", 1.0, company_id=company.id
            )
        foreign = self.su["billing.service.order"].create(
            {"partner_id": self.customer.id, "company_id": company.id}
        )
        for user in (self.biller, self.dispatcher):
            with self.assertRaises(AccessError):
                foreign.with_user(user).read(["name"])
