import operator
from collections import defaultdict

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .exporting.invoices import PAID

# Of several documents, the one that needs somebody most stands for the invoice
BY_URGENCY = (
    "skipped",
    "unknown",
    "sending",
    "pending",
    "waiting",
    "not_due",
    "done",
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
NEGATIVE = {"!=": "=", "not in": "in", "not ilike": "ilike", "not like": "like"}


class AccountMove(models.Model):
    """How far the invoice of a Magento order has got in Magento.

    All of it is computed from the documents: an export never writes an invoice, which
    somebody may be working on.
    """

    _inherit = "account.move"

    magento_order_ids = fields.Many2many(
        "sale.order",
        string="Magento Orders",
        compute="_compute_magento_order_ids",
        compute_sudo=True,
        search="_search_magento_order_ids",
    )
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
    magento_invoice_number = fields.Char(
        "Magento Invoice",
        compute="_compute_magento_export",
        compute_sudo=True,
        search="_search_magento_invoice_number",
    )
    magento_difference = fields.Monetary(
        "Difference to Magento",
        compute="_compute_magento_export",
        compute_sudo=True,
        search="_search_magento_difference",
        help="The total in Magento minus the one in Odoo.",
    )

    # Orders and documents

    @api.depends("invoice_line_ids.sale_line_ids.order_id.magento_order_id")
    def _compute_magento_order_ids(self):
        for move in self:
            orders = move.invoice_line_ids.sale_line_ids.order_id
            is_invoice = move.move_type in ("out_invoice", "out_refund")
            move.magento_order_ids = is_invoice and orders.filtered("magento_order_id")

    def _search_magento_order_ids(self, operator, value):
        if operator in ("=", "!=") and not value:
            domain = [("magento_order_id", "!=", False)]
            found = [("line_ids.sale_line_ids.order_id", "any", domain)]
            return ["!", *found] if operator == "=" else found
        return [("line_ids.sale_line_ids.order_id", operator, value)]

    @api.depends("state")
    def _compute_magento_document_ids(self):
        documents = self._get_magento_documents()
        counts = defaultdict(int)
        groups = self.env["integration.process.log.line"]._read_group(
            [
                ("res_model", "=", "magento.document"),
                ("res_id", "in", documents.ids),
            ],
            ["res_id"],
            ["__count"],
        )
        counts.update(groups)
        own = defaultdict(documents.browse)
        for document in documents:
            for move in document._get_moves():
                own[move.id] |= document
        for move in self:
            found = own[move._origin.id]
            move.magento_document_ids = found
            move.magento_log_line_count = sum(counts[doc.id] for doc in found)

    def _get_magento_documents(self):
        return self.env["magento.document"].search(
            [
                ("kind", "=", "invoice"),
                "|",
                ("move_id", "in", self.ids),
                ("line_ids.move_id", "in", self.ids),
            ]
        )

    # State

    @api.depends("state", "payment_state", "magento_order_ids", "magento_document_ids")
    def _compute_magento_export(self):
        for move in self:
            documents = move.magento_document_ids
            undone = documents.filtered(lambda doc: doc.sync_state != "done")
            is_ready, reasons = move._look_at_magento_export(documents)
            move.magento_export_state = move._get_magento_export_state(documents)
            move.magento_can_export = is_ready
            move.magento_export_reason = not is_ready and "\n".join(reasons)
            move.magento_export_attempts = move._get_attempts_text(documents)
            move.magento_last_error = (
                "\n".join(filter(None, undone.mapped("last_error"))) or False
            )
            move.magento_has_error = bool(move.magento_last_error)
            numbers = documents.filtered("magento_id").mapped(
                lambda doc: doc.increment_id or doc.magento_id
            )
            move.magento_invoice_number = ", ".join(numbers)
            move.magento_difference = sum(documents.mapped("difference"))

    def _get_magento_export_state(self, documents):
        """Return the state of the part that needs somebody most."""
        if not self.magento_order_ids or self.move_type != "out_invoice":
            return "none"
        states = set(documents.mapped("sync_state"))
        for order in self.magento_order_ids - documents.sale_order_id:
            connection = order.magento_connection_id
            is_new = connection._exports_invoices_of(self.invoice_date)
            if order._magento_invoice_is_due(self) and is_new:
                states.add("pending")
            elif order.magento_payment_method_id.invoice_rule or not documents:
                states.add("not_due")
        return next(each for each in BY_URGENCY if each in states)

    def _look_at_magento_export(self, documents):
        """Return whether an invoice can be exported now, and what keeps parts of it.

        It has a part for each order that it bills.

        :return: (whether there is a part to send, texts)
        """
        self.ensure_one()
        if self.move_type != "out_invoice":
            return False, [_("It is no customer invoice.")]
        orders = self.magento_order_ids
        if not orders:
            return False, [_("It bills no order of Magento, and is never exported.")]
        if self.state != "posted":
            return False, [_("It is not posted.")]
        parts = [
            self._get_magento_state_text(document)
            for document in documents
            if document.sync_state != "done"
        ]
        parts += [
            order._magento_why_not_due(self)
            for order in orders - documents.sale_order_id
            if order.magento_payment_method_id.invoice_rule or not documents
        ]
        archived = orders.magento_connection_id.filtered(lambda each: not each.active)
        if parts and archived:
            return False, [_("The connection %s is archived.", archived[0].name)]
        if not parts:
            return False, [_("It is in Magento already.")]
        return "" in parts, list(dict.fromkeys(filter(None, parts)))

    def _get_magento_state_text(self, document):
        """Return why a document is not sent at the press of a button, "" if it is."""
        texts = {
            "sending": _("It is being sent to Magento right now."),
            "unknown": _(
                "It was sent to Magento without a proper answer, and is looked for"
                " there before it is sent again."
            ),
            "skipped": _(
                "It was skipped. Resolution: mend the cause, then reset its attempts."
            ),
            "waiting": document.sale_order_id._magento_why_not_due(self),
        }
        return texts.get(document.sync_state, "")

    def _get_attempts_text(self, documents):
        if not documents:
            return False
        worst = documents.sorted(lambda doc: -doc.attempt_count)[0]
        return _(
            "%(count)s of %(allowed)s",
            count=worst.attempt_count,
            allowed=worst.connection_id.attempts_allowed,
        )

    # Searching

    def _search_magento_export_state(self, comparison, value):
        states = {move_id: state for move_id, state in self._read_export_states()}
        return self._search_among(states, "none", comparison, value)

    @staticmethod
    def _search_among(values, default, comparison, wanted):
        """Return a domain of the invoices whose value is what is looked for.

        :param values: {invoice id: value} of those that may have another than `default`
        """
        matches = COMPARE[comparison]
        if matches(default, wanted):
            ids = [id_ for id_, found in values.items() if not matches(found, wanted)]
            return [("id", "not in", ids)]
        ids = [id_ for id_, found in values.items() if matches(found, wanted)]
        return [("id", "in", ids)]

    def _read_export_states(self):
        """Yield (invoice id, export state) of all invoices of Magento's orders."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT move.id,
                       method.invoice_rule IS NOT NULL,
                       move.state = 'posted'
                       AND move.payment_state != 'reversed'
                       AND move.invoice_date >= connection.export_invoices_from
                       AND (
                           method.invoice_rule = 'validate'
                           OR (
                               method.invoice_rule = 'paid'
                               AND move.payment_state IN %(paid)s
                           )
                       ),
                       array_agg(DISTINCT document.sync_state)
                           FILTER (WHERE document.id IS NOT NULL)
                  FROM sale_order AS sale
                  JOIN magento_connection AS connection
                    ON connection.id = sale.magento_connection_id
                  LEFT JOIN magento_payment_method AS method
                    ON method.id = sale.magento_payment_method_id
                  JOIN sale_order_line AS sold ON sold.order_id = sale.id
                  JOIN sale_order_line_invoice_rel AS rel
                    ON rel.order_line_id = sold.id
                  JOIN account_move_line AS line ON line.id = rel.invoice_line_id
                  JOIN account_move AS move ON move.id = line.move_id
                  LEFT JOIN magento_document AS document
                    ON document.kind = 'invoice'
                   AND document.sale_order_id = sale.id
                   AND (
                        document.move_id = move.id
                        OR EXISTS (
                            SELECT FROM magento_document_line AS covered
                             WHERE covered.document_id = document.id
                               AND covered.move_id = move.id
                        )
                   )
                 WHERE move.move_type = 'out_invoice'
                   AND sale.magento_order_id IS NOT NULL
                 GROUP BY move.id, sale.id, method.id, connection.id
                """,
                paid=PAID,
            )
        )
        parts = defaultdict(list)
        for move_id, *part in self.env.cr.fetchall():
            parts[move_id].append(part)
        for move_id, of_orders in parts.items():
            states = {state for *_rule, found in of_orders for state in found or ()}
            has_document = bool(states)
            for has_rule, is_due, found in of_orders:
                if not found and is_due:
                    states.add("pending")
                elif not found and (has_rule or not has_document):
                    states.add("not_due")
            yield move_id, next(each for each in BY_URGENCY if each in states)

    def _search_magento_invoice_number(self, comparison, value):
        if comparison in NEGATIVE:
            found = self._search_magento_invoice_number(NEGATIVE[comparison], value)
            return ["!", *found]
        if comparison == "=" and not value:
            return ["!", *self._search_by_document([("magento_id", "!=", False)])]
        return self._search_by_document(
            [
                "|",
                ("increment_id", comparison, value),
                "&",
                ("increment_id", "=", False),
                ("magento_id", comparison, value),
            ]
        )

    def _search_magento_difference(self, comparison, value):
        documents = self.env["magento.document"].sudo()
        found = documents.search([("kind", "=", "invoice"), ("difference", "!=", 0)])
        differences = defaultdict(float)
        for document in found:
            for move in document._get_moves():
                differences[move.id] += document.difference
        rounded = {id_: round(amount, 6) for id_, amount in differences.items()}
        return self._search_among(rounded, 0.0, comparison, value)

    def _search_magento_has_error(self, comparison, value):
        has_error = self._search_by_document(
            [("sync_state", "!=", "done"), ("last_error", "!=", False)]
        )
        wanted = [each for each in (True, False) if COMPARE[comparison](each, value)]
        if len(wanted) == 2:
            return []
        if not wanted:
            return [("id", "in", [])]
        return has_error if wanted == [True] else ["!", *has_error]

    def _search_by_document(self, domain):
        documents = self.env["magento.document"].sudo()
        found = documents.search([("kind", "=", "invoice"), *domain])
        return [("id", "in", found._get_moves().ids)]

    # Buttons

    def action_magento_export(self):
        """Export these invoices now, those that may be.

        :return: a notification of how it went
        :raise UserError: none of them can be exported, and why
        """
        moves = self.filtered("magento_can_export")
        if not moves:
            reasons = {move.magento_export_reason for move in self} - {False}
            raise UserError(
                _("Nothing was exported.") + "\n" + "\n".join(sorted(reasons))
            )
        connections_sudo = moves.sudo().magento_order_ids.magento_connection_id
        connections = connections_sudo.with_env(self.env)
        for connection in connections:
            connection._run_operation("export_invoices", moves=moves)
        moves.invalidate_recordset()
        return moves._notify_exported(connections_sudo)

    def _notify_exported(self, connections_sudo):
        done = self.filtered(lambda move: move.magento_export_state == "done")
        left = self - done
        if left:
            message = left._get_magento_obstacle(connections_sudo)
        elif len(done) == 1:
            message = _("Magento has it as invoice %s.", done.magento_invoice_number)
        else:
            message = _("%s invoices are in Magento now.", len(done))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": _("Export Invoice In Magento"),
                "message": message,
                "type": "warning" if left else "success",
                "sticky": bool(left),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_magento_obstacle(self, connections_sudo):
        """Return what kept these invoices from being exported just now."""
        move = self[0]
        if text := move.magento_last_error or move.magento_export_reason:
            return text
        paused = connections_sudo.operation_ids.filtered(
            lambda each: each.code == "export_invoices" and each.paused_until
        )
        if paused:
            return paused[0].pause_reason
        documents = move.sudo().magento_document_ids
        earlier = (
            self.env["magento.document"]
            .sudo()
            .search(
                [
                    ("direction", "=", "push"),
                    ("sale_order_id", "in", documents.sale_order_id.ids),
                    ("sync_state", "in", ("pending", "sending", "unknown")),
                    ("id", "not in", documents.ids),
                ],
                limit=1,
            )
        )
        if earlier:
            return _(
                "%s of the same order goes first. It will be tried again by itself.",
                earlier._get_source().display_name,
            )
        return _("It will be tried again by itself.")

    def action_open_magento_documents(self):
        """Open the documents of this invoice."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.magento_document_action"
        )
        return {**action, "domain": [("id", "in", self.magento_document_ids.ids)]}

    def action_open_magento_log_lines(self):
        """Open what happened to the documents of this invoice."""
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

    # What happens to an invoice meanwhile

    def button_draft(self):
        told = self._mind_magento_documents()
        res = super().button_draft()
        told._tell_magento_has_it()
        return res

    def button_cancel(self):
        told = self._mind_magento_documents()
        res = super().button_cancel()
        told._tell_magento_has_it()
        return res

    def unlink(self):
        """Delete with an invoice what waits to be exported of it."""
        documents = self.sudo()._get_magento_documents()
        unsent = documents.filtered(
            lambda document: (
                document.sync_state in ("waiting", "pending", "skipped")
                and document.move_id in self
            )
        )
        res = super().unlink()
        unsent.unlink()
        return res

    def _mind_magento_documents(self):
        """Take documents back that are not sent yet.

        :return: the invoices that Magento has already
        :raise UserError: one is on its way
        """
        documents = self.sudo()._get_magento_documents()
        on_the_way = documents.filtered(
            lambda document: document.sync_state in ("sending", "unknown")
        )
        if on_the_way:
            raise UserError(
                _(
                    "%s is on its way to Magento, and nobody knows yet whether it has"
                    " arrived. Resolution: try again in a few minutes; see the tab"
                    " Magento Info.",
                    ", ".join(on_the_way.move_id.mapped("name")),
                )
            )
        # What was never sent may be another invoice when it is posted again
        unsent = documents.filtered(
            lambda document: (
                document.sync_state in ("pending", "waiting")
                or (
                    document.sync_state == "skipped"
                    and document.error_code
                    and not document.attempt_count
                )
            )
        )
        unsent.write(
            {
                "sync_state": "waiting",
                "waiting_reason": _("The invoice is not posted."),
                "error_code": False,
                "last_error": False,
            }
        )
        done = documents.filtered(lambda document: document.sync_state == "done")
        return done._get_moves() & self

    def _tell_magento_has_it(self):
        """Warn that changing an invoice here changes nothing in Magento."""
        for move in self:
            text = _(
                "Magento has this invoice already as %s: changing it here changes"
                " nothing there.",
                move.sudo().magento_invoice_number,
            )
            move._message_log(body=text)
            self.env["bus.bus"]._sendone(
                self.env.user.partner_id,
                "simple_notification",
                {"title": move.name, "message": text, "warning": True},
            )
