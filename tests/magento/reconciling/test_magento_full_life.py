from typing import NamedTuple

from odoo.tests import tagged

from ..life import KINDS, Hand
from ..life_common import MagentoLifeCommon

# One of each way to deliver and to bill
FEW = [
    kind
    for kind in KINDS
    if kind.name in ("dynamic bundle", "fixed bundle, separately", "coupon")
]


class Hands(NamedTuple):
    """Who does each step with an order."""

    delivering: list[Hand]
    invoicing: list[Hand]
    refunding: list[Hand]


@tagged("post_install", "-at_install")
class TestMagentoFullLife(MagentoLifeCommon):
    """From sale to refund, whoever does it: both sides agree at each step.

    Many lives go side by side, for all operations run after each step.
    """

    def live(self, *plans):
        """Live lives.

        :param plans: pairs of (kinds, `Hands`)
        """
        pairs = [(kind, hands) for kinds, hands in plans for kind in kinds]
        self.begin([kind for kind, _hands in pairs])
        self.hands = {
            life.sale: hands
            for life, (_kind, hands) in zip(self.lives, pairs, strict=True)
        }
        first, second = (0.25, ["1Z1", "1Z2"]), (0.75, ["1Z3"])
        self.step(
            lambda lives: self.deliver(lives, 0, *first),
            lambda life: self.assert_delivered(life, first),
        )
        self.step(
            lambda lives: self.invoice(lives, 0),
            lambda life: self.assert_invoiced(life, 0.5),
        )
        self.step(
            lambda lives: self.deliver(lives, 1, *second),
            lambda life: self.assert_delivered(life, first, second),
        )
        self.step(
            lambda lives: self.invoice(lives, 1),
            lambda life: self.assert_invoiced(life, 0.5, 0.5),
        )
        self.step(self.odoo.pay, self.assert_paid)
        self.assert_equal_sides(len(self.lives))
        refunds = [(0.25, False, 0), (0.25, True, 0), (0.5, False, 1)]
        for number, refund in enumerate(refunds):
            done = [(share, shipping) for share, shipping, _x in refunds[: number + 1]]
            self.step(
                lambda lives, number=number, refund=refund: self.refund(
                    lives, number, *refund
                ),
                lambda life, done=done: self.assert_refunded(life, *done),
            )
            self.assert_equal_sides(len(self.lives))
        self.check_each(self.assert_over)

    def deliver(self, lives, number, *part):
        ships = [life for life in lives if life.kind.ships]
        for hand, own in self.by_hand(ships, "delivering", number):
            hand.deliver(own, *part)

    def invoice(self, lives, number):
        for hand, own in self.by_hand(lives, "invoicing", number):
            hand.invoice(own, 0.5)

    def refund(self, lives, number, *part):
        for hand, own in self.by_hand(lives, "refunding", number):
            hand.refund(own, *part)

    def by_hand(self, lives, task, number):
        """Return [(who does this, for the how many-th time, the lives)]."""
        found = {}
        for life in lives:
            hand = getattr(self.hands[life.sale], task)[number]
            found.setdefault(hand, []).append(life)
        return found.items()

    def test_whoever_does_it(self):
        """All in Odoo or all in Magento, with orders of every kind; or by turns:

        one side delivers, the other bills and gives back; or each a part of each.
        """
        odoo, magento = self.odoo, self.magento
        all_in_magento = Hands([magento] * 2, [magento] * 2, [magento] * 3)
        self.live(
            (KINDS, Hands([odoo] * 2, [odoo] * 2, [odoo] * 3)),
            (KINDS, all_in_magento),
            (FEW, Hands([magento] * 2, [odoo] * 2, [odoo] * 3)),
            (FEW, Hands([odoo] * 2, [magento] * 2, [magento] * 3)),
            (FEW, Hands([odoo, magento], [magento, odoo], [magento, odoo, magento])),
            (FEW, Hands([magento, odoo], [odoo, magento], [odoo, magento, odoo])),
        )
        for life in self.lives:  # what the shop refunded is not invoiced again
            if self.hands[life.sale] == all_in_magento:
                self.assertFalse(life.sale.order_line.filtered("qty_to_invoice"))
