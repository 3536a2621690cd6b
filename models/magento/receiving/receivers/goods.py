"""What of an order is delivered for one of its lines."""

from .....compat import SOLD_UNIT

OPEN = ("draft", "waiting", "confirmed", "partially_available", "assigned")


def get_parts(sold):
    """Return the parts of a bundle, an empty record of anything else."""
    if sold.magento_role not in ("bundle", "bundle_title"):
        return sold.browse()
    return sold.order_id.order_line.filtered(
        lambda line: line.magento_parent_item_id == sold.magento_item_id
    )


def share_out(sold, quantity):
    """Return what is delivered for so many of an order line.

    :return: list of (sale.order.line, quantity in its unit)
    """
    if sold.magento_role not in ("bundle", "bundle_title"):
        return [(sold, quantity)] if sold else []
    if not sold.magento_quantity:
        return []
    share = quantity / sold.magento_quantity
    return [(part, part.magento_quantity * share) for part in get_parts(sold)]


def in_unit(move, sold, field="quantity"):
    """Return a quantity of a move in the unit of its order line."""
    return move.product_uom._compute_quantity(move[field], sold[SOLD_UNIT], round=False)
