from collections import defaultdict

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .exporting.invoices import PAID

# Of several documents, the one that needs somebody most stands for the invoice
BY_URGENCY = ("skipped", "unknown", "sending", "pending", "waiting", "done")


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
        for move in self:
            own = documents.filtered(lambda doc, m=move: m in doc._get_moves())
            move.magento_document_ids = own
            move.magento_log_line_count = sum(counts[document.id] for document in own)

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
            states = set(documents.mapped("sync_state"))
            state = next((each for each in BY_URGENCY if each in states), None)
            reasons = move._get_magento_reasons(documents)
            undone = documents.filtered(lambda doc: doc.sync_state != "done")
            move.magento_export_state = state or move._get_state_without_document()
            move.magento_export_reason = "\n".join(reasons) or False
            move.magento_can_export = bool(
                move.magento_order_ids
                and not reasons
                and move.magento_export_state in ("not_due", "waiting", "pending")
            )
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

    def _get_state_without_document(self):
        if not self.magento_order_ids or self.move_type != "out_invoice":
            return "none"
        is_due = any(
            order._magento_invoice_is_due(self) for order in self.magento_order_ids
        )
        is_new = any(
            order.magento_connection_id._exports_invoices_of(self.invoice_date)
            for order in self.magento_order_ids
        )
        return "pending" if is_due and is_new else "not_due"

    def _get_magento_reasons(self, documents):
        """Return why an invoice cannot be exported now, one text for each reason."""
        self.ensure_one()
        if self.move_type != "out_invoice":
            return []
        if not self.magento_order_ids:
            return [_("It bills no order of Magento, and is never exported.")]
        if self.state != "posted":
            return [_("It is not posted.")]
        undone = documents.filtered(lambda doc: doc.sync_state != "done")
        if documents and not undone:
            return [_("It is in Magento already.")]
        reasons = [self._get_magento_state_text(document) for document in undone]
        if not documents:
            due = [o._magento_invoice_is_due(self) for o in self.magento_order_ids]
            if not any(due):
                reasons += [
                    order._magento_why_not_due(self) for order in self.magento_order_ids
                ]
        return list(filter(None, reasons))

    @staticmethod
    def _get_magento_state_text(document):
        """Return why a document is not sent at the press of a button, None if it is."""
        texts = {
            "sending": _("It is being sent to Magento right now."),
            "unknown": _(
                "It was sent to Magento without a proper answer, and is looked for"
                " there before it is sent again."
            ),
            "skipped": document.waiting_reason
            or _(
                "It was skipped. Resolution: mend the cause, then reset its attempts."
            ),
            "waiting": document.waiting_reason,
        }
        return texts.get(document.sync_state)

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

    def _search_magento_export_state(self, operator, value):
        values = value if isinstance(value, list | tuple | set) else [value]
        wanted = set(values) if operator in ("=", "in") else None
        if wanted is None:
            every = dict(self._fields["magento_export_state"].selection)
            wanted = set(every) - set(values)
        ids = set()
        for move_id, state in self._read_export_states():
            if state in wanted:
                ids.add(move_id)
        domain = [("id", "in", list(ids))]
        if "none" in wanted:
            return ["|", ("magento_order_ids", "=", False), *domain]
        return domain

    def _read_export_states(self):
        """Return (invoice id, export state) of all invoices of Magento's orders."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT move.id,
                       array_agg(DISTINCT document.sync_state)
                           FILTER (WHERE document.id IS NOT NULL),
                       bool_or(
                           move.state = 'posted'
                           AND move.payment_state != 'reversed'
                           AND move.invoice_date >= connection.export_invoices_from
                           AND (
                               method.invoice_rule = 'validate'
                               OR (
                                   method.invoice_rule = 'paid'
                                   AND move.payment_state IN %(paid)s
                               )
                           )
                       )
                  FROM sale_order AS sale
                  JOIN magento_connection AS connection
                    ON connection.id = sale.magento_connection_id
                  JOIN magento_payment_method AS method
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
                   AND move.company_id = ANY(%(companies)s)
                 GROUP BY move.id
                """,
                paid=PAID,
                companies=self.env.companies.ids,
            )
        )
        for move_id, states, is_due in self.env.cr.fetchall():
            state = next((each for each in BY_URGENCY if each in (states or ())), None)
            yield move_id, state or ("pending" if is_due else "not_due")

    def _search_magento_invoice_number(self, operator, value):
        return self._search_by_document(
            ["|", ("increment_id", operator, value), ("magento_id", operator, value)]
        )

    def _search_magento_difference(self, operator, value):
        return self._search_by_document([("difference", operator, value)])

    def _search_magento_has_error(self, operator, value):
        domain = self._search_by_document(
            [("sync_state", "!=", "done"), ("last_error", "!=", False)]
        )
        return domain if (operator == "=") == bool(value) else ["!", *domain]

    def _search_by_document(self, domain):
        documents = self.env["magento.document"].search(
            [("kind", "=", "invoice"), *domain]
        )
        return [("id", "in", documents._get_moves().ids)]

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
        for connection in moves.magento_order_ids.magento_connection_id:
            connection._run_operation("export_invoices", moves=moves)
        moves.invalidate_recordset()
        return moves._notify_exported()

    def _notify_exported(self):
        done = self.filtered(lambda move: move.magento_export_state == "done")
        left = self - done
        if left:
            message = left[0].magento_last_error or left[0].magento_export_reason
            message = message or _("It will be tried again by itself.")
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
        documents._update_state(
            ("pending",), "waiting", waiting_reason=_("The invoice is not posted.")
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
