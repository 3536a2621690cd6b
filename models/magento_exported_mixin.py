import operator
from collections import defaultdict

from odoo import _, api, fields, models
from odoo.exceptions import UserError

# Of several documents, the one that needs somebody most stands for all
BY_URGENCY = ("skipped", "unknown", "sending", "pending", "waiting", "done")


COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "in": lambda found, values: found in values,
    "not in": lambda found, values: found not in values,
}
NEGATIVE = {"!=": "=", "not in": "in", "not ilike": "ilike", "not like": "like"}
USER = "coopcycle_magento.coopcycle_magento_group_user"


class MagentoExportedMixin(models.AbstractModel):
    """How far a record of a Magento order has got in Magento.

    All of it is computed from the documents: an export never writes the record, which
    somebody may be working on.
    """

    _name = "magento.exported.mixin"
    _description = "Exported to Magento"

    # What a model says of itself: the kind of its documents, and who sends them
    _magento_kind = ""
    _magento_source = ""
    _magento_operation = ""

    magento_document_ids = fields.Many2many(
        "magento.document",
        string="Magento Documents",
        compute="_compute_magento_document_ids",
        compute_sudo=True,
        groups=USER,
    )
    magento_log_line_count = fields.Integer(
        compute="_compute_magento_document_ids", compute_sudo=True, groups=USER
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
        groups=USER,
    )
    magento_export_reason = fields.Text(
        "Why Not Exported",
        compute="_compute_magento_export",
        compute_sudo=True,
        groups=USER,
    )
    magento_can_export = fields.Boolean(
        compute="_compute_magento_export", compute_sudo=True, groups=USER
    )
    magento_export_attempts = fields.Char(
        "Export Attempts",
        compute="_compute_magento_export",
        compute_sudo=True,
        groups=USER,
    )
    magento_last_error = fields.Text(
        compute="_compute_magento_export", compute_sudo=True, groups=USER
    )
    magento_has_error = fields.Boolean(
        "Export Failed",
        compute="_compute_magento_export",
        compute_sudo=True,
        search="_search_magento_has_error",
        groups=USER,
    )
    magento_number = fields.Char(
        "Number in Magento",
        compute="_compute_magento_export",
        compute_sudo=True,
        search="_search_magento_number",
        groups=USER,
    )
    magento_difference_cause = fields.Char(
        "Differs In",
        compute="_compute_magento_export",
        compute_sudo=True,
        search="_search_magento_difference_cause",
        groups=USER,
        help="In what Magento's document is another than Odoo's.",
    )

    # What a model fills in

    def _magento_get_orders(self):
        """Return the Magento orders that this record belongs to."""
        raise NotImplementedError

    def _magento_why_not_due(self):
        """Return why this record is not exported yet, "" if it may be."""
        raise NotImplementedError

    def _magento_is_recent(self):
        """Say whether this record is exported by itself, when it is due."""
        raise NotImplementedError

    @api.model
    def _magento_read_due(self):
        """Return {id: whether it is exported by itself}, of Magento's orders."""
        raise NotImplementedError

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
        return self.env["magento.document"].search(
            [
                ("kind", "=", self._magento_kind),
                "|",
                (self._magento_source, "in", self.ids),
                (f"line_ids.{self._magento_source}", "in", self.ids),
            ]
        )

    @api.depends("state", "magento_document_ids")
    def _compute_magento_export(self):
        for record in self:
            documents = record.magento_document_ids
            states = set(documents.mapped("sync_state"))
            state = next((each for each in BY_URGENCY if each in states), None)
            reasons = record._magento_get_reasons(documents)
            undone = documents.filtered(lambda doc: doc.sync_state != "done")
            errors = filter(None, undone.mapped("last_error"))
            numbers = [
                document.increment_id or document.magento_id
                for document in documents
                if document.magento_id
            ]
            record.magento_export_state = state or record._magento_state_without()
            record.magento_export_reason = "\n".join(reasons) or False
            record.magento_can_export = not reasons and record.magento_export_state in (
                "not_due",
                "waiting",
                "pending",
            )
            record.magento_export_attempts = record._magento_attempts(documents)
            record.magento_last_error = "\n".join(errors) or False
            record.magento_has_error = bool(record.magento_last_error)
            record.magento_number = ", ".join(numbers)
            causes = filter(None, documents.mapped("difference_cause"))
            record.magento_difference_cause = ", ".join(dict.fromkeys(causes))

    def _magento_state_without(self):
        """Return the state of a record that has no document."""
        if not self._magento_get_orders():
            return "none"
        is_due = not self._magento_why_not_due() and self._magento_is_recent()
        return "pending" if is_due else "not_due"

    def _magento_get_reasons(self, documents):
        """Return why a record cannot be exported now, one text for each reason."""
        if not self._magento_get_orders():
            return [_("It belongs to no order of Magento, and is never exported.")]
        undone = documents.filtered(lambda document: document.sync_state != "done")
        if documents and not undone:
            return [_("It is in Magento already.")]
        if not documents:
            return list(filter(None, [self._magento_why_not_due()]))
        reasons = [document._get_state_text() for document in undone]
        return list(filter(None, reasons))

    @staticmethod
    def _magento_attempts(documents):
        if not documents:
            return False
        worst = max(documents, key=lambda document: document.attempt_count)
        return _(
            "%(count)s of %(allowed)s",
            count=worst.attempt_count,
            allowed=worst.connection_id.attempts_allowed,
        )

    # Searching

    def _search_magento_export_state(self, comparison, value):
        states = self._magento_read_states()
        matches = COMPARE[comparison]
        if matches("none", value):
            # Most records belong to no order of Magento
            ids = [id_ for id_, state in states.items() if not matches(state, value)]
            return [("id", "not in", ids)]
        ids = [id_ for id_, state in states.items() if matches(state, value)]
        return [("id", "in", ids)]

    def _magento_read_states(self):
        """Return {id: export state} of all records of Magento's orders."""
        states = {
            record_id: "pending" if is_due else "not_due"
            for record_id, is_due in self._magento_read_due().items()
        }
        found = defaultdict(set)
        for document in self._magento_search_documents([]):
            for record in document._get_sources(self):
                found[record.id].add(document.sync_state)
        for record_id, own in found.items():
            states[record_id] = next(each for each in BY_URGENCY if each in own)
        return states

    def _magento_search_documents(self, domain):
        documents = self.env["magento.document"].sudo()
        return documents.search([("kind", "=", self._magento_kind), *domain])

    def _magento_search_by(self, domain):
        """Return a domain of the records that have such a document."""
        documents = self._magento_search_documents(domain)
        return [("id", "in", documents._get_sources(self).ids)]

    def _search_magento_has_error(self, comparison, value):
        found = self._magento_search_by(
            [("sync_state", "!=", "done"), ("last_error", "!=", False)]
        )
        is_wanted = (comparison == "=") == bool(value)
        return found if is_wanted else ["!", *found]

    def _search_magento_number(self, comparison, value):
        if comparison in NEGATIVE:
            return ["!", *self._search_magento_number(NEGATIVE[comparison], value)]
        if comparison == "=" and not value:
            return ["!", *self._magento_search_by([("magento_id", "!=", False)])]
        return self._magento_search_by(
            [
                "|",
                ("increment_id", comparison, value),
                "&",
                ("increment_id", "=", False),
                ("magento_id", comparison, value),
            ]
        )

    def _search_magento_difference_cause(self, comparison, value):
        if comparison in NEGATIVE:
            comparison = NEGATIVE[comparison]
            return ["!", *self._search_magento_difference_cause(comparison, value)]
        if comparison == "=" and not value:
            return ["!", *self._magento_search_by([("difference_cause", "!=", False)])]
        return self._magento_search_by([("difference_cause", comparison, value)])

    # Buttons

    def action_magento_export(self):
        """Export these records now, those that may be.

        :return: a notification of how it went
        :raise UserError: none of them can be exported, and why
        """
        records = self.filtered("magento_can_export")
        if not records:
            reasons = set(self.mapped("magento_export_reason")) - {False}
            text = [_("Nothing was exported."), *sorted(reasons)]
            raise UserError("\n".join(text))
        records.check_access_rule("read")
        records_sudo = records.sudo()
        orders_sudo = records_sudo.env["sale.order"].union(
            *(record._magento_get_orders() for record in records_sudo)
        )
        # Whoever may not use a connection may not press the button
        for connection in orders_sudo.magento_connection_id.with_env(self.env):
            connection._run_operation(records._magento_operation, sources=records_sudo)
        records.invalidate_recordset()
        return records._magento_notify()

    def _magento_notify(self):
        left = self.filtered(lambda record: record.magento_export_state != "done")
        if left:
            message = left[0].magento_last_error or left[0].magento_export_reason
            message = message or _("It will be tried again by itself.")
        else:
            message = _("In Magento: %s", ", ".join(self.mapped("magento_number")))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": _("Export to Magento"),
                "message": message,
                "type": "warning" if left else "success",
                "sticky": bool(left),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_magento_documents(self):
        """Open the documents of this record."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.magento_document_action"
        )
        return {**action, "domain": [("id", "in", self.magento_document_ids.ids)]}

    def action_open_magento_log_lines(self):
        """Open what happened to the documents of this record."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.integration_process_log_line_action"
        )
        domain = [
            ("res_model", "=", "magento.document"),
            ("res_id", "in", self.magento_document_ids.ids),
        ]
        return {**action, "domain": domain}

    def action_magento_reset_attempts(self):
        """Ask for the reason, then let skipped documents be sent again."""
        skipped = self.magento_document_ids.filtered(
            lambda document: document.sync_state == "skipped"
        )
        return skipped.action_open_reset()
