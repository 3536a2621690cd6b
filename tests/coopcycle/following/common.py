from ....tools.coopcycle.api import deliveries
from ..fetching.common import FetchCommon

BODY = {"dropoff": {"address": "48, Rue de Rivoli", "before": "tomorrow 13:30"}}
JPEG = b"\xff\xd8\xff\xe0 a photo"


class FollowCommon(FetchCommon):
    """A store whose deliveries a courier of a simulated CoopCycle makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stocker = cls.make_user("stocker", "stock.group_stock_user")
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Courier",
                "delivery_type": "coopcycle",
                "coopcycle_connection_id": cls.connection.id,
                "product_id": cls.product.id,
            }
        )
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.picking_type = warehouse.out_type_id
        cls.deliveries_su = cls.env["coopcycle.delivery"].sudo()
        cls.operations_su = cls.env["coopcycle.operation"].sudo()

    def setUp(self):
        super().setUp()
        self.instance.add_application(self.store)
        self.connection.sudo().write(
            {
                "application_key": self.instance.key,
                "application_secret": self.instance.secret,
            }
        )

    def send(self):
        """Return a delivery that was sent: ours, and the courier's."""
        picking = self.env["stock.picking"].create(
            {
                "partner_id": self.acme.id,
                "picking_type_id": self.picking_type.id,
                "location_id": self.picking_type.default_location_src_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "carrier_id": self.carrier.id,
                "user_id": self.stocker.id,
            }
        )
        own = self.deliveries_su.create(
            {
                "picking_id": picking.id,
                "carrier_id": self.carrier.id,
                "connection_id": self.connection.id,
            }
        )
        with self.connection._get_courier_client() as client:
            made = deliveries.make_delivery(client, BODY, own.reference)
        own.write(
            {**own._prepare_answer(made), "sync_state": "done", "courier_state": "new"}
        )
        return own, self.instance.deliveries[-1]

    def follow(self):
        """Let the scheduled action read what is due."""
        self.operations_su._cron_run("follow_deliveries")
        self.env.invalidate_all()

    def last_log(self):
        logs = self.env["integration.process.log"].sudo()
        return logs.search([("operation", "=", "follow_deliveries")], limit=1)
