"""What of an order is delivered for an item of a document."""


def get_goods(sale, item, document):
    """Return the order lines of an item that is delivered.

    A bundle stands for its parts, unless they are items of the document themselves.

    :return: list of (sale.order.line, quantity in its unit)
    """
    lines = sale.order_line
    sold = lines.filtered(lambda line: line.magento_item_id == item.order_item_id)[:1]
    if sold.magento_role not in ("bundle", "bundle_title"):
        return [(sold, float(item.quantity))] if sold else []
    parts = lines.filtered(lambda x: x.magento_parent_item_id == sold.magento_item_id)
    named = {each.order_item_id for each in document.items if each.quantity}
    whole = sold.magento_quantity
    if not whole or named & set(parts.mapped("magento_item_id")):
        return []
    share = float(item.quantity) / whole
    return [(part, part.magento_quantity * share) for part in parts]
