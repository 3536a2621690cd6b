from dataclasses import dataclass, field

from odoo import Command


@dataclass(frozen=True)
class Kind:
    """A kind of order.

    :param ships: {SKU: how many} that shipments name; None is what is ordered
    :param bills: {SKU: how many} that invoices and credit memos name
    """

    name: str
    lines: tuple
    ships: dict = None
    bills: dict = None
    terms: dict = field(default_factory=dict)

    def __post_init__(self):
        ordered = dict(line for line in self.lines if isinstance(line, tuple))
        for name in ("ships", "bills"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, ordered)


PARTS = {"SKU-001": 4, "SKU-002": 8}
# Of each a quarter is a piece
KINDS = (
    Kind("simple", (("SKU-001", 4), ("SKU-002", 8))),
    Kind(
        "configurable",
        ({"sku": "TEE", "variant": "TEE-S", "qty": 4},),
        {"TEE-S": 4},
        {"TEE-S": 4},
    ),
    Kind("dynamic bundle", (("BUN-DYN", 4),), {"BUN-DYN": 4}, PARTS),
    Kind("dynamic bundle, separately", (("BUN-DYN-SEP", 4),), PARTS, PARTS),
    Kind("fixed bundle", (("BUN-FIX", 4),)),
    Kind("fixed bundle, separately", (("BUN-FIX-SEP", 4),), PARTS),
    Kind("virtual", (("VIRT-1", 4),), {}),
    Kind("decimal", (("SKU-DEC", 2.6),)),
    Kind("coupon", (("SKU-001", 4), ("SKU-003", 8)), terms={"coupon": "TEN"}),
    Kind("dollars", (("SKU-002", 4),), terms={"store": "us"}),
    Kind(
        "cents",
        (
            {"sku": "SKU-001", "qty": 4, "price": "3.33", "discount": "0.37"},
            {"sku": "SKU-003", "qty": 8, "price": "19.99", "discount_percent": 7.5},
        ),
        {"SKU-001": 4, "SKU-003": 8},
        {"SKU-001": 4, "SKU-003": 8},
        {"shipping_amount": "7.77", "shipping_taxes": ["FR20"]},
    ),
)


@dataclass
class Life:
    """An order of a kind in the shop's book and in Odoo, and what became of it."""

    kind: Kind
    order: dict
    sale: object


class Hand:
    """Somebody who takes orders further, on one of both sides: several at a time.

    :param test: the running test
    """

    def __init__(self, test):
        self.test = test


class OdooHand(Hand):
    """Works in Odoo, in its lists."""

    def sales(self, lives):
        return self.test.su["sale.order"].union(*[life.sale for life in lives])

    def deliver(self, lives, share, numbers):
        """Deliver a share of what was ordered."""
        pickings = self.sales(lives).picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        for move in pickings.move_ids:
            wanted = move.sale_line_id.product_uom_qty * share
            move.write({"quantity": wanted, "picked": True})
        pickings.carrier_tracking_ref = ", ".join(numbers)
        pickings.with_context(skip_backorder=True, skip_sms=True).button_validate()

    def invoice(self, lives, share):
        """Post an invoice over a share of each order, the first with shipping."""
        moves = self.sales(lives)._create_invoices(grouped=True)
        for move in moves:
            move.invoice_line_ids = [
                Command.update(line.id, {"quantity": sold.product_uom_qty * share})
                for line in move.invoice_line_ids
                if (sold := line.sale_line_ids).magento_role
                not in ("shipping", "extra", "rounding")
            ]
        moves.action_post()

    def pay(self, lives):
        """Pay what is not paid."""
        moves = self.sales(lives).invoice_ids.filtered(
            lambda move: move.state == "posted" and move.payment_state == "not_paid"
        )
        for currency in moves.currency_id:
            due = moves.filtered(lambda move, own=currency: move.currency_id == own)
            wizard = self.test.su["account.payment.register"].with_context(
                active_model="account.move", active_ids=due.ids
            )
            wizard.create({"group_payment": False})._create_payments()

    def refund(self, lives, share, shipping, number):
        """Post a credit note over a share of each order, and of the shipping.

        :param int number: of the invoice that it credits, from 0
        """
        moves = self.test.su["account.move"].union(
            *[life.sale.invoice_ids.sorted("id")[number] for life in lives]
        )
        wizard = (
            self.test.su["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({"journal_id": moves.journal_id.id, "reason": "Back"})
        )
        wizard.refund_moves()
        for note in wizard.new_move_ids:
            note.invoice_line_ids = [
                self.change(line, share, shipping) for line in note.invoice_line_ids
            ]
        wizard.new_move_ids.action_post()

    def change(self, line, share, shipping):
        """Return the command that leaves a share of what was sold on a line."""
        sold = line.sale_line_ids
        if sold.magento_role == "shipping":
            quantity = int(shipping)
        else:
            quantity = sold.product_uom_qty * share
        if quantity:
            return Command.update(line.id, {"quantity": quantity})
        return Command.delete(line.id)


class MagentoHand(Hand):
    """Works in Magento's back office."""

    def deliver(self, lives, share, numbers):
        for life in lives:
            self.test.simulator.admin.ship(
                life.order["entity_id"],
                self.test.items_of(life, life.kind.ships, share),
                tracks=[
                    {"track_number": number, "title": "UPS", "carrier_code": "ups"}
                    for number in numbers
                ],
            )

    def invoice(self, lives, share):
        for life in lives:
            items = self.test.items_of(life, life.kind.bills, share)
            self.test.simulator.admin.invoice(life.order["entity_id"], items)

    def pay(self, lives):
        """Do nothing: whoever invoices in Magento has been paid."""

    def refund(self, lives, share, shipping, _number):
        for life in lives:
            items = self.test.items_of(life, life.kind.bills, share)
            amount = life.order["base_shipping_amount"] if shipping else 0
            self.test.simulator.admin.refund(
                life.order["entity_id"], items, shipping_amount=amount
            )
