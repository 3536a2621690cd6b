"""Invoices of Magento's orders that are due, for the benchmarks that send them."""

from collections import Counter

from odoo import Command, fields

# Quantities of two, so that each order is invoiced in two parts
LINES = (("SKU-001", 2), ("SKU-002", 2), ("SKU-005", 2))


def prepare_company(env):
    """Give the company accounts, a currency, taxes and the shop's products.

    Nothing is done again on a database that another benchmark has used.
    """
    if env["product.product"].search_count([("default_code", "=", LINES[0][0])]):
        return
    company = env.company
    env["account.chart.template"].try_loading("generic_coa", company)
    company.currency_id = env.ref("base.EUR")
    tax = env["account.tax"].create({"name": "20 %", "amount": 20})
    env["product.product"].create(
        [
            {
                "name": sku,
                "default_code": sku,
                "detailed_type": "service",
                "invoice_policy": "order",
                "taxes_id": [Command.set(tax.ids)],
            }
            for sku, _quantity in LINES
        ]
    )
    env["magento.connection"].new({}).action_raise_accuracies()


def make_invoices(env, shop, connection, count, parts=1):
    """Let orders come in, and post invoices that the rule lets go to Magento.

    :param int count: how many invoices
    :param int parts: how many invoices of each order, of one unit each
    :return: the posted `account.move` records
    """
    connection.payment_method_ids.invoice_rule = "validate"
    connection.export_invoices_from = fields.Date.today()
    lines = [[sku, quantity] for sku, quantity in LINES]
    for _number in range(count // parts):
        shop.post("orders", lines=lines)
    connection.run_operation("import_orders")
    orders = env["sale.order"].search([("magento_connection_id", "=", connection.id)])
    moves = env["account.move"]
    for part in range(parts):
        made = env["account.move"]
        for order in orders:
            made |= order._create_invoices()
        if part < parts - 1:
            products = made.invoice_line_ids.filtered(lambda line: line.quantity > 1)
            products.quantity = 1
        made.action_post()
        moves |= made
        env.cr.commit()
    return moves


def compare(shop, moves):
    """Compare Odoo's invoices with the shop's book.

    :return: {"documents", "duplicates", "lost", "disagreements"}
    """
    book = shop.get("book")
    moves.invalidate_recordset()
    remote = {str(each["entity_id"]): each for each in book["invoices"]}
    documents = moves.magento_document_ids
    known = documents.filtered(lambda document: document.sync_state == "done")
    lost = moves.filtered(lambda move: move.magento_export_state != "done")
    ids = known.mapped("magento_id")
    disagreeing = known.filtered(
        lambda document: (
            document.magento_id not in remote
            or _items_of(document) != _items_in(remote[document.magento_id])
        )
    )
    for document in lost.magento_document_ids | disagreeing:
        print(_describe(document, remote.get(document.magento_id)))
    over = sum(
        item["qty_invoiced"] > item["qty_ordered"]
        for order in book["orders"]
        for item in order["items"]
    )
    return {
        "documents": len(moves),
        "duplicates": len(set(remote) - set(ids)) + len(ids) - len(set(ids)),
        "lost": len(lost),
        "disagreements": len(disagreeing) + over,
    }


def _describe(document, invoice):
    """Return all that may explain why a document is not as it should be."""
    said = document.read(
        ["sync_state", "magento_id", "is_adopted", "key", "attempt_count", "last_error"]
    )
    items = [(line.order_item_id, line.quantity) for line in document.line_ids]
    log = document.log_line_ids.mapped("message")
    return f"{said} {items}\nin the shop: {invoice}\nlog: {log}"


def _items_of(document):
    items = Counter()
    for line in document.line_ids:
        items[line.order_item_id] += line.quantity
    return dict(items)


def _items_in(invoice):
    return {str(item["order_item_id"]): float(item["qty"]) for item in invoice["items"]}
