"""What an invoice deducts: discounts on the whole order, and down payments."""

from odoo.tools import float_compare, float_round

from .plan import PlannedLine


class Deductions:
    """Takes off planned invoices what orders have to be taken off.

    As much as an invoice comes to, so that none is below 0; the rest stays for the next
    one. It remembers what it planned: an order may get several invoices at once.
    """

    def __init__(self):
        self._open = {}  # line → (quantity, total, price) that nothing deducts yet

    def plan(self, order, lines, discounts):
        """Return what of an order's discounts and down payments an invoice deducts.

        :param order: `sale.order`
        :param lines: list of `PlannedLine` of the invoice
        :param discounts: list of `PlannedLine` of discounts that are still to be given
        :return: list of `PlannedLine`
        """
        rest = sum(each.get_amounts()[1] for each in lines)
        wanted = [(each.line, 1, _read_open_discount(each)) for each in discounts] + [
            (line, -1, _read_open_payment(line))
            for line in order.order_line
            if line.is_downpayment and not line.display_type
        ]
        planned = []
        for line, sign, found in wanted:
            quantity, total, price = self._open.get(line, found)
            if min(quantity, total, rest) <= 0:
                continue
            part, amount = _share(line, quantity, total, price, rest)
            unit_price = -sign * amount / part
            planned.append(
                PlannedLine(
                    line,
                    sign * part,
                    line.env["stock.move"],
                    {}
                    if _is_own_price(line, unit_price)
                    else {"price_unit": unit_price},
                )
            )
            taken = min(total, rest)
            rest -= taken
            self._open[line] = (quantity - part, total - taken, price - amount)
        return planned


def _is_own_price(line, price):
    """Say whether a price is that of the sold line, a discount in percent aside."""
    return not line.discount and not float_compare(
        price, line.price_unit, precision_digits=6
    )


def _read_open_payment(line):
    """Return what of a down payment no invoice has deducted, each above 0.

    :return: (quantity, total with tax, total as its price counts it)
    """
    moves = line.invoice_lines.move_id.filtered(lambda move: move.state != "cancel")
    return _sum_up(line, moves)


def _read_open_discount(planned):
    """Return what of a discount no invoice has given, each above 0."""
    line = planned.line
    moves = line.invoice_lines.move_id.filtered(
        lambda move: (
            move.state != "cancel"
            and (move.move_type == "out_invoice" or move.billing_is_again)
        )
    )
    _quantity, total, price = _sum_up(line, moves)
    own_price = line.product_uom_qty * line.price_unit * (1 - line.discount / 100)
    return planned.quantity, total - line.price_total, price - own_price


def _sum_up(line, moves):
    """Return (quantity, total, price × quantity) of a line on some invoices."""
    quantity = total = price = 0.0
    for each in line.invoice_lines.filtered(lambda each: each.move_id in moves):
        sign = -1 if each.move_id.move_type == "out_refund" else 1
        quantity += sign * each.quantity
        total += sign * each.price_total
        price += sign * each.quantity * each.price_unit * (1 - each.discount / 100)
    return quantity, total, price


def _share(line, quantity, total, price, rest):
    """Return what an invoice of a total deducts: (quantity, amount without tax).

    A part of it is so much of its quantity as Odoo can count, at the price that gives
    the amount.
    """
    if total <= rest:
        return quantity, price
    part = float_round(
        quantity * rest / total, precision_digits=2, rounding_method="UP"
    )
    amount = float_round(
        price * rest / total,
        precision_rounding=line.currency_id.rounding,
        rounding_method="DOWN",
    )
    return part, amount
