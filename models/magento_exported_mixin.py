import operator
from collections import defaultdict

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .magento_document import OPERATIONS

# Of several parts, the one that needs somebody most stands for all
BY_URGENCY = (
    "skipped",
    "unknown",
    "sending",
    "pending",
    "waiting",
    "not_due",
    "done",
    "none",
)
COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda found, values: found in values,
    "not in": lambda found, values: found not in values,
}
# Of more records with one reason, a notification names these
NAMES_AT_MOST = 3
NEGATIVE = {"!=": "=", "not in": "in", "not ilike": "ilike", "not like": "like"}


class MagentoExportedMixin(models.AbstractModel):
    """How far a record of Magento's orders has got in Magento.

    It has a part for each order, and a part has a document as soon as it is due. All of
    it is computed from the documents: an export never writes the record, which somebody
    may be working on.
    """

    _name = "magento.exported.mixin"
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

    def _magento_get_orders(self):
        """Return the Magento orders that this record belongs to."""
        raise NotImplementedError

    def _magento_why_not_ready(self):
        """Return why nothing of this record is exported yet, "" if it may be."""
        raise NotImplementedError

    def _magento_why_not_due(self, order):
        """Return why the part of an order is not exported yet, "" if it may be."""
        return ""

    def _magento_is_recent(self, order):
        """Say whether it is dated late enough to be exported by itself."""
        raise NotImplementedError

    def _magento_is_wanted(self, order):
        """Say whether the part of an order is ever exported."""
        return True

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
        for record in self:
            documents = record._magento_get_main_documents()
            is_ready, reasons = record._magento_look(documents)
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
            record.magento_export_state = record._magento_get_state(documents)
            record.magento_can_export = is_ready
            record.magento_export_reason = not is_ready and "\n".join(reasons)
            record.magento_export_attempts = record._magento_get_attempts(
                record.magento_document_ids
            )
            record.magento_last_error = "\n".join(errors) or False
            record.magento_has_error = bool(record.magento_last_error)
            record.magento_number = ", ".join(numbers)
            record.magento_difference_cause = ", ".join(dict.fromkeys(causes))

    def _magento_get_open_orders(self, documents):
        """Return the orders whose part has no document yet.

        One that is never exported matters only to a record that is not exported at all.
        """
        orders = self._magento_get_orders() - documents.sale_order_id
        return orders.filtered(self._magento_is_wanted) if documents else orders

    def _magento_get_state(self, documents):
        """Return the state of the part that needs somebody most."""
        states = set(documents.mapped("sync_state"))
        for order in self._magento_get_open_orders(documents):
            is_pending = (
                not self._magento_why_not_ready()
                and not self._magento_why_not_due(order)
                and self._magento_is_recent(order)
            )
            states.add("pending" if is_pending else "not_due")
        return next(each for each in BY_URGENCY if each in states | {"none"})

    def _magento_look(self, documents):
        """Return whether something can be exported now, and what keeps parts of it.

        :return: (whether there is a part to send, texts)
        """
        orders = self._magento_get_orders()
        if not orders:
            return False, [
                _("It belongs to no order of Magento, and is never exported.")
            ]
        undone = documents.filtered(lambda document: document.sync_state != "done")
        open_orders = self._magento_get_open_orders(documents)
        if not undone and not open_orders:
            return False, [_("It is in Magento already.")]
        if reason := self._magento_why_not_ready():
            return False, [reason]
        archived = orders.magento_connection_id.filtered(lambda each: not each.active)
        if archived:
            return False, [_("The connection %s is archived.", archived[0].name)]
        parts = [self._magento_why_not_sent(document) for document in undone]
        parts += [self._magento_why_not_due(order) for order in open_orders]
        return "" in parts, list(dict.fromkeys(filter(None, parts)))

    def _magento_why_not_sent(self, document):
        """Return why a document is not sent at the press of a button, "" if it is."""
        return document._get_state_text()

    @staticmethod
    def _magento_get_attempts(documents):
        if not documents:
            return False
        worst = max(documents, key=lambda document: document.attempt_count)
        return _(
            "%(count)s of %(allowed)s",
            count=worst.attempt_count,
            allowed=worst.connection_id.attempts_allowed,
        )

    # Searching

    @api.model
    def _search_magento_export_state(self, comparison, value):
        matches = COMPARE[comparison]
        if matches("none", value):
            # Most records belong to no order of Magento
            others = [state for state in BY_URGENCY if not matches(state, value)]
            return [("id", "not inselect", self._magento_query_in_state(others))]
        states = [state for state in BY_URGENCY if matches(state, value)]
        return [("id", "inselect", self._magento_query_in_state(states))]

    @api.model
    def _magento_query_in_state(self, states):
        """Return a query of the records that are in one of some states, as a pair."""
        self.env.flush_all()
        query = SQL(
            """
            SELECT part.source_id
              FROM (%(parts)s) AS part(source_id, state)
             GROUP BY part.source_id
            HAVING (%(by_urgency)s)[MIN(array_position(%(by_urgency)s, part.state))]
                   = ANY(%(states)s)
            """,
            parts=self._magento_query_parts(),
            by_urgency=SQL("%s::text[]", [*BY_URGENCY, "never"]),
            states=states + ["never"] * ("not_due" in states),
        )
        return query.code, query.params

    @api.model
    def _magento_query_parts(self):
        """Return a query of (record id, state) of all their parts."""
        name = SQL.identifier(self._magento_get_source_name())
        documents = SQL(
            """
            SELECT document.%(name)s, document.sync_state::text
              FROM magento_document AS document
             WHERE document.kind IN %(kinds)s AND document.%(name)s IS NOT NULL
            UNION ALL
            SELECT covered.%(name)s, document.sync_state::text
              FROM magento_document AS document
              JOIN magento_document_line AS covered
                ON covered.document_id = document.id
             WHERE document.kind IN %(kinds)s AND covered.%(name)s IS NOT NULL
            """,
            name=name,
            kinds=self._magento_get_kinds(),
        )
        return SQL(" UNION ALL ").join(
            [documents, *map(self._magento_query_open_parts, self._magento_couriers)]
        )

    @staticmethod
    def _magento_query_open_parts(courier):
        """Return a query of (record id, state) of the parts that have no document."""
        return SQL(
            """
            SELECT source_id,
                   CASE WHEN is_due AND is_recent THEN 'pending'
                        WHEN is_wanted THEN 'not_due'
                        ELSE 'never'
                   END
              FROM (%s) AS open
            """,
            courier.query_open(),
        )

    @staticmethod
    def _magento_search_among(values, default, comparison, wanted):
        """Return a domain of the records whose value is what is looked for.

        :param values: {record id: value} of those that may have another than `default`
        """
        matches = COMPARE[comparison]
        if matches(default, wanted):
            ids = [id_ for id_, found in values.items() if not matches(found, wanted)]
            return [("id", "not in", ids)]
        ids = [id_ for id_, found in values.items() if matches(found, wanted)]
        return [("id", "in", ids)]

    @api.model
    def _magento_search_by(self, domain):
        """Return a domain of the records that have such a document."""
        documents = self._magento_search_documents(domain)
        return [("id", "in", documents._get_sources(self).ids)]

    @api.model
    def _search_magento_has_error(self, comparison, value):
        found = self._magento_search_by(
            [("sync_state", "!=", "done"), ("last_error", "!=", False)]
        )
        wanted = [each for each in (True, False) if COMPARE[comparison](each, value)]
        if len(wanted) == 2:
            return []
        if not wanted:
            return [("id", "in", [])]
        return found if wanted == [True] else ["!", *found]

    @api.model
    def _search_magento_number(self, comparison, value):
        if comparison in NEGATIVE:
            return ["!", *self._search_magento_number(NEGATIVE[comparison], value)]
        kinds = ("kind", "in", self._magento_get_kinds())
        if comparison == "=" and not value:
            return ["!", *self._magento_search_by([kinds, ("magento_id", "!=", False)])]
        return self._magento_search_by(
            [
                kinds,
                "|",
                ("increment_id", comparison, value),
                "&",
                ("increment_id", "=", False),
                ("magento_id", comparison, value),
            ]
        )

    @api.model
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
            raise UserError("\n".join([_("Nothing was exported."), *sorted(reasons)]))
        records.check_access_rule("read")
        for courier, own in records.grouped(_courier_of).items():
            own._magento_run(courier)
        self.invalidate_recordset()
        return self._magento_notify(records)

    def _magento_run(self, courier):
        """Run the operation that exports these records, for them alone."""
        records_sudo = self.sudo()
        orders_sudo = records_sudo.env["sale.order"].union(
            *(record._magento_get_orders() for record in records_sudo)
        )
        # Whoever may not use a connection may not press the button
        for connection in orders_sudo.magento_connection_id.with_env(self.env):
            connection._run_operation(
                OPERATIONS[courier.kind, "push"], sources=records_sudo
            )

    def _magento_notify(self, tried):
        """Say how many of these are in Magento now, and why the others are not.

        :param tried: those that could be exported
        """
        done = self.filtered(lambda record: record.magento_export_state == "done")
        left = tried - done
        if len(self) > 1:
            message = self._magento_sum_up(done, left)
        elif left:
            message = left._magento_get_obstacle()
        else:
            documents_sudo = self.sudo()._magento_get_main_documents()
            names = documents_sudo.mapped("display_name")
            message = _("Magento has it as %s.", ", ".join(names))
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

    def _magento_sum_up(self, done, left):
        if self == done:
            return _("All %s are in Magento now.", len(self))
        names = defaultdict(list)
        for record in self - done:
            why = "" if record in left else record.magento_export_reason
            names[why or record._magento_get_obstacle()].append(record.display_name)
        count = _(
            "%(done)s of %(all)s are in Magento now.", done=len(done), all=len(self)
        )
        lines = [count]
        for why, own in names.items():
            more = " …" if len(own) > NAMES_AT_MOST else ""
            lines.append(f"{', '.join(own[:NAMES_AT_MOST])}{more}: {why}")
        return "\n".join(lines)

    def _magento_get_obstacle(self):
        """Return what kept this record from being exported just now."""
        record_sudo = self.sudo()
        code = OPERATIONS[record_sudo._magento_get_courier().kind, "push"]
        operations = (
            record_sudo._magento_get_orders().magento_connection_id.operation_ids
        )
        paused = operations.filtered(
            lambda each: each.code == code and each.paused_until
        )
        if paused:
            return paused[0].pause_reason
        if text := self.magento_last_error or self.magento_export_reason:
            return text
        documents = record_sudo.magento_document_ids
        earlier = documents.search(
            [
                ("direction", "=", "push"),
                ("sale_order_id", "in", documents.sale_order_id.ids),
                ("sync_state", "in", ("pending", "sending", "unknown")),
                ("id", "not in", documents.ids),
            ],
            limit=1,
        )
        if earlier:
            return _(
                "%s of the same order goes first. It will be tried again by itself.",
                earlier._get_source().display_name,
            )
        return _("It will be tried again by itself.")

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


def _courier_of(record):
    return record._magento_get_courier()
