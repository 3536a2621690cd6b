"""Orders that could not come in yet."""

from .....tools.magento.amounts import text
from ..reading import WITHOUT_ID, key_of
from .problems import Problems


class Waiting:
    """Keeps them as documents, with their payload and error, until they come in."""

    def __init__(self, connection, log):
        self.connection = connection
        self.env = connection.env
        self.log = log
        self.documents = {}
        self.without_id = self.env["magento.document"]

    def load(self, raw_orders):
        """Look up the documents of a page of orders at once."""
        keys = list(map(key_of, raw_orders))
        numbers = [text(r, "increment_id") for r in raw_orders if isinstance(r, dict)]
        documents = self.env["magento.document"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", "order"),
                "|",
                ("magento_id", "in", keys),
                "&",
                ("magento_id", "=like", f"{WITHOUT_ID}%"),
                ("increment_id", "in", list(filter(None, numbers))),
            ]
        )
        self.documents = {document.magento_id: document for document in documents}
        self.without_id = documents.filtered(
            lambda document: document.magento_id.startswith(WITHOUT_ID)
        )

    def is_skipped(self, order):
        """Say whether a user left this order out for good."""
        document = self.documents.get(order.magento_id)
        return bool(document) and document.sync_state == "skipped"

    def keep(self, raw, problem, sale=None):
        """Keep an order with what is wrong; the log has it once, as long as it is.

        :param raw: as Magento gave it
        :param problem: a `Problem`
        :param sale: the sale.order that came in before, if it is a change that failed
        """
        key = key_of(raw)
        raw = raw if isinstance(raw, dict) else {"order": raw}
        number = text(raw, "increment_id")
        message = Problems(self.env).text(problem, number or key)
        document = self.documents.get(key) or self._create(key, number)
        if document.sync_state == "skipped":
            return
        if document.last_error != message:
            self.log._add_lines([(message, document)], level="error")
        document._write_problem(
            {
                **document._prepare_problem_vals(raw, problem, message),
                "sale_order_id": sale.id if sale else False,
            }
        )

    def forget(self, order, sale=None):
        """End the waiting of an order that came in, or that the rules leave out now."""
        documents = self.documents.get(
            order.magento_id, self.env["magento.document"]
        ) | self.without_id.filtered(lambda d: d.increment_id == order.increment_id)
        waiting = documents.filtered(lambda document: document.sync_state == "pending")
        if waiting:
            waiting.write(
                {
                    "sync_state": "done",
                    "sale_order_id": sale.id if sale else False,
                    "error_code": False,
                    "last_error": False,
                    "payload": False,
                }
            )

    def _create(self, key, number):
        documents = self.env["magento.document"]
        values = documents._prepare_pull_vals(self.connection, "order", key, number)
        self.documents[key] = document = documents.create(values)
        return document
