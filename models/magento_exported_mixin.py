from odoo import _, api, fields, models
from odoo.exceptions import UserError

# Of several documents, the one that needs somebody most stands for all
BY_URGENCY = ("skipped", "unknown", "sending", "pending", "waiting", "done")


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
        "Export Attempts", compute="_compute_magento_export", compute_sudo=True
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

    # What a model fills in

    def _magento_get_orders(self):
        """Return the Magento orders that this record belongs to."""
        raise NotImplementedError

    def _magento_why_not_due(self):
        """Return why this record is not exported yet, "" if it may be."""
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
        for record in self:
            own = documents.filtered(
                lambda document, r=record: r in document._get_sources(self)
            )
            record.magento_document_ids = own
            record.magento_log_line_count = sum(counts.get(doc.id, 0) for doc in own)

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

    def _magento_state_without(self):
        """Return the state of a record that has no document."""
        if not self._magento_get_orders():
            return "none"
        return "not_due" if self._magento_why_not_due() else "pending"

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

    def _search_magento_export_state(self, operator, value):
        values = {value} if isinstance(value, str) else set(value or ())
        every = dict(self._fields["magento_export_state"].selection)
        wanted = values if operator in ("=", "in") else set(every) - values
        states = self._magento_read_states()
        found = [record_id for record_id, state in states.items() if state in wanted]
        if "none" in wanted:
            return ["|", ("id", "not in", list(states)), ("id", "in", found)]
        return [("id", "in", found)]

    def _magento_read_states(self):
        """Return {id: export state} of all records of Magento's orders."""
        documents = self.env["magento.document"].sudo()
        states = {}
        for document in documents.search([("kind", "=", self._magento_kind)]):
            for record in document._get_sources(self):
                states.setdefault(record.id, set()).add(document.sync_state)
        return {
            record_id: next(each for each in BY_URGENCY if each in found)
            for record_id, found in states.items()
        }

    def _search_magento_has_error(self, operator, value):
        documents = self.env["magento.document"].search(
            [
                ("kind", "=", self._magento_kind),
                ("sync_state", "!=", "done"),
                ("last_error", "!=", False),
            ]
        )
        is_wanted = (operator == "=") == bool(value)
        ids = documents._get_sources(self).ids
        return [("id", "in" if is_wanted else "not in", ids)]

    def _search_magento_number(self, operator, value):
        documents = self.env["magento.document"].search(
            [
                ("kind", "=", self._magento_kind),
                "|",
                ("increment_id", operator, value),
                ("magento_id", operator, value),
            ]
        )
        return [("id", "in", documents._get_sources(self).ids)]

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
        orders = self.env["sale.order"].union(
            *(record._magento_get_orders() for record in records)
        )
        for connection in orders.sudo().magento_connection_id:
            connection._run_operation(
                records._magento_operation, sources=records.sudo()
            )
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
