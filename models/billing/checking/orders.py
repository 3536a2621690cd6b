"""Prices and quantities against the order."""

from odoo.tools import float_compare
from odoo.tools.translate import _lt

from ...shared.findings import ERROR, WARNING
from .check import Check, InvoiceCheck, LineCheck
from .numbers import to_text

# What differs by more, in percent, an approver has to accept
SMALL_PERCENT = 1.0
# What conversions of units and currencies leave
NOISE = 1e-4


class PriceDiffers(InvoiceCheck, LineCheck):
    code = "price_differs"
    severity = ERROR
    text = _lt(
        "%(line)s costs %(price)s, on its order %(expected)s. Resolution: correct the"
        " price, or have an approver accept it."
    )
    reasons = {"small": (WARNING, text)}

    def find_in(self, line, move, facts):
        prices = [
            facts.get_sold_price(line, sold)
            for sold in facts.get_sold(line)
            if sold.currency_id and not sold._billing_is_deducted()
        ]
        changes = [_get_percent(line.price_unit, price) for price in prices]
        if changes and min(changes) > NOISE:
            yield {
                "value": f"{to_text(line.price_unit)} ≠ {to_text(prices[0])}",
                "price": to_text(line.price_unit),
                "expected": to_text(prices[0]),
                "reason": "small" if min(changes) <= SMALL_PERCENT else "",
            }


def _get_percent(price, expected):
    """Return how much a price is off, in percent of the expected one."""
    difference = abs(price - expected)
    return 100 * difference / abs(expected) if expected else 100 * difference


class DiscountDiffers(InvoiceCheck, LineCheck):
    code = "discount_differs"
    severity = ERROR
    text = _lt(
        "%(line)s has a discount of %(discount)s %%, on its order %(expected)s %%."
        " Resolution: correct the discount, or have an approver accept it."
    )
    reasons = {"small": (WARNING, text)}

    def find_in(self, line, move, facts):
        discounts = facts.get_sold(line).mapped("discount")
        changes = [abs(line.discount - discount) for discount in discounts]
        if changes and min(changes) > NOISE:
            yield {
                "value": f"{to_text(line.discount)} ≠ {to_text(discounts[0])}",
                "discount": to_text(line.discount),
                "expected": to_text(discounts[0]),
                "reason": "small" if min(changes) <= SMALL_PERCENT else "",
            }


class _QuantityCheck(InvoiceCheck):
    """A check of how much is billed of each order line, by all its invoices."""

    def find(self, move, facts):
        for sold in facts.get_sold_lines(move):
            quantity = facts.quantities[sold]
            excess = self.get_excess(sold, quantity, move, facts)
            if float_compare(excess, 0.0, precision_digits=facts.quantity_digits) > 0:
                yield {
                    "record": sold,
                    "line": facts.get_name(sold),
                    "order": sold.order_id.name,
                    "value": f"{sold.order_id.name}: +{to_text(excess)}",
                    "excess": to_text(excess),
                    "delivered": to_text(quantity.delivered),
                    "ordered": to_text(quantity.ordered),
                }

    def get_excess(self, sold, quantity, move, facts):
        """Return how much is billed beyond what is right; not above 0 if none is."""
        raise NotImplementedError


class QuantityOverDelivered(_QuantityCheck):
    code = "quantity_over_delivered"
    severity = ERROR
    text = _lt(
        "The invoices of %(line)s, order %(order)s, bill %(excess)s more than the"
        " customer has and is not billed for: %(delivered)s delivered, %(ordered)s"
        " ordered. Resolution: lower the quantity, or have an approver accept it."
    )

    def get_excess(self, sold, quantity, move, facts):
        delivered, ordered = -quantity.free, -quantity.free_of_order
        if not move.billing_is_automatic:
            # Who credits and bills anew knows why; automation would bill it twice
            net = quantity.invoiced - quantity.credited
            delivered, ordered = net - quantity.delivered, net - quantity.ordered
        return min(delivered, ordered) if _is_by_order(sold, move) else delivered


def _is_by_order(sold, move):
    """Say whether what is ordered may be billed before it is delivered.

    A shop bills what is paid.
    """
    return (
        sold.product_id.invoice_policy == "order"
        or sold.is_delivery
        or bool(sold.order_id.magento_order_id and not move.billing_is_automatic)
    )


class QuantityOverOrdered(_QuantityCheck):
    code = "quantity_over_ordered"
    severity = WARNING
    text = _lt(
        "The invoices of %(line)s, order %(order)s, bill %(excess)s more than the"
        " %(ordered)s ordered. Resolution: ask whether the customer agreed to it."
    )

    def get_excess(self, sold, quantity, move, facts):
        if sold.is_expense:  # nobody orders costs
            return 0.0
        return quantity.invoiced - quantity.credited - quantity.ordered


class LineNotOrdered(InvoiceCheck, LineCheck):
    code = "line_not_ordered"
    severity = WARNING
    text = _lt(
        "%(line)s is on no order, unlike the other lines. Resolution: look whether it"
        " belongs on this invoice."
    )

    def applies(self, move, facts):
        return super().applies(move, facts) and bool(facts.get_orders(move))

    def find_in(self, line, move, facts):
        if not line.sale_line_ids:
            yield {"value": facts.get_name(line)}


class OrderTotalDiffers(Check):
    code = "order_total_differs"
    severity = WARNING
    text = _lt(
        "All invoices of the order %(order)s come to %(difference)s without tax above"
        " what the order has for the same quantities. Resolution: look at its invoices"
        " and credit notes."
    )
    reasons = {
        "shop": (
            WARNING,
            _lt(
                "The order %(order)s differs from Magento's total by %(difference)s."
                " Resolution: look at it in Magento ▸ Sales ▸ Orders."
            ),
        )
    }

    def find(self, move, facts):
        for order in facts.get_orders(move):
            if order.magento_order_id:
                difference, reason, count = order.magento_total_difference, "shop", 1
            else:
                difference, count = facts.get_order_difference(order)
                reason = ""
            # Each line may be rounded by half a cent, on the order and on the invoice
            if abs(difference) > order.currency_id.rounding * max(count, 1):
                yield {
                    "value": f"{order.name}: {to_text(difference)}",
                    "record": order,
                    "order": order.name,
                    "difference": f"{to_text(difference)} {order.currency_id.name}",
                    "reason": reason,
                }


class DownPaymentOpen(InvoiceCheck):
    code = "down_payment_open"
    severity = WARNING
    text = _lt(
        "The order %(order)s has a down payment that this invoice does not deduct."
        " Resolution: deduct it, with a line of the negative amount."
    )

    def find(self, move, facts):
        deducted = facts.get_lines(move).sale_line_ids
        for order in facts.get_sold_lines(move).order_id:
            for sold in order.order_line:
                if (
                    sold.is_downpayment
                    and sold.qty_invoiced > 0
                    and (not sold.display_type and sold not in deducted)
                ):
                    yield {
                        "value": order.name,
                        "record": order,
                        "order": order.name,
                    }
                    break
