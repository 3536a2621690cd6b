from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from ...compat import product_kind
from ..magento.delivery_common import MagentoDeliveryCommon
from ..magento.exporting.export_common import MagentoExportCommon
from ..magento.reconciling.test_magento_reconciliation import ReconciliationCommon
from ..shared.users import find_or_make
from ..shared.versions import anybody_may_call, run_cron
from ..simulators.coopcycle import CoopcycleSimulator
from .steps import BillingSteps

JPEG = b"\xff\xd8\xff\xe0 a photo"


@tagged("post_install", "-at_install")
class TestBillingCourierLife(
    BillingSteps,
    MagentoDeliveryCommon,
    MagentoExportCommon,
    ReconciliationCommon,
    HttpCase,
):
    """An order, from the customer of a shop to the bill of the courier."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.approver = find_or_make(
            cls.su,
            "life_approver",
            "base.group_user,coopcycle_magento.billing_group_approver",
            cls.company,
        )
        cls.biller = find_or_make(
            cls.su,
            "life_biller",
            "base.group_user,account.group_account_manager",
            cls.company,
        )
        cls.stock_up(100)
        cls.courier = cls.su["coopcycle.connection"].create(
            {"company_id": cls.company.id, "name": "Les Coursiers"}
        )
        fee = cls.su["product.product"].create(
            {"name": "By bicycle", **product_kind("service")}
        )
        cls.carrier = cls.su["delivery.carrier"].create(
            {
                "name": "Couriers",
                "delivery_type": "coopcycle",
                "product_id": fee.id,
                "coopcycle_connection_id": cls.courier.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.instance = self.enter(CoopcycleSimulator())
        self.instance.add_application(self.instance.add_store("Acme"))
        parameters = self.su["ir.config_parameter"]
        parameters.set_param("web.base.url", self.base_url())
        self.courier.write(
            {
                "base_url": self.instance.url,
                "application_key": self.instance.key,
                "application_secret": self.instance.secret,
            }
        )
        self.courier.action_receive_events()
        self.make_policy(user_id=self.approver.id, waits_for_courier=True)

    def run_actions(self, name):
        """Do what a scheduled action does."""
        run_cron(self.su.ref(f"coopcycle_magento.ir_cron_{name}"))
        self.env.invalidate_all()

    def enter_bill(self, **amounts):
        """Enter the courier's bill of the month: {order number: amount}."""
        return self.su["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.su["res.partner"].create({"name": "Coursiers"}).id,
                "company_id": self.company.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": f"Livraison (Commande #{number})",
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for number, amount in amounts.items()
                ],
            }
        )

    def check_bill(self):
        """Compare what the courier bills with what was delivered: {order: cause}."""
        today = fields.Date.today()
        wizard = (
            self.env["coopcycle.reconciliation.wizard"]
            .with_user(self.biller)
            .create(
                {
                    "connection_id": self.courier.id,
                    "date_from": today,
                    "date_to": today,
                }
            )
        )
        found = self.su["coopcycle.reconciliation"].browse(
            wizard.action_reconcile()["res_id"]
        )
        self.assertEqual(found.state, "done", found.error)
        return {line.order_number: line.cause_code for line in found.check_line_ids}

    def test_from_the_order_to_the_couriers_bill(self):
        # A customer of the shop orders, and Magento's method is a courier in Odoo
        order = self.place({"sku": "SKU-001", "qty": 3})
        self.run_import()
        sale = self.sale(order)
        self.connection.shipping_method_ids.sudo().carrier_id = self.carrier
        sale.sudo().picking_ids.carrier_id = self.carrier
        self.ship(sale)
        picking = sale.picking_ids
        # The courier is out of reach: nobody notices, and nothing is lost
        self.instance.stop()
        self.run_actions("send_deliveries")
        self.export("export_shipments")
        self.assertEqual(self.numbers(order), [])
        self.instance.start()
        self.courier.operation_ids.paused_until = False
        own = picking.coopcycle_delivery_id.sudo()
        own.next_attempt_at = fields.Datetime.now()
        self.run_actions("send_deliveries")
        self.assertEqual(own.sync_state, "done", own.last_error)
        self.assertEqual(len(self.instance.deliveries), 1)
        # Its number is the track of the shipment that Magento has already
        self.export("export_shipments")
        self.assertEqual(self.numbers(order), [own.order_number])
        # It is billed when it has arrived, and not before
        self.assertFalse(self.bill(sale))
        courier = self.instance.deliveries[0]
        with anybody_may_call(self):
            told = self.instance.complete(courier, notes="Done", pictures=(JPEG,))
        self.assertEqual(told, [204])
        self.assertFalse(self.bill(sale), "nobody has read it again")
        self.run_actions("follow_deliveries")
        self.env.cr.precommit.run()
        self.assertEqual(own.courier_state, "completed")
        self.assertEqual(own.proof_ids.raw, JPEG)
        invoice = self.bill(sale)
        self.assertEqual(invoice.state, "posted")
        self.assertAlmostEqual(
            invoice.amount_total, float(order["grand_total"]), 2, "as the shop charges"
        )
        told = self.su["integration.timeline"].read_timeline("sale.order", sale.id)
        (arrival,) = (each for each in told if each["what"] == "Delivered by courier")
        self.assertEqual((arrival["note"], arrival["id"]), ("Done", own.id))
        # The shop gets the invoice, and both sides are equal
        self.export("export_invoices")
        self.assertEqual(self.invoiced(order), [{"SKU-001": 3}])
        self.assert_equal_sides()
        # The courier's bill of the month has it, once and at the price agreed upon
        self.assertEqual(self.check_bill(), {own.order_number: "not_billed"})
        bill = self.enter_bill(**{own.order_number: 4.16, "D9999": 4.16})
        self.assertEqual(self.check_bill(), {"D9999": "no_delivery"})
        bill.invoice_line_ids[1].unlink()
        self.assertEqual(self.check_bill(), {})
