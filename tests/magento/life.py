from dataclasses import dataclass, field


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
    """Somebody who takes an order further, on one of both sides.

    :param test: the running test
    """

    def __init__(self, test):
        self.test = test


class OdooHand(Hand):
    """Works in Odoo."""

    def deliver(self, life, share, numbers):
        """Deliver a share of what was ordered."""
        sale = life.sale
        picking = sale.picking_ids.filtered(lambda x: x.state not in ("done", "cancel"))
        for move in picking.move_ids:
            wanted = move.sale_line_id.product_uom_qty * share
            move.write({"quantity": wanted, "picked": True})
        picking.carrier_tracking_ref = ", ".join(numbers)
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()

    def invoice(self, life, share):
        """Post an invoice over a share of what was ordered, the first with shipping."""
        move = life.sale._create_invoices()
        for line in move.invoice_line_ids:
            sold = line.sale_line_ids
            if sold.magento_role not in ("shipping", "extra", "rounding"):
                line.quantity = sold.product_uom_qty * share
        move.action_post()

    def pay(self, life):
        """Pay what is not paid."""
        moves = life.sale.invoice_ids.filtered(
            lambda move: move.state == "posted" and move.payment_state == "not_paid"
        )
        for move in moves:
            wizard = self.test.su["account.payment.register"].with_context(
                active_model="account.move", active_ids=move.ids
            )
            wizard.create({})._create_payments()

    def refund(self, life, share, shipping, number):
        """Post a credit note over a share of what was ordered, and of the shipping.

        :param int number: of the invoice that it credits, from 0
        """
        test = self.test
        invoice = life.sale.invoice_ids.sorted("id")[number]
        wizard = (
            test.su["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Back"})
        )
        note = test.su["account.move"].browse(wizard.refund_moves()["res_id"])
        for line in note.invoice_line_ids:
            sold = line.sale_line_ids
            if sold.magento_role == "shipping":
                line.quantity = int(shipping)
            else:
                line.quantity = sold.product_uom_qty * share
        note.invoice_line_ids.filtered(lambda line: not line.quantity).unlink()
        note.action_post()


class MagentoHand(Hand):
    """Works in Magento's back office."""

    def deliver(self, life, share, numbers):
        self.test.simulator.admin.ship(
            life.order["entity_id"],
            self.test.items_of(life, life.kind.ships, share),
            tracks=[
                {"track_number": number, "title": "UPS", "carrier_code": "ups"}
                for number in numbers
            ],
        )

    def invoice(self, life, share):
        items = self.test.items_of(life, life.kind.bills, share)
        self.test.simulator.admin.invoice(life.order["entity_id"], items)

    def pay(self, life):
        """Do nothing: whoever invoices in Magento has been paid."""

    def refund(self, life, share, shipping, _number):
        items = self.test.items_of(life, life.kind.bills, share)
        amount = life.order["base_shipping_amount"] if shipping else 0
        self.test.simulator.admin.refund(
            life.order["entity_id"], items, shipping_amount=amount
        )
