from odoo.tests import tagged

from ...shared.pages import PageCase
from .common import JPEG, FollowCommon


@tagged("post_install", "-at_install", "coopcycle_tour")
class TestCourierTour(FollowCommon, PageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who may not sell reads no carrier's places in the newest Odoo
        cls.packer = cls.make_user(
            "seller", "stock.group_stock_user,sales_team.group_sale_salesman"
        )

    def test_from_send_to_courier_to_what_the_courier_left(self):
        picking = self.make_transfer()
        action = self.su.ref("stock.action_picking_tree_all")
        url = (
            f"/web#id={picking.id}&model=stock.picking&view_type=form"
            f"&action={action.id}"
        )
        self.start_tour(url, "coopcycle_courier_send_tour", login=self.packer.login)
        self.send()
        (courier,) = self.instance.deliveries
        self.instance.complete(courier, notes="With the porter", pictures=(JPEG,))
        self.follow()
        self.start_tour(
            url, "coopcycle_courier_completed_tour", login=self.packer.login
        )
