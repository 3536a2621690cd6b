"""Transfers that a simulated CoopCycle's couriers bring, and what came of them."""

from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields

from ...compat import prepare_move_name, product_kind
from ...models.shared.integration_runner_mixin import BusyError
from ...tests.simulators.coopcycle import CoopcycleSimulator


@contextmanager
def open_couriers(env, **settings):
    """Give the transfers of a company whose couriers a simulator has.

    :param settings: of the instance
    """
    with CoopcycleSimulator() as instance:
        yield Transfers(env, instance, settings)


class Transfers:
    """Makes transfers, has them sent, and compares them with the instance's book."""

    def __init__(self, env, instance, settings):
        self.env = env
        self.instance = instance
        instance.add_application(instance.add_store("Acme"))
        self.connection = env["coopcycle.connection"].create(
            {
                "name": f"Couriers of {instance.url}",
                "base_url": instance.url,
                "application_key": instance.key,
                "application_secret": instance.secret,
                **settings,
            }
        )
        self.warehouse = env["stock.warehouse"].search(
            [("company_id", "=", env.company.id)], limit=1
        )
        self.goods = env["product.product"].create(
            {"name": "Bread", **product_kind("consu"), "weight": 0.5}
        )
        self.customer = env["res.partner"].create(
            {"name": "Ada", "street": "48, Rue de Rivoli", "city": "Paris"}
        )
        fee = env["product.product"].create(
            {"name": "Delivery by bicycle", **product_kind("service")}
        )
        self.carrier = env["delivery.carrier"].create(
            {
                "name": "Couriers",
                "delivery_type": "coopcycle",
                "product_id": fee.id,
                "coopcycle_connection_id": self.connection.id,
            }
        )
        env.cr.commit()

    def make(self, count):
        """Have so many transfers that wait for being sent.

        :return: their `coopcycle.delivery`s
        """
        places = {
            "location_id": self.warehouse.lot_stock_id.id,
            "location_dest_id": self.customer.property_stock_customer.id,
        }
        move = {
            **prepare_move_name(self.goods),
            **places,
            "product_id": self.goods.id,
            "product_uom_qty": 2,
        }
        pickings = self.env["stock.picking"].create(
            [
                {
                    **places,
                    "picking_type_id": self.warehouse.out_type_id.id,
                    "partner_id": self.customer.id,
                    "carrier_id": self.carrier.id,
                    "move_ids": [Command.create(move)],
                }
                for _number in range(count)
            ]
        )
        pickings.action_confirm()
        pickings.action_assign()
        pickings.action_coopcycle_send()
        deliveries = pickings.coopcycle_delivery_id
        self.env.cr.commit()
        return deliveries

    def send(self, env):
        """Send what is due, unless another process does so."""
        connection = self.connection.with_env(env)
        try:
            env["coopcycle.operation"]._get(connection, "send_deliveries")._run("user")
        except BusyError:
            env.cr.rollback()

    def wake_up(self, env, ids):
        """Let what would wait for minutes go on; say whether something is left."""
        deliveries = env["coopcycle.delivery"].browse(ids)
        deliveries.invalidate_recordset()
        pending = deliveries.filtered(lambda each: each.sync_state == "pending")
        pending.next_attempt_at = fields.Datetime.now()
        operations = env["coopcycle.operation"].search([("paused_until", "!=", False)])
        operations.paused_until = fields.Datetime.now()
        env.cr.commit()
        return any(each.sync_state != "done" or each.is_to_note for each in deliveries)

    @contextmanager
    def patient(self, seconds):
        """Allow for many attempts, each of which is settled soon."""
        model = type(self.connection)
        with (
            patch.object(model, "_get_attempts_allowed", lambda _self: 100),
            patch.object(
                model, "_get_settling_time", lambda _self: timedelta(seconds=seconds)
            ),
        ):
            yield

    def compare(self, deliveries):
        """Return what the instance has more than once, or not, or otherwise."""
        deliveries.invalidate_recordset()
        book = [
            (each.dropoff.shown["metadata"]["odoo_reference"], each.id)
            for each in self.instance.deliveries
        ]
        counts, ids = Counter(reference for reference, _id in book), dict(book)
        done = deliveries.filtered(lambda each: each.sync_state == "done")
        return {
            "deliveries": len(deliveries),
            "duplicates": len(book) - len(counts),
            "lost": len(deliveries) - len(done & deliveries.filtered("coopcycle_id")),
            "disagreements": sum(
                ids.get(each.reference) != each.coopcycle_id
                or each.picking_id.carrier_tracking_ref != each.order_number
                for each in deliveries
            ),
        }
