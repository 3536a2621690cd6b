from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ...compat import product_kind
from ..shared.versions import MOVE_NAME
from .common import BillingCommon


@tagged("post_install", "-at_install")
class TestBillingOrders(BillingCommon):
    """What goes with an order: services, the price of the delivery, online payments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kind = product_kind("service")
        cls.service = cls.make_product("Setup", 50, invoice_policy="order", **kind)
        cls.shipping = cls.make_product("Ship", 5, invoice_policy="order", **kind)

    def sell_all(self, *services, **vals):
        """Confirm an order of ten lamps and services."""
        lines = [(self.product, 10), *((service, 1) for service in services)]
        return self.sell(
            order_line=[
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": quantity,
                        "is_delivery": product == self.shipping,
                    }
                )
                for product, quantity in lines
            ],
            **vals,
        )

    def test_order_is_billed(self):
        """4.01, 4.02: what is invoiced on order is billed once it is confirmed."""
        self.make_policy(event_order=True)
        order = self.sell(4, product=self.service)
        self.assertEqual(self.billed(self.bill(order)), {"Setup": 4})
        self.assertRecordValues(
            self.decisions(order),
            [{"event_key": f"order:{order.id}", "state": "posted"}],
        )

    def test_order_of_goods(self):
        """4.02: of goods that are invoiced on delivery, nothing is."""
        self.make_policy(event_order=True)
        order = self.sell_all(self.shipping)
        self.assertFalse(self.bill(order))
        self.assertEqual(self.decisions(order).reason_code, "nothing_on_order")

    def test_order_and_delivery(self):
        """D1: goods billed on order are not billed by their delivery."""
        self.make_policy(event_order=True)
        order = self.sell(10, product=self.on_order)
        self.assertEqual(self.billed(self.bill(order)), {"Poster": 10})
        self.deliver(order)
        self.assertEqual(self.billed(self.bill(order)), {"Poster": 10})
        self.assertEqual(self.decisions(order)[-1].state, "skipped")

    def test_shipping(self):
        """4.45: the price of the delivery goes with the first invoice, once."""
        self.make_policy()
        order = self.sell_all(self.shipping)
        self.deliver(order, 4)
        self.deliver(order)
        first, second = self.bill(order)
        self.assertEqual(self.billed(first), {"Lamp": 4, "Ship": 1})
        self.assertEqual(self.billed(second), {"Lamp": 6})

    def test_shipping_does_not_reopen(self):
        """D1: once credited, it is not billed with the next delivery."""
        self.make_policy()
        order = self.sell_all(self.shipping)
        self.deliver(order, 4)
        self.credit(self.bill(order)).action_post()
        self.deliver(order)
        self.assertEqual(self.billed(self.bill(order)[-1]), {"Lamp": 6})

    def test_service_on_order(self):
        """4.02: without order events, services go with the first delivery."""
        self.make_policy()
        order = self.sell_all(self.service)
        self.deliver(order, 4)
        self.assertEqual(self.billed(self.bill(order)), {"Lamp": 4, "Setup": 1})
        self.deliver(order)
        self.assertEqual(self.billed(self.bill(order)), {"Lamp": 10, "Setup": 1})

    def test_service_out_of_scope(self):
        """4.12: but not one that is out of the policy's scope."""
        category = self.su["product.category"].create({"name": "Lights"})
        self.product.categ_id = category
        self.make_policy(category_ids=[Command.set(category.ids)])
        order = self.sell_all(self.service)
        self.deliver(order)
        self.assertEqual(self.billed(self.bill(order)), {"Lamp": 10})

    def test_free_goods(self):
        """4.46: goods added in the warehouse, of which none was ordered, are billed."""
        self.make_policy()
        order = self.sell(2)
        other = self.make_product("Bulb", 3)
        picking = order.picking_ids
        self.su["stock.move"].create(
            {
                **MOVE_NAME,
                "picking_id": picking.id,
                "product_id": other.id,
                "product_uom_qty": 1,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )
        self.deliver(order)
        self.assertEqual(self.billed(self.bill(order)), {"Lamp": 2, "Bulb": 1})

    # Online payments

    def pay(self, order, moves=None):
        """Have an online payment of an order, or of its invoices, come in."""
        provider = self.su["payment.provider"].create(
            {"name": "Shop", "code": "none", "company_id": self.company.id}
        )
        methods = self.su["payment.method"].with_context(active_test=False)
        method = methods.search([], limit=1)
        transaction = self.su["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"PAY {order.name}",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": self.customer.id,
                "operation": "offline",
                "sale_order_ids": [Command.set(order.ids)],
                "invoice_ids": [Command.set(moves.ids if moves else [])],
            }
        )
        transaction._set_done()
        process = getattr(transaction, "_finalize_post_processing", None)
        with patch.object(type(transaction), "_create_payment") as booked:
            (process or transaction._post_process)()
        booked.assert_called_once()  # nothing takes the payment back
        return transaction

    def test_paid_while_in_review(self):
        """2.7: a payment posts no draft that waits for a person, and goes through."""
        self.make_policy("draft")
        order = self.sell(3)
        self.deliver(order)
        move = self.bill(order)
        transaction = self.pay(order, move)
        self.assertEqual(transaction.state, "done")
        self.assertEqual(transaction.invoice_ids, move)
        self.assertEqual(move.state, "draft")
        self.assertEqual(self.decisions(order).state, "review")

    def test_paid_while_held(self):
        """Trap 21: nor one that is held, which would refuse to be posted."""
        self.make_policy("draft")
        order = self.sell(3)
        self.deliver(order)
        move = self.bill(order)
        self.decisions(order).write({"state": "held", "error_code": "rate_missing"})
        self.pay(order, move)
        self.assertEqual(move.state, "draft")

    def test_automatic_invoice(self):
        """D1: what Odoo bills as an order is paid online is not billed again."""
        self.su["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        self.make_policy(event_order=True)
        order = self.su["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "require_payment": True,
                "order_line": [
                    Command.create({"product_id": self.on_order.id}),
                    Command.create({"product_id": self.service.id}),
                ],
            }
        )
        order.action_quotation_sent()
        self.pay(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.billed(order.invoice_ids), {"Poster": 1, "Setup": 1})
        self.deliver(order)
        self.assertEqual(self.billed(self.bill(order)), {"Poster": 1, "Setup": 1})
        self.assertEqual(set(self.decisions(order).mapped("state")), {"skipped"})
