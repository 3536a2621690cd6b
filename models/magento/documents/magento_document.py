import json
import uuid

from odoo import _, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ....compat import NOT_SUMMED, Constraint, among, check_access, is_of_many
from ...shared.integration_process_log import CHUNK
from ...shared.notifying import notify
from ...shared.running import Transaction
from .causes import CAUSES

MANAGER = "coopcycle_magento.coopcycle_magento_group_manager"
# Which operation moves the documents of a kind in a direction
OPERATIONS = {
    ("order", "pull"): "import_orders",
    ("shipment", "pull"): "import_shipments",
    ("invoice", "pull"): "import_invoices",
    ("payment", "pull"): "import_invoices",
    ("creditmemo", "pull"): "import_credit_memos",
    ("invoice", "push"): "export_invoices",
    ("order_comment", "push"): "export_invoices",
    ("shipment", "push"): "export_shipments",
    ("track", "push"): "export_shipments",
    ("creditmemo", "push"): "export_credit_memos",
    ("order_cancel", "push"): "export_cancellations",
}


class MagentoDocument(models.Model):
    """One thing that is, or shall be, in both systems, and how far that has got.

    It is the outbox and the inbox: whoever exchanges documents locks and writes rows of
    this table, never those of accounting or stock. An order that could not come in yet
    is one too, with its error. Times are UTC.
    """

    _name = "magento.document"
    _inherit = ["mail.thread", "mail.activity.mixin", "integration.guard.mixin"]
    _description = "Magento Document"
    _order = "id desc"
    _mail_post_access = "read"  # nobody writes documents
    _rec_names_search = ["increment_id", "magento_id"]

    connection_id = fields.Many2one(
        "magento.connection",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("order", "Order"),
            ("invoice", "Invoice"),
            ("order_comment", "Order Comment"),
            ("shipment", "Shipment"),
            ("track", "Tracking Number"),
            ("creditmemo", "Credit Memo"),
            ("order_cancel", "Cancellation"),
            ("payment", "Payment"),
        ],
        required=True,
        readonly=True,
    )
    direction = fields.Selection(
        [("push", "To Magento"), ("pull", "From Magento")], required=True, readonly=True
    )
    magento_id = fields.Char("Magento ID", readonly=True)
    increment_id = fields.Char("Number", readonly=True, index="trigram")
    key = fields.Char(
        readonly=True,
        required=True,
        copy=False,
        default=lambda self: str(uuid.uuid4()),
        help="What the document is recognised by in Magento, where nobody else has it.",
    )
    sync_state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("pending", "To Do"),
            ("sending", "Sending"),
            ("unknown", "Unknown"),
            ("done", "Done"),
            ("skipped", "Skipped"),
        ],
        "State",
        required=True,
        readonly=True,
        default="pending",
        index=True,
    )
    attempt_count = fields.Integer("Attempts", readonly=True, **NOT_SUMMED)
    last_attempt_at = fields.Datetime("Last Attempt", readonly=True)
    next_attempt_at = fields.Datetime(
        "Next Attempt", readonly=True, default=lambda self: fields.Datetime.now()
    )
    error_code = fields.Char("Code of the Cause", readonly=True, index="btree_not_null")
    last_error = fields.Text(readonly=True)
    waiting_reason = fields.Text(readonly=True)
    # Names, addresses, and what is sent
    payload = fields.Json(readonly=True, groups=MANAGER)
    # Sent one after the other while what came before is refused
    fallbacks = fields.Json(readonly=True, groups=MANAGER)
    track_number = fields.Char(readonly=True)
    track_numbers = fields.Json(
        readonly=True, help="The tracking numbers that were sent with a shipment."
    )
    has_payload = fields.Boolean(
        compute="_compute_has_payload",
        compute_sudo=True,
        search="_search_has_payload",
    )
    sale_order_id = fields.Many2one(
        "sale.order", "Order", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    magento_store_id = fields.Many2one(related="sale_order_id.magento_store_id")
    magento_payment_method_id = fields.Many2one(
        related="sale_order_id.magento_payment_method_id"
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Transfer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    line_ids = fields.One2many("magento.document.line", "document_id", "Items")
    log_line_ids = fields.One2many(
        "integration.process.log.line",
        "res_id",
        "Log Lines",
        domain=[("res_model", "=", "magento.document")],
    )
    # Who is sending it
    run_id = fields.Many2one(
        "integration.process.log", readonly=True, ondelete="set null"
    )
    lease_until = fields.Datetime(
        readonly=True, help="Whoever sends it has given up after this moment."
    )
    sent_at = fields.Datetime(
        readonly=True, help="When the request of who sends it began; none: not yet."
    )
    kill_count = fields.Integer(
        readonly=True, help="How often Odoo's process ended before it was sent."
    )
    unknown_since = fields.Datetime(readonly=True)
    trip_count = fields.Integer(
        readonly=True,
        help="How often nothing got through for it while the shop was there.",
    )
    # What Magento made of it
    is_adopted = fields.Boolean(
        "Adopted", readonly=True, help="The shop had made it already."
    )
    magento_date = fields.Datetime("Date in Magento", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    magento_total = fields.Monetary(readonly=True)
    magento_tax = fields.Monetary("Magento Taxes", readonly=True)
    magento_shipping = fields.Monetary(readonly=True)
    odoo_total = fields.Monetary(readonly=True)
    difference = fields.Monetary(readonly=True, help="Magento's total minus Odoo's.")
    difference_cause = fields.Char(readonly=True, index="btree_not_null")
    cause = fields.Char(compute="_compute_cause")
    payload_text = fields.Text(
        "Payload in Words", compute="_compute_payload_text", groups=MANAGER
    )

    _key_unique = Constraint("unique(key)", "Two documents cannot have the same key.")

    def _auto_init(self):
        res = super()._auto_init()
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS magento_document_magento_id_unique
            ON magento_document (connection_id, kind, magento_id)
            WHERE magento_id IS NOT NULL;
            CREATE UNIQUE INDEX IF NOT EXISTS magento_document_invoice_unique
            ON magento_document (move_id, sale_order_id)
            WHERE kind = 'invoice' AND direction = 'push' AND sync_state != 'done';
            -- One document of an order at a time is on its way
            CREATE UNIQUE INDEX IF NOT EXISTS magento_document_one_under_way
            ON magento_document (sale_order_id)
            WHERE direction = 'push' AND sync_state IN ('sending', 'unknown');
            -- What lists of invoices and deliveries ask for: which of them have a
            -- document in a state, and which have none of an order
            CREATE INDEX IF NOT EXISTS magento_document_of_move
            ON magento_document (kind, sync_state, move_id) WHERE move_id IS NOT NULL;
            CREATE INDEX IF NOT EXISTS magento_document_of_move_and_order
            ON magento_document (move_id, sale_order_id, kind)
            WHERE move_id IS NOT NULL;
            CREATE INDEX IF NOT EXISTS magento_document_of_picking
            ON magento_document (kind, sync_state, picking_id)
            WHERE picking_id IS NOT NULL;
            CREATE INDEX IF NOT EXISTS magento_document_of_picking_and_order
            ON magento_document (picking_id, sale_order_id, kind)
            WHERE picking_id IS NOT NULL;
            CREATE INDEX IF NOT EXISTS magento_document_number
            ON magento_document (increment_id);
            CREATE INDEX IF NOT EXISTS magento_document_without_number
            ON magento_document (magento_id) WHERE increment_id IS NULL;
            CREATE INDEX IF NOT EXISTS magento_document_differing
            ON magento_document (id) WHERE difference != 0
            """
        )
        return res

    @api.model_create_multi
    def create(self, vals_list):
        """Spare documents, of which there are many, a first note and a follower."""
        bare = self.with_context(tracking_disable=True)
        return super(MagentoDocument, bare).create(vals_list).with_env(self.env)

    @api.depends(
        "kind",
        "increment_id",
        "magento_id",
        "move_id.name",
        "picking_id.name",
        "sale_order_id.name",
    )
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for document in self:
            number = (
                document.increment_id
                or document.move_id.name
                or document.picking_id.name
                or document.magento_id
                or document.sale_order_id.name
            )
            kind = kinds.get(document.kind, "")
            document.display_name = f"{kind} {number or ''}".strip()

    def _compute_has_payload(self):
        for document in self:
            document.has_payload = bool(document.payload)

    def _search_has_payload(self, operator, value):
        if is_of_many(operator):
            return NotImplemented
        # A domain cannot tell whether JSON is there
        query = SQL("SELECT id FROM magento_document WHERE payload IS NOT NULL")
        return among(query, is_found=(operator == "=") == bool(value))

    def _get_operation(self):
        """Return the code of the operation that moves documents of this kind."""
        return OPERATIONS[self.kind, self.direction]

    @api.model
    def _get_by_magento_ids(self, connection, kind, order_ids):
        """Return {Magento id: document} of those that are tied to some ids.

        A shop that was restored from a backup gives its ids once more: a document of
        another order loses an id that is not its own any more, and says so.

        :param dict order_ids: {Magento id: the Magento id of its order}
        """
        found = self.search(
            [
                ("connection_id", "=", connection.id),
                ("kind", "=", kind),
                # Without an id: newer versions find by "" what has none
                ("magento_id", "in", list(filter(None, order_ids))),
            ]
        )
        lost = found.filtered(
            lambda document: (
                document.sale_order_id
                and document.sale_order_id.magento_order_id
                != order_ids[document.magento_id]
            )
        )
        lost.write(
            {
                "magento_id": False,
                "difference_cause": _(
                    "its ID, which Magento has given to another order's document"
                ),
            }
        )
        lost.flush_recordset()  # before others get these ids
        return {document.magento_id: document for document in found - lost}

    def _get_source(self):
        """Return the record in Odoo that a document was made for."""
        self.ensure_one()
        return self.move_id or self.picking_id or self.sale_order_id

    def _get_sources(self, model):
        """Return the records of a model that these documents cover, or were made for.

        :param model: a recordset of `magento.exported.mixin`
        """
        name = model._magento_get_source_name()
        return self[name] | self.line_ids[name]

    def _get_state_text(self):
        """Return why this is not sent at the press of a button, "" if it is."""
        self.ensure_one()
        texts = {
            "sending": _("It is being sent to Magento right now."),
            "unknown": _(
                "It was sent to Magento without a proper answer, and is looked for"
                " there before it is sent again."
            ),
            "skipped": self.waiting_reason
            or _(
                "It was skipped. Resolution: mend the cause, then reset its attempts."
            ),
            "waiting": self.waiting_reason,
        }
        return texts.get(self.sync_state, "")

    def _get_moves(self):
        """Return the invoices that these documents cover, or were made for."""
        return self.move_id | self.line_ids.move_id

    # Cleaning up

    @api.autovacuum
    def _gc_payloads(self):
        """Empty what was exchanged of documents that ended as long ago as old logs.

        It holds names and addresses. It goes in chunks that are committed.
        """
        before = self.env["integration.process.log"]._get_retention_limit()
        if not before:
            return
        finished = [
            ("write_date", "<", before),
            ("sync_state", "in", ("done", "skipped")),
            ("has_payload", "=", True),
        ]
        while batch := self.sudo().search(finished, limit=CHUNK, order="id"):
            batch.payload = False
            self.env.flush_all()
            Transaction(self.env).commit()

    # Buttons

    def action_retry(self):
        """Try these documents again now, and nothing else.

        :return: a notification of how it went
        :raise AccessError: one was skipped, and the user may not reset its attempts
        """
        skipped = self.filtered(lambda document: document.sync_state == "skipped")
        if skipped and not self.env.user.has_group(MANAGER):
            raise AccessError(
                _(
                    "Only a manager of Magento may try skipped documents again."
                    " Resolution: ask one."
                )
            )
        skipped._reset_attempts(_("Retried."))
        self.filtered(
            lambda doc: doc.sync_state in ("pending", "waiting", "unknown")
        )._run_now()
        failed = self.exists().filtered(lambda document: document.sync_state != "done")
        return self._notify_retried(failed)

    def _run_now(self):
        """Run the operations of these documents, for them alone."""
        groups = {}
        for document in self:
            key = (document.connection_id, document._get_operation())
            groups.setdefault(key, self.browse())
            groups[key] |= document
        for (connection, code), documents in groups.items():
            if code == "import_orders":
                ids = documents.mapped("magento_id")
                connection._run_operation(code, magento_ids=ids)
            else:
                connection._run_operation(code, only=documents)

    def _notify_retried(self, failed):
        if failed:
            document = failed[0]
            message = document.last_error or document.waiting_reason
        else:
            message = _("Everything went through.")
        return notify(
            message or _("It will be tried again later."),
            "warning" if failed else "success",
            title=_("Retry"),
        )

    def action_skip(self):
        """Leave these documents out for good, until somebody resets their attempts."""
        check_access(self, "read")
        self.sudo().filtered(
            lambda doc: doc.sync_state in ("pending", "waiting")
        )._update_state(("pending", "waiting"), "skipped")

    def _reset_attempts(self, reason):
        """Let skipped documents be tried again.

        :param str reason: kept on each of them
        """
        skipped = self.sudo().filtered(lambda doc: doc.sync_state == "skipped")
        skipped._update_state(
            ("skipped",),
            "pending",
            attempt_count=0,
            trip_count=0,
            next_attempt_at=fields.Datetime.now(),
            waiting_reason=_(
                "%(user)s reset the attempts: %(reason)s",
                user=self.env.user.name,
                reason=reason,
            ),
        )
        skipped.activity_unlink(["mail.mail_activity_data_warning"])

    def action_open_reset(self):
        """Ask for the reason of a reset."""
        return {
            "type": "ir.actions.act_window",
            "name": _("Reset Attempts"),
            "res_model": "magento.document.reset",
            "view_mode": "form",
            "target": "new",
            "context": {"default_document_ids": self.ids},
        }

    # States

    def _update_state(self, allowed, target, **values):
        """Move documents to a state, those that are in an allowed one.

        :param tuple allowed: the states from which the target can be reached
        :param str target: the new state
        :param values: other fields to write
        :return: the documents that were moved
        """
        moved = self.filtered(lambda document: document.sync_state in allowed)
        moved.write({"sync_state": target, **values})
        return moved

    # What it fails of, in words

    @api.depends("error_code")
    def _compute_cause(self):
        for document in self:
            document.cause = self._get_cause(document.error_code)

    @api.depends("payload")
    def _compute_payload_text(self):
        for document in self:
            document.payload_text = document.payload and json.dumps(
                document.payload, indent=2, ensure_ascii=False
            )

    def action_retry_alike(self):
        """Try all documents again that fail of the same cause in the same shop.

        Those that were skipped are left to managers.
        """
        alike = self.search(
            [
                ("connection_id", "in", self.connection_id.ids),
                ("error_code", "in", self.mapped("error_code")),
                ("sync_state", "not in", ("sending", "done")),
            ]
        )
        if not self.env.user.has_group(MANAGER):
            alike = alike.filtered(lambda document: document.sync_state != "skipped")
        return alike.action_retry()

    @api.model
    def _read_group_format_result(self, rows_dict, lazy_groupby):
        """Head the groups of the list with words too."""
        res = super()._read_group_format_result(rows_dict, lazy_groupby)
        self._head_with_causes(rows_dict, lazy_groupby)
        return res

    @api.model
    def _web_read_group_format(self, groupby, aggregates, groups):  # since Odoo 19
        rows = super()._web_read_group_format(groupby, aggregates, groups)
        self._head_with_causes(rows, groupby)
        return rows

    def _head_with_causes(self, rows, groupby):
        if "error_code" in groupby:
            for row in rows:
                row["error_code"] = self._get_cause(row["error_code"])

    @api.model
    def _get_cause(self, code):
        """Return the words of a cause, in the user's language."""
        return code and str(CAUSES.get(code, code))
