from odoo import Command

from ....compat import prepare_move_name, product_kind
from ...shared.versions import run_cron
from ...simulators.coopcycle import CoopcycleSimulator
from ..common import CoopcycleCommon


class CourierMixin:
    """A simulated CoopCycle whose couriers bring what a company sells.

    :cvar couriers: the `coopcycle.connection`
    :cvar carrier: the delivery method
    """

    @classmethod
    def make_couriers(cls, couriers):
        """Have a delivery method of an instance, and a warehouse with an address."""
        cls.su = cls.env(su=True)
        cls.couriers = couriers.sudo()
        company = couriers.company_id
        cls.warehouse = cls.su["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        cls.warehouse.partner_id.write(
            {"street": "1, Quai de la Gare", "zip": "75013", "city": "Paris"}
        )
        fee = cls.su["product.product"].create(
            {
                "name": "Delivery by bicycle",
                **product_kind("service"),
                "taxes_id": [Command.clear()],
            }
        )
        cls.carrier = cls.su["delivery.carrier"].create(
            {
                "name": "Couriers",
                "delivery_type": "coopcycle",
                "product_id": fee.id,
                "coopcycle_connection_id": couriers.id,
            }
        )

    def open_instance(self):
        """Start the instance, with a store whose application is ours."""
        self.instance = self.enter(CoopcycleSimulator())
        self.store = self.instance.add_store("Acme")
        self.instance.add_application(self.store)
        self.couriers.write(
            {
                "base_url": self.instance.url,
                "application_key": self.instance.key,
                "application_secret": self.instance.secret,
                "timeout": 2,
            }
        )

    def send(self):
        """Do what the scheduled action does."""
        run_cron(self.su.ref("coopcycle_magento.ir_cron_send_deliveries"))


class DeliveringCommon(CourierMixin, CoopcycleCommon):
    """A company whose customers a simulated CoopCycle delivers to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_couriers(cls.connection)
        cls.goods = cls.su["product.product"].create(
            {"name": "Bread", **product_kind("product"), "weight": 0.5}
        )
        cls.su["stock.quant"]._update_available_quantity(
            cls.goods, cls.warehouse.lot_stock_id, 1000
        )
        cls.customer = cls.su["res.partner"].create(
            {
                "name": "Ada",
                "street": "48, Rue de Rivoli",
                "zip": "75004",
                "city": "Paris",
                "phone": "+33 1 23 45 67 89",
                "email": "ada@example.com",
            }
        )
        cls.packer = cls.make_user("packer", "stock.group_stock_user")

    def setUp(self):
        super().setUp()
        self.open_instance()
        self.connection.sudo().user_id = self.biller

    def make_transfer(self, count=1, user=None, **vals):
        """Return transfers that are ready, as who packs sees them."""
        place = self.customer.property_stock_customer
        pickings = self.su["stock.picking"].create(
            [
                {
                    "picking_type_id": self.warehouse.out_type_id.id,
                    "location_id": self.warehouse.lot_stock_id.id,
                    "location_dest_id": place.id,
                    "partner_id": self.customer.id,
                    "carrier_id": self.carrier.id,
                    "move_ids": [
                        Command.create(self._prepare_move(quantity=2, place=place))
                    ],
                    **vals,
                }
                for _number in range(count)
            ]
        )
        pickings.action_confirm()
        pickings.action_assign()
        return pickings.with_user(user or self.packer).sudo(False)

    def _prepare_move(self, quantity, place):
        return {
            **prepare_move_name(self.goods),
            "product_id": self.goods.id,
            "product_uom_qty": quantity,
            "location_id": self.warehouse.lot_stock_id.id,
            "location_dest_id": place.id,
        }

    def validate(self, pickings):
        pickings.move_ids.picked = True
        pickings.with_context(skip_backorder=True, skip_sms=True).button_validate()
        self.assertEqual(set(pickings.mapped("state")), {"done"})

    def sent(self, pickings=None, **options):
        """Validate transfers, have them sent, and return their deliveries."""
        pickings = pickings or self.make_transfer(**options)
        self.validate(pickings)
        self.send()
        return pickings.sudo().coopcycle_delivery_id

    def send_later(self, deliveries):
        """Send once more, when enough time has passed."""
        long_ago = "2020-01-01 00:00:00"
        deliveries.sudo().write({"next_attempt_at": long_ago})
        deliveries.sudo().filtered("unknown_since").unknown_since = long_ago
        self.send()

    def resume(self):
        """Let the time of a pause be over."""
        operations = self.connection.sudo().operation_ids
        operations.paused_until = "2020-01-01 00:00:00"

    def made(self):
        """Return the references of what CoopCycle has."""
        return [
            delivery.dropoff.shown["metadata"]["odoo_reference"]
            for delivery in self.instance.deliveries
        ]
