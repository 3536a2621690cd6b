"""What Odoo's own maker of invoices shall put on them."""

from collections import defaultdict, deque
from dataclasses import dataclass, field, replace

from odoo.tools import float_compare

from ....compat import SOLD_TAXES

CONTEXT_KEY = "billing_plan"


@dataclass
class PlannedLine:
    """One sold line on a planned invoice.

    :param line: `sale.order.line`
    :param quantity: in the line's own unit; below 0 for a down payment that is deducted
    :param moves: `stock.move` whose goods are billed, an empty record if none
    :param values: other values of the invoice line
    :param entries: list of `Entry` of the work that is billed
    """

    line: object
    quantity: float
    moves: object
    values: dict = field(default_factory=dict)
    entries: list = field(default_factory=list)

    def get_amounts(self):
        """Return (amount without tax, total), in the order's currency."""
        line = self.line
        price = self.values.get("price_unit", line.price_unit)
        is_whole = not float_compare(
            self.quantity, line.product_uom_qty, precision_digits=6
        )
        if is_whole and price == line.price_unit:
            return line.price_subtotal, line.price_total
        found = line[SOLD_TAXES].compute_all(
            price * (1 - line.discount / 100),
            currency=line.currency_id,
            quantity=self.quantity,
            product=line.product_id,
            partner=line.order_id.partner_shipping_id,
        )
        return found["total_excluded"], found["total_included"]


class PlannedInvoice:
    """The part of one order on a planned invoice.

    :param order: `sale.order`
    :param decision: `billing.decision` that it comes from
    :param lines: list of `PlannedLine`
    :param values: values of the invoice
    """

    def __init__(self, order, decision, lines, values=None):
        self.order = order
        self.decisions = decision
        self.values = values or {}
        self.claims = [(decision, planned) for planned in lines]
        self.lines = {planned.line: replace(planned) for planned in lines}

    def merge(self, other):
        """Take over what another part of the same order has."""
        self.decisions |= other.decisions
        self.claims += other.claims
        if date := other.values.get("invoice_date"):
            self.values["invoice_date"] = max(date, self.values["invoice_date"])
        for line, planned in other.lines.items():
            if known := self.lines.get(line):
                known.quantity += planned.quantity
                known.entries = [*known.entries, *planned.entries]
            else:
                self.lines[line] = planned

    def describe_work(self):
        """Let invoice lines of work say who did what, and when."""
        for line, planned in self.lines.items():
            if planned.entries:
                text = line._billing_get_work_text(planned.entries, planned.quantity)
                planned.values = {**planned.values, "name": text}


class Plan:
    """Planned invoices, handed to `sale.order._create_invoices` in a context.

    An order stands in it as often as it gets an invoice: each time Odoo comes to the
    order, it is given the next one. It is an object, which no context from outside can
    hold.

    :param invoices: list of `PlannedInvoice`
    :param bool is_grouped: whether orders of a customer share an invoice
    """

    def __init__(self, invoices, is_grouped=False):
        self.invoices = invoices
        self.is_grouped = is_grouped
        self.current = {}
        self.begun = set()
        self._waiting = defaultdict(deque)
        for planned in invoices:
            self._waiting[planned.order.id].append(planned)

    @classmethod
    def of(cls, env):
        """Return the plan that is being carried out, or None."""
        plan = env.context.get(CONTEXT_KEY)
        return plan if isinstance(plan, cls) else None

    def begin(self, order):
        """Go on to the next invoice of an order, and return it."""
        if order.id in self.current:
            self.begun.add(order.id)
        self.current[order.id] = self._waiting[order.id].popleft()
        return self.current[order.id]
