from odoo.tests import tagged

from ..life import KINDS
from ..life_common import MagentoLifeCommon

# One of each way to deliver and to bill
FEW = [
    kind
    for kind in KINDS
    if kind.name in ("dynamic bundle", "fixed bundle, separately", "coupon")
]


@tagged("post_install", "-at_install")
class TestMagentoFullLife(MagentoLifeCommon):
    """From sale to refund, whoever does it: both sides agree at each step."""

    def live(self, delivering, invoicing, refunding, kinds=KINDS):
        """Live a life of every kind.

        :param delivering, invoicing, refunding: who does each step
        """
        self.begin(kinds)
        first, second = (0.25, ["1Z1", "1Z2"]), (0.75, ["1Z3"])
        self.step(
            lambda life: life.kind.ships and delivering[0].deliver(life, *first),
            lambda life: self.assert_delivered(life, first),
        )
        self.step(
            lambda life: invoicing[0].invoice(life, 0.5),
            lambda life: self.assert_invoiced(life, 0.5),
        )
        self.step(
            lambda life: life.kind.ships and delivering[1].deliver(life, *second),
            lambda life: self.assert_delivered(life, first, second),
        )
        self.step(
            lambda life: invoicing[1].invoice(life, 0.5),
            lambda life: self.assert_invoiced(life, 0.5, 0.5),
        )
        self.step(self.odoo.pay, self.assert_paid)
        self.assert_equal_sides(len(self.lives))
        refunds = [(0.25, False, 0), (0.25, True, 0), (0.5, False, 1)]
        for number, (refund, hand) in enumerate(zip(refunds, refunding, strict=True)):
            done = [(share, shipping) for share, shipping, _x in refunds[: number + 1]]
            self.step(
                lambda life, hand=hand, refund=refund: hand.refund(life, *refund),
                lambda life, done=done: self.assert_refunded(life, *done),
            )
            self.assert_equal_sides(len(self.lives))
        self.check_each(self.assert_over)

    def test_made_in_odoo(self):
        self.live([self.odoo] * 2, [self.odoo] * 2, [self.odoo] * 3)

    def test_made_in_magento(self):
        self.live([self.magento] * 2, [self.magento] * 2, [self.magento] * 3)
        for life in self.lives:  # what the shop refunded is not invoiced again
            self.assertFalse(life.sale.order_line.filtered("qty_to_invoice"))

    def test_shipped_in_magento(self):
        """Odoo invoices and gives back, the shop delivers."""
        self.live([self.magento] * 2, [self.odoo] * 2, [self.odoo] * 3, FEW)

    def test_shipped_in_odoo(self):
        """The shop invoices and gives back, Odoo delivers."""
        self.live([self.odoo] * 2, [self.magento] * 2, [self.magento] * 3, FEW)

    def test_by_turns(self):
        """Each side does a part of each."""
        odoo, magento = self.odoo, self.magento
        self.live([odoo, magento], [magento, odoo], [magento, odoo, magento], FEW)

    def test_by_turns_the_other_way(self):
        odoo, magento = self.odoo, self.magento
        self.live([magento, odoo], [odoo, magento], [odoo, magento, odoo], FEW)
