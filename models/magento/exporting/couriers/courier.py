"""What all kinds of documents that go to Magento have in common."""

from collections import defaultdict
from decimal import Decimal

from odoo import _
from odoo.tools import SQL

from .....tools.magento import (
    MagentoConnectionError,
    Page,
    SearchCriteria,
    parse_datetime,
)
from .....tools.magento.amounts import UNREADABLE, amount, text
from .....tools.magento.remarks import read_remarks
from .....tools.magento.urls import path_of
from ..states import OpenParts
from .parcel import NotYet, Remote


class Courier:
    """Knows one kind of document: which are due, what they say, how Magento has them.

    :param connection: the `magento.connection`, elevated, in its company
    """

    kind = ""
    # The field of a document that names what it was made for
    source = ""
    # The field of that by which the older ones go first
    day = ""
    # Where Magento lists them, and what of each is read
    list_path = ""
    list_fields = ""
    # What Magento answers: the "id" of what it made, the whole "entity" or "true"
    answer = "id"
    # It covers items of an order, so that it can be told by them
    has_items = True
    # What the shop refuses may go through at once if it is sent again
    sends_again = False
    # What is sent depends on what the shop made itself
    depends_on_remotes = False
    # Magento's number and amounts are looked up after sending
    reads_back = True

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env
        self.covered = {}
        self.remotes = {}  # Magento id → `Remote` on the orders of a batch

    # Which documents

    def get_model(self):
        """Return the model of what its documents are made for."""
        return self.env["magento.document"][self.source]

    def find_due(self, sources=None):
        """Return pairs (source id, sale order id) that are due and have no document.

        :param sources: these alone, however old they are
        """
        model = self.get_model()
        parts = OpenParts(model, self.connection, (self.kind,))
        return self.query(
            SQL(
                """
                SELECT due.source_id, due.order_id
                  FROM (%(due)s) AS due
                  JOIN %(table)s AS record ON record.id = due.source_id
                 ORDER BY record.%(day)s, record.id
                """,
                due=parts.query_due_alone(sources),
                table=SQL.identifier(model._table),
                day=SQL.identifier(self.day),
            )
        )

    def create_documents(self, sources=None):
        """Create the documents of what is due.

        :return: the new `magento.document` records
        """
        due = self.find_due(sources)
        documents = self.env["magento.document"]
        orders = self.env["sale.order"].browse([sale_id for _source, sale_id in due])
        return documents.create(
            [
                documents._prepare_export(
                    self.connection,
                    self.kind,
                    order,
                    **{self.source: source_id},
                    **self.describe(order),
                )
                for (source_id, _sale_id), order in zip(due, orders, strict=True)
            ]
        )

    def describe(self, order):
        """Return values by which a list shows a document of an order."""
        return {}

    def find_documents(self, sources):
        """Return the documents of some sources that are not done."""
        return self.env["magento.document"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", self.kind),
                ("direction", "=", "push"),
                (self.source, "in", sources.ids),
                ("sync_state", "!=", "done"),
            ]
        )

    def wake_up(self):
        """Let documents that waited be sent whose rule holds now."""
        waiting = self.find_waiting()
        waiting.filtered(self._holds)._update_state(("waiting",), "pending")

    def find_waiting(self):
        """Return the documents that wait for their rule."""
        return self.env["magento.document"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", self.kind),
                ("direction", "=", "push"),
                ("sync_state", "=", "waiting"),
            ]
        )

    def _holds(self, document):
        try:
            self.check(document)
        except NotYet:
            return False
        return True

    def check(self, document):
        """Check that the rule of a document still holds.

        :raise NotYet: it does not
        """

    def query(self, query):
        """Return the rows of a query, after everything was written."""
        self.env.flush_all()
        self.env.cr.execute(query)
        return self.env.cr.fetchall()

    # What they say

    def warm_up(self, documents):
        """Read at once what is looked at for each document."""

    def load(self, documents):
        """Look up at once what other documents of the same sources cover."""
        self.warm_up(documents)
        lines = self.env["magento.document.line"].search(
            [
                (self.source, "in", documents[self.source].ids),
                ("document_id", "not in", documents.ids),
                ("document_id.kind", "=", self.kind),
            ]
        )
        self.covered = defaultdict(lambda: defaultdict(Decimal))
        for line in lines:
            key = line[self.source], line.document_id.sale_order_id
            self.covered[key][line.order_item_id] += decimal(line.quantity)

    def get_items(self, document):
        """Return the `Item`s to send, without those that others cover.

        :raise Unsendable: there is none, or one that Magento cannot take
        """
        raise NotImplementedError

    def still_covers(self, line):
        """Say whether what a line of a document was made for still stands."""
        source = line[self.source]
        return bool(source) and source.state != "cancel"

    def get_path(self, document):
        raise NotImplementedError

    def get_body(self, document, items):
        return document[self.source]._magento_prepare_body(document, items)

    def get_fallbacks(self, document):
        """Return what is sent one after the other while it is refused."""
        return document.fallbacks or []

    def get_reason_to_wait(self, document, text):
        """Return why a refused document had better wait, "" if it had not.

        :param str text: Magento's words
        """
        return ""

    # How Magento lists them

    def list_of_orders(self, client, order_ids):
        """Return the `Remote`s of some orders, cancelled ones left out.

        :param order_ids: the orders' ids in Magento
        """
        criteria = SearchCriteria().where("order_id", "in", sorted(order_ids))
        return self._read(client, criteria)

    def list_by_ids(self, client, magento_ids):
        """Return the `Remote`s with some ids."""
        ids = sorted(magento_ids)
        criteria = SearchCriteria().where("entity_id", "in", ids)
        pages = client.records(self.list_path, criteria, self.list_fields, ids)
        # What the shop fails at is read another time
        return self._to_remotes(page for page in pages if isinstance(page, Page))

    def _read(self, client, criteria):
        criteria = criteria.sorted_by("entity_id")
        return self._to_remotes(
            client.pages(self.list_path, criteria, self.list_fields)
        )

    def _to_remotes(self, pages):
        try:
            return [
                self._to_remote(raw)
                for page in pages
                for raw in page.items
                if not self._is_canceled(raw)
            ]
        except UNREADABLE as error:
            raise MagentoConnectionError(
                "improper_answer", method="GET", path=self.list_path
            ) from error

    @staticmethod
    def _is_canceled(raw):
        return False

    @staticmethod
    def _to_remote(raw):
        return Remote(
            magento_id=text(raw, "entity_id"),
            increment_id=text(raw, "increment_id"),
            order_id=text(raw, "order_id"),
            created_at=parse_datetime(text(raw, "created_at")),
            items=_items(raw),
            currency=text(raw, "order_currency_code"),
            total=amount(raw, "grand_total"),
            tax=amount(raw, "tax_amount"),
            shipping=amount(raw, "shipping_incl_tax"),
            comments=tuple(
                text(comment, "comment") for comment in read_remarks(raw, "comments")
            ),
            track_numbers=tuple(
                text(track, "track_number") for track in read_remarks(raw, "tracks")
            ),
        )

    def get_all_items(self, remote, order):
        """Return {order item id: quantity} of all that a document stands for.

        :param order: the `sale.order`
        """
        return remote.items

    def get_comments_path(self, remote):
        """Return where Magento has the comments of a document."""
        return path_of(self.list_path, remote.magento_id, "comments")

    def read_comments(self, client, remote):
        """Return the texts of a document's comments."""
        return [
            text(comment, "comment")
            for page in client.pages(self.get_comments_path(remote), SearchCriteria())
            for comment in page.items
        ]

    def is_same(self, document, _remote, comments):
        """Say whether a document of Magento has this document's key."""
        return any(document.key in comment for comment in comments)

    # What Odoo says of them

    def get_total(self, document):
        """Return what it comes to in Odoo, with tax; None if it has no amounts."""
        return None

    def get_currency(self, document):
        return document.sale_order_id.currency_id

    def get_quantity_cause(self, document, remote):
        """Return a text if Magento took other quantities than were sent."""
        if document.is_adopted:
            return ""
        differs = any(
            decimal(line.quantity) != remote.items.get(line.order_item_id, 0)
            for line in document.line_ids
        )
        return _("quantities") if differs else ""

    def get_difference_cause(self, document, remote):
        """Return why Magento's total differs from Odoo's, "" where it does not."""
        return ""

    def get_records(self, document):
        """Return what a document was made for, and all else that it covers."""
        records = document[self.source]
        return records | document.line_ids[self.source] if self.has_items else records

    def get_note(self, document):
        """Return what is said where a document is in Magento now, "" for nothing."""
        return ""

    def write_notes(self, news):
        """Write notes on what is in Magento now.

        :param news: {document: the records to which that is new}
        """
        notes = defaultdict(list)
        for document, records in news.items():
            if note := self.get_note(document):
                for record in records:
                    notes[record].append(note)
        if notes:
            next(iter(notes)).union(*notes)._message_log_batch(
                bodies={record.id: " ".join(own) for record, own in notes.items()}
            )


def _items(raw):
    found = defaultdict(Decimal)
    for item in raw.get("items") or ():
        found[text(item, "order_item_id")] += amount(item, "qty")
    return dict(found)


def decimal(number):
    """Return a quantity as exactly as it is kept."""
    return Decimal(str(round(number, 4)))
