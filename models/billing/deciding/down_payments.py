"""Down payments that an invoice deducts."""

from odoo.tools import float_round

from .plan import PlannedLine


class DownPayments:
    """Deducts the down payments of orders from their planned invoices.

    As much as an invoice comes to, so that none is below 0; the rest stays for the next
    one. It remembers what it planned: an order may get several invoices at once.
    """

    def __init__(self):
        self._open = {}  # line → (quantity, total, price) that nothing deducts yet

    def plan(self, order, lines):
        """Return what of an order's down payments an invoice deducts.

        :param order: `sale.order`
        :param lines: list of `PlannedLine` of the invoice
        :return: list of `PlannedLine`
        """
        rest = sum(
            each.line.price_total * each.quantity / (each.line.product_uom_qty or 1)
            for each in lines
        )
        planned = []
        for line in order.order_line.filtered("is_downpayment"):
            if line.display_type or rest <= 0:
                continue
            quantity, total, price = self._open.get(line) or _read_open(line)
            if total <= 0 or quantity <= 0:
                continue
            deducted = _deduct(line, quantity, total, price, rest)
            planned.append(deducted)
            taken_price = -deducted.quantity * deducted.values["price_unit"]
            taken_total = min(total, rest)
            rest -= taken_total
            self._open[line] = (
                quantity + deducted.quantity,
                total - taken_total,
                price - taken_price,
            )
        return planned


def _read_open(line):
    """Return what of a down payment no invoice has deducted.

    :return: (quantity, total with tax, total as its price counts it)
    """
    quantity = total = price = 0.0
    for each in line.invoice_lines:
        if each.move_id.state != "cancel":
            sign = -1 if each.move_id.move_type == "out_refund" else 1
            quantity += sign * each.quantity
            total += sign * each.price_total
            price += sign * each.quantity * each.price_unit
    return quantity, total, price


def _deduct(line, quantity, total, price, rest):
    """Return the `PlannedLine` of what an invoice of a total deducts of a down payment.

    A part of one is so much of its quantity as Odoo can count, at the price that gives
    the amount.
    """
    none = line.env["stock.move"]
    if total <= rest:
        return PlannedLine(line, -quantity, none, {"price_unit": price / quantity})
    part = float_round(
        quantity * rest / total, precision_digits=2, rounding_method="UP"
    )
    amount = float_round(
        price * rest / total,
        precision_rounding=line.currency_id.rounding,
        rounding_method="DOWN",
    )
    return PlannedLine(line, -part, none, {"price_unit": amount / part})
