"""What an invoice bills of orders, item by item."""

from collections import defaultdict


def get_billed(move, order):
    """Return {sale order line: quantity} of the order's items that are billed."""
    billed = defaultdict(float)
    for line in move.invoice_line_ids.filtered("sale_line_ids"):
        sold_lines = line.sale_line_ids.filtered(
            lambda sold: sold._magento_is_invoiced_by_item()
        )
        if not sold_lines.order_id & order:
            continue
        left = line.product_uom_id._compute_quantity(
            line.quantity, sold_lines[0].product_id.uom_id, round=False
        )
        if len(sold_lines) > 1:
            left = _spread(left, sold_lines, move, billed)
        billed[sold_lines[-1]] += left
    return {sold: qty for sold, qty in billed.items() if sold.order_id == order}


def _spread(quantity, sold_lines, move, billed):
    """Spread what one line bills of several of orders.

    Each has what documents of this invoice say, then what no other invoice has.

    :param billed: {sale order line: quantity}, added to
    :return: the quantity that is more than was ordered
    """
    own = defaultdict(float)
    free = {sold: sold.magento_quantity or sold.product_uom_qty for sold in sold_lines}
    for line in move.env["magento.document.line"].search(
        [
            ("sale_line_id", "in", sold_lines.ids),
            ("document_id.kind", "=", "invoice"),
        ]
    ):
        if line.move_id == move:
            own[line.sale_line_id] += line.quantity
        elif line.move_id and line.move_id.state != "cancel":
            free[line.sale_line_id] -= line.quantity
    for limits in (own, free):
        for sold in sold_lines:
            part = max(min(quantity, limits[sold] - billed[sold]), 0.0)
            billed[sold] += part
            quantity -= part
    return quantity
