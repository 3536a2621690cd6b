"""Which documents came in, which ones wait, and why."""

from odoo import _

from .....tools.magento.amounts import is_id, text
from .....tools.magento.sales_document import find_keys
from ...connection.magento_messages import MagentoMessages
from ...ordering.importing.problems import Problem
from ...ordering.reading import key_of
from .problems import Problems, Wait

# What a document needs of its order before it is worth reading again, by its cause
NEEDED = {
    "order_missing": [],
    "order_draft": [("state", "in", ("sale", "done"))],
    "order_canceled": [("state", "in", ("sale", "done"))],
    "no_invoice": [("order_line.invoice_lines.parent_state", "=", "posted")],
}
NO_ERROR = {"error_code": False, "last_error": False, "waiting_reason": False}


class Inbox:
    """The `magento.document` records of one kind that come from Magento.

    :param connection: the `magento.connection`, elevated, in its company
    :param log: the `integration.process.log` of the run
    :param str kind: the kind of the documents
    """

    def __init__(self, connection, log, kind):
        self.connection = connection
        self.env = connection.env
        self.log = log
        self.kind = kind
        self.model = self.env["magento.document"]
        self.documents = {}
        self.own_keys = {}

    def load(self, raws):
        """Look up the documents of a page at once."""
        documents = self.model.search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", self.kind),
                ("magento_id", "in", list(map(key_of, raws))),
            ]
        )
        self.documents = {document.magento_id: document for document in documents}
        keys = set().union(*(find_keys(raw) for raw in raws if isinstance(raw, dict)))
        own = self.model
        if keys:
            own = self.model.search(
                [
                    ("connection_id", "=", self.connection.id),
                    ("direction", "=", "push"),
                    ("key", "in", list(keys)),
                ]
            )
        self.own_keys = {document.key: document for document in own}

    def find_waiting(self):
        """Return the documents to try again.

        One whose order lacks what it needs is not read again before the order has it.
        """
        waiting = self.model.search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", self.kind),
                ("direction", "=", "pull"),
                ("sync_state", "in", ("pending", "waiting")),
            ]
        )
        for code, needed in NEEDED.items():
            waiting -= self._find_stuck(waiting, code, needed)
        return waiting

    def _find_stuck(self, waiting, code, needed):
        """Return those that wait for their order, which still lacks what they need."""
        documents = waiting.filtered(lambda document: document.error_code == code)
        if not documents or self._needs_no_more(code):
            return self.model
        groups = self.env["sale.order"]._read_group(
            [
                ("magento_connection_id", "=", self.connection.id),
                ("magento_order_id", "in", documents.mapped("magento_order_id")),
                *needed,
            ],
            ["magento_order_id"],
        )
        ready = {order_id for (order_id,) in groups}
        return documents.filtered(lambda d: d.magento_order_id not in ready)

    def _needs_no_more(self, code):
        return code == "no_invoice" and (
            self.connection.creditmemo_without_invoice == "draft"
        )

    def get(self, thing):
        """Return the document of something, an empty record if there is none."""
        return self.documents.get(thing.magento_id, self.model)

    def get_ours(self, thing):
        """Return our document that Magento's was made for, an empty record if none."""
        document = self.get(thing)
        if document.direction == "push":
            return document
        for key in thing.keys:
            if key in self.own_keys:
                return self.own_keys[key]
        return self.model

    def keep(self, raw, problem, values=None):
        """Keep a document with what is wrong; the log has it once, as long as it is.

        :param raw: as Magento gave it
        :param problem: a `Problem`; with a `Wait` it is no attempt
        :param dict values: what else is known of it
        """
        key = key_of(raw)
        raw = raw if isinstance(raw, dict) else {"document": raw}
        document = self.documents.get(key) or self._create(key, raw)
        if document.sync_state == "skipped":
            return
        message = Problems(self.env).text(problem, self._name(raw, key))
        is_waiting = isinstance(problem, Wait)
        if message not in (document.last_error, document.waiting_reason):
            level = "warning" if is_waiting else "error"
            self.log._add_lines([(message, document)], level=level)
        order_id = text(raw, "order_id")
        document._write_problem(
            {
                **(values or {}),
                **document._prepare_problem_vals(raw, problem, message),
                "magento_order_id": order_id if is_id(order_id) else False,
            }
        )

    def forget(self, thing):
        """End the waiting of a document that the settings leave out now."""
        document = self.get(thing)
        if document.sync_state in ("pending", "waiting"):
            document.write({**NO_ERROR, "sync_state": "done", "payload": False})

    def complain(self, document, problem):
        """Say what is wrong with a change of a document that came in."""
        message = Problems(self.env).text(problem, document.display_name)
        if document.last_error != message:
            self.log._add_lines([(message, document)], level="error")
            document.write({"error_code": problem.code, "last_error": message})

    def keep_broken(self, broken):
        """Keep a document at which the shop's list fails.

        :param broken: the `Broken`
        :return: whether it was news that waits now
        """
        raw = {"entity_id": broken.magento_id}
        self.load([raw])
        problem = Problem(
            "not_listed", error=MagentoMessages(self.env).text(broken.error)
        )
        document = self.documents.get(broken.magento_id, self.model)
        if document.sync_state != "done":
            self.keep(raw, problem)
        elif document.direction == "pull":
            self.complain(document, problem)
        return document.sync_state != "done"

    def finish(self, values_by_thing):
        """Write down that documents came in.

        :param values_by_thing: list of (what came in, values of its document)
        """
        new = []
        for thing, values in values_by_thing:
            values = {**NO_ERROR, **values, "sync_state": "done", "payload": False}
            if document := self.get(thing):
                document.write(values)
            else:
                new.append(
                    {
                        **self._prepare_vals(thing.magento_id, thing.increment_id),
                        **values,
                    }
                )
        created = self.model.create(new)
        self.documents |= {document.magento_id: document for document in created}

    def summarize(self, result):
        """Write down how many documents had which fate."""
        self.log.done_count = result.created + result.changed
        self.log.failed_count = result.failed
        message = _(
            "%(created)s came in, %(changed)s changed, %(failed)s wait with an error,"
            " %(waiting)s wait for something else, %(ours)s were made by Odoo,"
            " %(left_out)s were left out, %(unchanged)s had not changed.",
            **vars(result),
        )
        self.log._add_lines([(message, None)])

    def _create(self, key, raw):
        document = self.model.create(self._prepare_vals(key, text(raw, "increment_id")))
        self.documents[key] = document
        return document

    def _prepare_vals(self, magento_id, increment_id):
        return self.model._prepare_pull_vals(
            self.connection, self.kind, magento_id, increment_id
        )

    def _name(self, raw, key):
        kinds = dict(self.model._fields["kind"]._description_selection(self.env))
        return f"{kinds[self.kind]} {text(raw, 'increment_id') or key}"
