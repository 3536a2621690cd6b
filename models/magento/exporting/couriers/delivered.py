"""How many of an order's items a delivery took to the customer; kits of Odoo's own."""

from collections import defaultdict


def get_delivered(picking, order):
    """Return {order line: how many of its item this delivery took to the customer}.

    Of a kit of Odoo's own (Manufacturing) so many as it completes, which may be none.
    """
    moves = defaultdict(picking.move_ids.browse)
    for move in picking.move_ids:
        sold = move.sale_line_id
        if sold.order_id == order and sold.magento_item_id and _has_left(move):
            moves[sold] |= move
    return {sold: _count(sold, each) for sold, each in moves.items()}


def _has_left(move):
    return (
        move.state == "done"
        and move.location_dest_id.usage == "customer"
        and move.location_id.usage != "customer"
    )


def _count(sold, moves):
    """Return how many of what was sold left with some moves of one delivery."""
    bom = None if moves.product_id == sold.product_id else _find_kit(sold)
    if not bom:
        unit = sold.product_id.uom_id
        return sum(
            move.product_uom._compute_quantity(move.quantity, unit, round=False)
            for move in moves
        )
    own = moves.picking_id
    earlier = sold.move_ids.filtered(
        lambda move: _has_left(move) and is_before(move.picking_id, own)
    )
    parts = sold._get_bom_component_qty(bom)
    return _count_kits(parts, moves | earlier) - _count_kits(parts, earlier)


def _find_kit(sold):
    """Return the bill of materials of a kit, where Manufacturing is installed."""
    if "mrp.bom" not in sold.env or not hasattr(sold, "_get_bom_component_qty"):
        return None
    product, company = sold.product_id, sold.company_id
    boms = sold.env["mrp.bom"]._bom_find(
        product, company_id=company.id, bom_type="phantom"
    )
    return boms[product]


def _count_kits(parts, moves):
    """Return how many kits some parts are.

    :param parts: {product id: {"qty": how many are in one kit}}
    """
    shares = [
        sum(
            move.product_uom._compute_quantity(
                move.quantity, move.product_id.uom_id, round=False
            )
            for move in moves
            if move.product_id.id == product_id
        )
        / part["qty"]
        for product_id, part in parts.items()
        if part["qty"]
        and moves.env["product.product"].browse(product_id).type != "service"
    ]
    return int(min(shares, default=0) + 0.0001)


def is_before(picking, other):
    return (picking.date_done, picking.id) < (other.date_done, other.id)
