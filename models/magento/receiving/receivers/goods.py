"""What of an order is delivered for an item of a document, and by which moves."""

OPEN = ("draft", "waiting", "confirmed", "partially_available", "assigned")


def get_goods(sale, item, document):
    """Return the order lines of an item that is delivered.

    A bundle stands for its parts, unless they are items of the document themselves.

    :return: list of (sale.order.line, quantity in its unit)
    """
    lines = sale.order_line
    sold = lines.filtered(lambda line: line.magento_item_id == item.order_item_id)[:1]
    parts = get_parts(sold)
    named = {each.order_item_id for each in document.items if each.quantity}
    if named & set(parts.mapped("magento_item_id")):
        return []
    return share_out(sold, float(item.quantity))


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


def to_customer(sold, states):
    """Return the moves of an order line that take goods to the customer."""
    moves = sold.move_ids.filtered(
        lambda move: (
            move.state in states
            and move.location_dest_id.usage == "customer"
            and move.location_id.usage != "customer"
            and move.product_id == sold.product_id
            and not move.scrapped
        )
    )
    return moves.sorted(lambda move: (move.date, move.id))


def in_unit(move, sold, field="quantity"):
    """Return a quantity of a move in the unit of its order line."""
    return move.product_uom._compute_quantity(
        move[field], sold.product_uom, round=False
    )
