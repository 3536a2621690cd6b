"""Orders that could not come in yet."""

from odoo import fields

from ...tools.magento.amounts import text
from .problems import Problems


class Waiting:
    """Keeps them as documents, with their payload and error, until they come in."""

    def __init__(self, connection, log):
        self.connection = connection
        self.env = connection.env
        self.log = log
        self.documents = {}

    def load(self, magento_ids):
        """Look up the documents of a page of orders at once."""
        documents = self.env["magento.document"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", "order"),
                ("magento_id", "in", list(magento_ids)),
            ]
        )
        self.documents = {document.magento_id: document for document in documents}

    def keep(self, raw, problem):
        """Keep an order with what is wrong; the log has it once, as long as it is."""
        raw = raw if isinstance(raw, dict) else {"order": raw}
        magento_id, increment_id = text(raw, "entity_id"), text(raw, "increment_id")
        message = Problems(self.env).text(problem, increment_id or magento_id)
        document = self.documents.get(magento_id) or self._create(
            magento_id, increment_id
        )
        if document.sync_state == "skipped":
            return
        if document.last_error != message:
            self.log._add_lines([(message, document)], level="error")
        document.write(
            {
                "sync_state": "pending",
                "error_code": problem.code,
                "last_error": message,
                "last_attempt_at": fields.Datetime.now(),
                "attempt_count": document.attempt_count + 1,
                "payload": _plain(raw),
            }
        )

    def forget(self, order, sale=None):
        """End the waiting of an order that came in, or shall not come in any more."""
        document = self.documents.get(order.magento_id)
        if document:
            document.write(
                {
                    "sync_state": "done" if sale else "skipped",
                    "sale_order_id": sale.id if sale else False,
                    "error_code": False,
                    "last_error": False,
                    "payload": False,
                }
            )

    def _create(self, magento_id, increment_id):
        document = self.env["magento.document"].create(
            {
                "connection_id": self.connection.id,
                "kind": "order",
                "direction": "pull",
                "magento_id": magento_id or False,
                "increment_id": increment_id or False,
            }
        )
        self.documents[magento_id] = document
        return document


def _plain(value):
    """Return JSON's own types: amounts are read as `Decimal`."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | None) else float(value)
