"""What Odoo sent, compared with what the shop's book has of it."""

from collections import Counter

# What disagrees is shown, but not page after page
MOST_SHOWN = 5


def compare(shop, sources):
    """Compare what Odoo has with the shop's book.

    :param sources: {`Kind`: the records whose documents went to the shop}
    :return: {"documents", "duplicates", "lost", "disagreements"} of all kinds
    """
    book = shop.get("book")
    total = Counter(documents=0, duplicates=0, lost=0, disagreements=0)
    for kind, records in sources.items():
        records.invalidate_recordset()
        found = _compare(kind, records, book)
        print(f"{kind.name}: {found}")
        total.update(found)
    return dict(total)


def _compare(kind, records, book):
    remote = {str(each["entity_id"]): each for each in book[kind.shelf]}
    documents = records.magento_document_ids
    documents = documents.filtered(lambda document: document.kind == kind.name)
    known = documents.filtered(lambda document: document.sync_state == "done")
    lost = records.filtered(lambda record: record.magento_export_state != "done")
    ids = known.mapped("magento_id")
    disagreeing = known.filtered(
        lambda document: not _agrees(document, remote.get(document.magento_id))
    )
    for document in ((documents - known) | disagreeing)[:MOST_SHOWN]:
        print(_describe(document, remote.get(document.magento_id)))
    over = sum(
        item[kind.done] > item["qty_ordered"]
        for order in book["orders"]
        for item in order["items"]
    )
    return {
        "documents": len(records),
        "duplicates": len(set(remote) - set(ids)) + len(ids) - len(set(ids)),
        "lost": len(lost),
        "disagreements": len(disagreeing) + over,
    }


def _agrees(document, remote):
    """Say whether a document is in the shop with its items and tracking numbers."""
    if remote is None:
        return False
    quantities = Counter()
    for line in document.line_ids:
        quantities[line.order_item_id] += line.quantity
    items = {str(x["order_item_id"]): float(x["qty"]) for x in remote["items"]}
    numbers = sorted(track["track_number"] for track in remote["tracks"])
    pickings = document.picking_id | document.line_ids.picking_id
    return dict(quantities) == items and numbers == sorted(
        pickings.mapped("carrier_tracking_ref")
    )


def _describe(document, remote):
    """Return all that may explain why a document is not as it should be."""
    said = document.read(
        ["sync_state", "magento_id", "is_adopted", "key", "attempt_count", "last_error"]
    )
    items = [(line.order_item_id, line.quantity) for line in document.line_ids]
    log = document.log_line_ids.mapped("message")[-5:]
    return f"{said} {items}\nin the shop: {remote}\nlog: {log}"
