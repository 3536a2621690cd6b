from odoo.tests import tagged

from ...magento.delivery_common import MagentoDeliveryCommon
from .common import CourierMixin


@tagged("post_install", "-at_install")
class TestCourierMagento(CourierMixin, MagentoDeliveryCommon):
    """The tracking number of a courier is the track of Magento's shipment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.connection.company_id
        couriers = cls.env(su=True)["coopcycle.connection"].create(
            {"name": "Couriers", "company_id": company.id}
        )
        cls.make_couriers(couriers)

    def setUp(self):
        super().setUp()
        self.open_instance()

    def sell_by_courier(self):
        order, sale = self.sell()
        sale.picking_ids.carrier_id = self.carrier
        return order, self.ship(sale)

    def test_tracks_of_couriers(self):
        """It goes with the shipment, or follows one that went before."""
        before, early = self.sell_by_courier()
        self.export()
        self.assertEqual(self.numbers(before), [])
        after, late = self.sell_by_courier()
        self.send()
        self.export()
        for order, picking in ((before, early), (after, late)):
            number = picking.coopcycle_delivery_id.order_number
            self.assertTrue(number)
            self.assertEqual(self.numbers(order), [number])
        self.assertEqual(len(self.docs("track")), 1)
