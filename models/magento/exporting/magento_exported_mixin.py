from collections import defaultdict

from odoo import _, api, fields, models

from .states import BY_URGENCY


class MagentoExportedMixin(models.AbstractModel):
    """How far a record of Magento's orders has got in Magento.

    It has a part for each order, and a part has a document as soon as it is due. All of
    it is computed from the documents: an export never writes the record, which somebody
    may be working on.
    """

    _name = "magento.exported.mixin"
    _inherit = [
        "magento.export.rule.mixin",
        "magento.export.body.mixin",
        "magento.export.search.mixin",
        "magento.export.button.mixin",
    ]
    _description = "Exported to Magento"

    # The couriers of its documents, whose source is one and the same
    _magento_couriers = ()
    # Kinds of documents that follow those; they have no say in the state
    _magento_kinds_that_follow = ()

    magento_document_ids = fields.Many2many(
        "magento.document",
        string="Magento Documents",
        compute="_compute_magento_document_ids",
        compute_sudo=True,
    )
    magento_log_line_count = fields.Integer(
        compute="_compute_magento_document_ids", compute_sudo=True
    )
    magento_export_state = fields.Selection(
        [
            ("none", "No Magento Order"),
            ("not_due", "Not Due"),
            ("waiting", "Waiting"),
            ("pending", "To Export"),
            ("sending", "Sending"),
            ("unknown", "Unknown"),
            ("done", "In Magento"),
            ("skipped", "Skipped"),
        ],
        "Magento Export",
        compute="_compute_magento_export",
        compute_sudo=True,
        search="_search_magento_export_state",
    )
    magento_export_reason = fields.Text(
        "Why Not Exported", compute="_compute_magento_export", compute_sudo=True
    )
    magento_can_export = fields.Boolean(
        compute="_compute_magento_export", compute_sudo=True
    )
    magento_export_attempts = fields.Char(
        "Export Attempts",
        compute="_compute_magento_export",
        compute_sudo=True,
        help="How many attempts have failed, of how many are allowed.",
    )
    magento_last_error = fields.Text(
        compute="_compute_magento_export", compute_sudo=True
    )
    magento_has_error = fields.Boolean(
        "Export Failed",
        compute="_compute_magento_export",
        compute_sudo=True,
        search="_search_magento_has_error",
    )
    magento_number = fields.Char(
        "Number in Magento",
        compute="_compute_magento_export",
        compute_sudo=True,
        search="_search_magento_number",
    )
    magento_difference_cause = fields.Char(
        "Differs In",
        compute="_compute_magento_export",
        compute_sudo=True,
        search="_search_magento_difference_cause",
        help="In what Magento's document is another than Odoo's.",
    )

    # What a model fills in

    def _magento_get_courier(self):
        """Return the courier of this record's documents."""
        self.ensure_one()
        return self._magento_couriers[0]

    def _magento_get_kind(self):
        return self._magento_get_courier().kind

    def _magento_get_orders(self):
        """Return the Magento orders that this record belongs to."""
        self.ensure_one()
        return self.magento_order_ids

    # Documents

    def _compute_magento_document_ids(self):
        documents = self._magento_find_documents()
        lines = self.env["integration.process.log.line"]._read_group(
            [
                ("res_model", "=", "magento.document"),
                ("res_id", "in", documents.ids),
            ],
            ["res_id"],
            ["__count"],
        )
        counts = dict(lines)
        own = defaultdict(documents.browse)
        for document in documents:
            for source in document._get_sources(self):
                own[source.id] |= document
        for record in self:
            found = own[record._origin.id]
            record.magento_document_ids = found
            record.magento_log_line_count = sum(counts.get(doc.id, 0) for doc in found)

    def _magento_find_documents(self):
        name = self._magento_get_source_name()
        return self._magento_search_documents(
            ["|", (name, "in", self.ids), (f"line_ids.{name}", "in", self.ids)]
        )

    @api.model
    def _magento_search_documents(self, domain):
        kinds = self._magento_get_kinds() + self._magento_kinds_that_follow
        documents = self.env["magento.document"].sudo()
        return documents.search([("kind", "in", kinds), *domain])

    @api.model
    def _magento_get_kinds(self):
        return tuple(courier.kind for courier in self._magento_couriers)

    def _magento_get_main_documents(self):
        """Return the documents that tell how far this record is exported."""
        kinds = self._magento_get_kinds()
        return self.magento_document_ids.filtered(lambda doc: doc.kind in kinds)

    @api.model
    def _magento_get_source_name(self):
        """Return the field of a document that names one of these records."""
        return self._magento_couriers[0].source

    # State

    @api.depends("state", "magento_document_ids")
    def _compute_magento_export(self):
        self.magento_order_ids.mapped("magento_payment_method_id")  # all at once
        for record in self:
            documents = record._magento_get_main_documents()
            open_parts = record._magento_get_open_parts(documents)
            is_ready, reasons = record._magento_look(documents, open_parts)
            undone = record.magento_document_ids.filtered(
                lambda document: document.sync_state != "done"
            )
            errors = filter(None, undone.mapped("last_error"))
            numbers = [
                document.increment_id or document.magento_id
                for document in documents
                if document.magento_id
            ]
            causes = filter(None, documents.mapped("difference_cause"))
            record.magento_export_state = record._magento_get_state(
                documents, open_parts
            )
            record.magento_can_export = is_ready
            record.magento_export_reason = not is_ready and "\n".join(reasons)
            record.magento_export_attempts = record._magento_get_attempts(
                record.magento_document_ids
            )
            record.magento_last_error = "\n".join(errors) or False
            record.magento_has_error = bool(record.magento_last_error)
            record.magento_number = ", ".join(numbers)
            record.magento_difference_cause = ", ".join(dict.fromkeys(causes))

    def _magento_get_open_parts(self, documents):
        """Return {order: why it is not due, ""} of those whose part has no document.

        One that is never exported matters only to a record that is not exported at all.
        """
        orders = self._magento_get_orders() - documents.sale_order_id
        if documents:
            kind = self._magento_get_kind()
            orders = orders.filtered(
                lambda order: self._magento_is_wanted(
                    kind, order.magento_payment_method_id
                )
            )
        return {order: self._magento_why_not_due(order) for order in orders}

    def _magento_get_state(self, documents, open_parts):
        """Return the state of the part that needs somebody most.

        :param open_parts: of `_magento_get_open_parts`
        """
        states = set(documents.mapped("sync_state"))
        for order, reason in open_parts.items():
            is_pending = not reason and self._magento_is_recent(order)
            states.add("pending" if is_pending else "not_due")
        return next(each for each in BY_URGENCY if each in states | {"none"})

    def _magento_look(self, documents, open_parts):
        """Return whether something can be exported now, and what keeps parts of it.

        :param open_parts: of `_magento_get_open_parts`
        :return: (whether there is a part to send, texts)
        """
        orders = self._magento_get_orders()
        if not orders:
            return False, [
                _("It belongs to no order of Magento, and is never exported.")
            ]
        undone = documents.filtered(lambda document: document.sync_state != "done")
        if not undone and not open_parts:
            return False, [_("It is in Magento already.")]
        if reason := self._magento_why_not_ready():
            return False, [reason]
        archived = orders.magento_connection_id.filtered(lambda each: not each.active)
        if archived:
            return False, [_("The connection %s is archived.", archived[0].name)]
        parts = [self._magento_why_not_sent(document) for document in undone]
        parts += open_parts.values()
        return "" in parts, list(dict.fromkeys(filter(None, parts)))

    def _magento_why_not_sent(self, document):
        """Return why a document is not sent at the press of a button, "" if it is."""
        return document._get_state_text()

    def _magento_get_attempts(self, documents):
        if not documents:
            return False
        worst = max(documents, key=lambda document: document.attempt_count)
        return _(
            "%(count)s of %(allowed)s",
            count=worst.attempt_count,
            allowed=worst.connection_id.attempts_allowed,
        )
