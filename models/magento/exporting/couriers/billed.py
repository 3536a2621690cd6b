"""What an invoice bills of orders, item by item, and which document covers it."""

from collections import defaultdict

from odoo.tools import float_compare


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


def get_covered(document, move):
    """Return {sale order line: quantity} that a document covers of an invoice."""
    covered = defaultdict(float)
    for line in document.line_ids.filtered(lambda line: line.move_id == move):
        covered[line.sale_line_id] += line.quantity
    return covered


def is_whole(billed, covered):
    """Say whether what is covered is all that an invoice bills."""
    return all(
        not float_compare(quantity, covered[sold], precision_digits=2)
        for sold, quantity in billed.items()
        if quantity > 0
    )


def get_share(lines, billed, here, has_rest):
    """Return what lines of an invoice come to, as far as a document covers them.

    :param billed: {sale order line: quantity} of its items
    :param here: {sale order line: quantity} that the document covers
    :param bool has_rest: whether it has what is no item, such as shipping
    """
    total = 0.0
    for line in lines:
        items = _get_items(line).filtered(billed.get)
        share = min((here[sold] / billed[sold] for sold in items), default=has_rest)
        total += line.price_total * share
    return total


def _get_items(line):
    """Return the order lines that a line bills, or those that it goes with."""
    sold = line.sale_line_ids
    charges = sold.filtered("magento_charged_item_id")
    charged = sold.union(*(each._get_magento_charged() for each in charges))
    return charged - charges


def find_others(document, move):
    """Return the other documents in Magento that cover a part of an invoice."""
    return (
        document.env["magento.document.line"]
        .search(
            [
                ("move_id", "=", move.id),
                ("document_id.kind", "=", document.kind),
                ("document_id.sale_order_id", "=", document.sale_order_id.id),
                ("document_id", "!=", document.id),
                ("document_id.magento_id", "!=", False),
            ]
        )
        .document_id
    )


def has_more(document, remote):
    """Say whether Magento's document has items that no invoice in Odoo bills."""
    covered = defaultdict(float)
    for line in document.line_ids:
        covered[line.order_item_id] += line.quantity
    sold_lines = document.sale_order_id.order_line.filtered(
        lambda sold: (
            sold.magento_item_id in remote.items and sold._magento_is_invoiced_by_item()
        )
    )
    return any(
        float_compare(
            covered[sold.magento_item_id],
            float(remote.items[sold.magento_item_id]),
            precision_digits=4,
        )
        < 0
        for sold in sold_lines
    )
