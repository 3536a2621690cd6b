from collections import defaultdict

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ....compat import REVERSALS, is_locked
from ..exporting.couriers import CreditMemos, Invoices
from ..exporting.couriers.billed import get_billed
from ..exporting.couriers.creditmemos import get_credited
from ..exporting.states import fill_orders, query_sources
from ..ordering.importing.rounding import is_rounding

PAID = ("in_payment", "paid")


class AccountMove(models.Model):
    """An invoice of Magento's orders, or a credit note, as it is in Magento."""

    _name = "account.move"
    _inherit = ["account.move", "integration.guard.mixin", "magento.exported.mixin"]
    _magento_couriers = (Invoices, CreditMemos)
    _magento_kinds_that_follow = ("order_comment",)

    magento_order_ids = fields.Many2many(
        "sale.order",
        "account_move_magento_order_rel",
        "move_id",
        "order_id",
        "Magento Orders",
        compute="_compute_magento_order_ids",
        store=True,
    )
    magento_difference = fields.Monetary(
        "Difference to Magento",
        compute="_compute_magento_difference",
        compute_sudo=True,
        search="_search_magento_difference",
        help="The total in Magento minus the one in Odoo.",
    )
    magento_is_creditmemo = fields.Boolean(
        "From a Magento Credit Memo",
        readonly=True,
        copy=False,
        help="What it credits is not invoiced again.",
    )

    def _auto_init(self):
        """Find the orders of the invoices that are there, all at once."""
        fill_orders(
            self,
            """
            SELECT DISTINCT move.id, sold.order_id
              FROM sale_order AS sale
              JOIN sale_order_line AS sold ON sold.order_id = sale.id
              JOIN sale_order_line_invoice_rel AS rel ON rel.order_line_id = sold.id
              JOIN account_move_line AS line ON line.id = rel.invoice_line_id
              JOIN account_move AS move ON move.id = line.move_id
             WHERE sale.magento_order_id IS NOT NULL
               AND line.display_type IN ('product', 'line_section', 'line_note')
               AND move.move_type IN ('out_invoice', 'out_refund')
            """,
        )
        return super()._auto_init()

    @api.depends(
        "move_type", "invoice_line_ids.sale_line_ids.order_id.magento_order_id"
    )
    def _compute_magento_order_ids(self):
        for move in self:
            orders = move.invoice_line_ids.sale_line_ids.order_id
            is_invoice = move.move_type in ("out_invoice", "out_refund")
            move.magento_order_ids = is_invoice and orders.filtered("magento_order_id")

    @api.depends("magento_document_ids")
    def _compute_magento_difference(self):
        for move in self:
            move.magento_difference = sum(
                move.magento_document_ids.mapped("difference")
            )

    @api.model
    def _search_magento_difference(self, comparison, value):
        documents = SQL(
            "SELECT id FROM magento_document WHERE kind IN %s AND difference != 0",
            self._magento_get_kinds(),
        )
        query = SQL(
            """
            SELECT source.source_id, ROUND(SUM(document.difference), 6)::float
              FROM (%s) AS source
              JOIN magento_document AS document ON document.id = source.document_id
             GROUP BY source.source_id
            """,
            query_sources(self, documents),
        )
        self.env.flush_all()
        self.env.cr.execute(query)
        found = dict(self.env.cr.fetchall())
        return self._magento_search_among(found, 0.0, comparison, value)

    # How it is exported

    @api.depends("payment_state", "magento_order_ids")
    def _compute_magento_export(self):
        return super()._compute_magento_export()

    def _magento_get_courier(self):
        self.ensure_one()
        return CreditMemos if self.move_type == "out_refund" else Invoices

    def _magento_get_orders(self):
        """Return the Magento orders that it bills, or gives money back for.

        A mere amount belongs to the order of the invoice that it reverses.
        """
        self.ensure_one()
        is_amount = (
            self.move_type == "out_refund" and not self.invoice_line_ids.sale_line_ids
        )
        if not is_amount:
            return self.magento_order_ids
        orders = self.reversed_entry_id.magento_order_ids
        return orders if len(orders) == 1 else orders[:0]

    @api.model
    def _magento_query_pairs(self):
        """Add mere amounts, which belong to the order of the invoice they reverse."""
        return SQL(
            """
            %s
             UNION ALL
            SELECT refund.id, MIN(pair.order_id)
              FROM account_move AS refund
              JOIN account_move_magento_order_rel AS pair
                ON pair.move_id = refund.reversed_entry_id
             WHERE refund.reversed_entry_id IS NOT NULL
               AND refund.move_type = 'out_refund'
               AND NOT EXISTS (
                    SELECT FROM account_move_line AS line
                      JOIN sale_order_line_invoice_rel AS rel
                        ON rel.invoice_line_id = line.id
                     WHERE line.move_id = refund.id
               )
             GROUP BY refund.id
            HAVING COUNT(*) = 1
            """,
            super()._magento_query_pairs(),
        )

    @api.model
    def _magento_get_kind_domain(self, kind):
        move_type = "out_refund" if kind == "creditmemo" else "out_invoice"
        return [("move_type", "=", move_type)]

    @api.model
    def _magento_is_wanted(self, kind, method):
        if kind == "order_comment":
            # Magento shows it as paid, which it was not yet
            return method.invoice_rule == "validate"
        return kind != "invoice" or bool(method.invoice_rule)

    def _magento_get_unwanted_text(self, method):
        return _("Invoices of the payment method %s are not exported.", method.name)

    @api.model
    def _magento_get_ready_conditions(self, kind):
        conditions = super()._magento_get_ready_conditions(kind)
        if kind == "order_comment":
            paid = [("state", "=", "posted"), ("payment_state", "in", PAID)]
            return [*conditions, (paid, _("The invoice is not paid."))]
        conditions.append(([("state", "=", "posted")], _("It is not posted.")))
        if kind == "creditmemo":
            conditions.append(
                ([("magento_is_creditmemo", "!=", True)], _("It came from Magento."))
            )
        return conditions

    @api.model
    def _magento_get_due_conditions(self, kind, method):
        conditions = super()._magento_get_due_conditions(kind, method)
        if kind != "invoice":
            return conditions
        conditions.append(
            (
                [("payment_state", "!=", "reversed")],
                _("It was reversed by a credit note."),
            )
        )
        if method.invoice_rule == "paid":
            conditions.append(
                (
                    [("payment_state", "in", PAID)],
                    _("It is not paid, as the payment method %s demands.", method.name),
                )
            )
        return conditions

    @api.model
    def _magento_get_recent_domain(self, kind, connection):
        domain = super()._magento_get_recent_domain(kind, connection)
        since = connection.export_invoices_from
        if kind == "creditmemo":
            since = connection.export_credit_memos_from
        return domain + [("invoice_date", ">=", since)]

    # What Magento is told

    def _magento_get_quantities(self, order):
        if self.move_type == "out_refund":
            return get_credited(self, order)
        return get_billed(self, order)

    def _magento_prepare_body(self, document, items):
        """Return the body; of an invoice Magento computes all amounts itself."""
        if document.kind == "order_comment":
            return {"statusHistory": self._magento_prepare_history(document)}
        body = super()._magento_prepare_body(document, items)
        if document.kind == "invoice":
            body["capture"] = False
        else:
            body["arguments"] = self._magento_prepare_refund(document, items)
        return body

    def _magento_prepare_items(self, document, items):
        """Name an item of quantity 0 for an amount alone, as no items mean all.

        :raise Unsendable: the order has no item that could be named
        """
        if document.kind == "creditmemo" and not items:
            items = [document.sale_order_id._magento_get_item_for_amount()]
        return super()._magento_prepare_items(document, items)

    def _magento_prepare_refund(self, document, items):
        """Return what of a credit memo Magento does not compute of its items."""
        courier = document.env.context["magento_courier"]
        shipping, adjustment = courier.get_amounts(document, items)
        return {
            # Left out, Magento would give all remaining shipping back
            "shipping_amount": shipping,
            "adjustment_positive": max(adjustment, 0.0),
            "adjustment_negative": max(-adjustment, 0.0),
        }

    def _magento_prepare_history(self, document):
        """Return the comment on an order whose invoice was paid, and its new status."""
        connection = document.connection_id
        history = {
            "comment": self._magento_prepare_comment(document),
            "parent_id": int(document.sale_order_id.magento_order_id),
            "is_customer_notified": 0,
            "is_visible_on_front": 0,
        }
        if connection.paid_status:
            history["status"] = connection.paid_status
        return history

    def _magento_get_comment_text(self, document):
        if document.kind == "order_comment":
            return _("Invoice %s was paid.", self.name)
        return super()._magento_get_comment_text(document)

    def _magento_is_announced(self, document):
        connection = document.connection_id
        return {
            "invoice": connection.notify_invoice,
            "creditmemo": connection.notify_credit_memo,
        }.get(document.kind, False)

    def _magento_get_remedy(self, document, error):
        if document.kind != "creditmemo" or error.status != 400:
            return super()._magento_get_remedy(document, error)
        invoice = self.reversed_entry_id
        if (
            invoice.payment_state == "reversed"
            and invoice.magento_export_state != "done"
        ):
            return _(
                "%s was reversed before it was exported, and is not exported any more,"
                " so there may be nothing to refund in Magento. Resolution: leave this"
                " document out.",
                invoice.name,
            )
        if any(
            document.sale_order_id._magento_get_shipping().mapped("magento_discount")
        ):
            return _(
                "Resolution: where Magento says that less is left to refund, it gave"
                " back more with an earlier credit memo, as it does where the shipping"
                " has a discount. Refund the order %s in Magento with the difference as"
                " Adjustment Fee, and leave this document out.",
                document.sale_order_id.name,
            )
        return _(
            "Resolution: Magento refunds only what it has as invoiced and paid, and not"
            " refunded yet. Export the invoice of %s first, then reset the attempts;"
            " look in Magento what is left on the order.",
            document.sale_order_id.name,
        )

    def _magento_get_responsible(self, document):
        own = self.invoice_user_id if document.kind != "order_comment" else None
        return own or super()._magento_get_responsible(document)

    def _magento_why_not_sent(self, document):
        """Say of what waited for its rule whether that holds now."""
        if document.sync_state == "waiting" and document.kind == "invoice":
            return self._magento_why_not_due(document.sale_order_id)
        return super()._magento_why_not_sent(document)

    # What is credited for good

    def _magento_filter_credited_for_good(self):
        """Return the credit notes after which nothing is invoiced again.

        They came from Magento, go there, or take an invoice back that Magento has:
        there an item is invoiced once.
        """
        notes = self.filtered(
            lambda move: move.move_type == "out_refund" and move.state != "cancel"
        )
        own = notes.filtered(lambda move: not move.magento_is_creditmemo)
        if not own:
            return notes
        documents = (
            self.env["magento.document"]
            .sudo()
            .search(
                [
                    ("sale_order_id", "in", own.magento_order_ids.ids),
                    ("kind", "in", ("invoice", "creditmemo")),
                    ("sync_state", "in", ("pending", "sending", "unknown", "done")),
                ]
            )
        )
        in_magento = documents.filtered(
            lambda each: each.kind == "creditmemo" or each.sync_state != "pending"
        )._get_moves()

        def is_for_good(note):
            billed = note.reversed_entry_id or in_magento.filtered(
                lambda move: move.magento_order_ids & note.magento_order_ids
            )
            return bool((note | billed) & in_magento)

        return (notes - own) | own.filtered(is_for_good)

    # What happens to an invoice meanwhile

    def button_draft(self):
        exported = self._magento_take_documents_back()
        res = super().button_draft()
        exported._magento_warn_of_export()
        return res

    def button_cancel(self):
        exported = self._magento_take_documents_back()
        res = super().button_cancel()
        exported._magento_warn_of_export()
        return res

    def unlink(self):
        """Delete with an invoice what waits to be exported of it."""
        documents = self.sudo()._magento_find_documents()
        unsent = documents.filtered(
            lambda document: (
                document.sync_state in ("waiting", "pending", "skipped")
                and document.move_id in self
            )
        )
        res = super().unlink()
        unsent.unlink()
        return res

    def _magento_take_documents_back(self):
        """Take documents back that are not sent yet.

        :return: the invoices that Magento has already
        :raise UserError: one is on its way
        """
        self.sudo()._magento_hold()
        documents = (
            self.sudo()
            ._magento_find_documents()
            .filtered(lambda document: document.kind in self._magento_get_kinds())
        )
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

    def _magento_hold(self):
        """Let no run make a document of these invoices until this is committed.

        One that was made meanwhile cannot be seen here, and would be sent, or was. It
        conflicts with the row that is inserted for a moment, and Odoo begins again.
        """
        held = self.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and move.magento_order_ids
            )
        )
        if not held:
            return
        documents = self.env["magento.document"]
        unseen = documents._find_unseen_keys("invoice", "move_id", self.ids)
        parts = [
            SQL(
                "(%s, %s, %s, %s)",
                unseen.get(move.id, f"held {order.id} {move.id}"),
                order.magento_connection_id.id,
                order.id,
                move.id,
            )
            for move in held
            for order in move.magento_order_ids
        ]
        query = SQL(
            """
            INSERT INTO magento_document (
                kind, direction, sync_state, key, connection_id, sale_order_id, move_id
            )
            SELECT 'invoice', 'push', 'waiting', part.*
              FROM (VALUES %s) AS part
                ON CONFLICT DO NOTHING
         RETURNING id
            """,
            SQL(", ").join(parts),
        )
        self.env.cr.execute(query, log_exceptions=False)
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.env.cr.execute(SQL("DELETE FROM magento_document WHERE id = ANY(%s)", ids))

    def _magento_warn_of_export(self):
        """Warn that changing an invoice here changes nothing in Magento."""
        for move in self:
            text = _(
                "Magento has this invoice already as %s: changing it here changes"
                " nothing there.",
                move.sudo().magento_number,
            )
            move._message_log(body=text)
            self.env["bus.bus"]._sendone(
                self.env.user.partner_id,
                "simple_notification",
                {"title": move.name, "message": text, "warning": True},
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Give the entry of a payment that the shop received its customer at once."""
        if self._magento_is_entering():
            for vals in vals_list:
                for _create, _id, line in vals.get("line_ids", [])[:1]:
                    vals |= {name: line[name] for name in ("partner_id", "currency_id")}
        return super().create(vals_list)

    def write(self, vals):
        """Write nothing again on the entry of a payment that the shop received."""
        if self._magento_is_entering() and len(self) == 1:
            vals = {
                name: value
                for name, value in vals.items()
                if self._field_will_change(self, vals, name)
            }
        return super().write(vals)

    @api.model
    def _magento_is_entering(self):
        """Say whether many payments of the shop are being entered."""
        return self.env.su and self.env.context.get("magento_entering")

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Let no customer follow the entry of a payment that the shop received."""
        if self.env.su and self.env.context.get("magento_registering"):
            return True
        return super().message_subscribe(partner_ids, subtype_ids)

    def _magento_note_paid(self):
        """Note on the orders of these invoices that they are paid, all at once."""
        text = _("Invoice %s paid")
        bodies = {
            order.id: text % move.name
            for move in self
            if move.payment_state in PAID
            for order in move.magento_order_ids
        }
        self.env["sale.order"].browse(bodies)._message_log_batch(bodies=bodies)

    def _compute_payment_count(self):  # since Odoo 18
        """Count for whoever may read invoices, and payments not."""
        return super(AccountMove, self.sudo())._compute_payment_count()

    def _magento_why_locked(self):
        """Return why an invoice may not be posted with its date, "" if it may."""
        self.ensure_one()
        date, has_tax = self.invoice_date, bool(self.line_ids.tax_ids)
        if not is_locked(self.company_id, date, has_tax, self.journal_id):
            return ""
        return _(
            "%(invoice)s stays a draft: its date %(date)s lies in a locked period."
            " Resolution: post it with another date, or move the lock date.",
            invoice=self.display_name,
            date=date,
        )

    def _magento_get_owed(self):
        """Return the lines that say what the customer owes of these invoices."""
        return self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )

    # What the shop made becomes an invoice or a credit note

    @api.model
    def _magento_prepare_invoice_vals(self, note):
        """Return the values of an invoice that the shop made, without its lines.

        :param note: the `Note`
        """
        return {
            **note.sale._prepare_invoice(),
            "invoice_date": note.sale._magento_get_date(note.memo.created_at),
        }

    @api.model
    def _magento_prepare_refund_vals(self, connection, note):
        """Return the values of a draft credit note, without its lines.

        :param connection: the `magento.connection`
        :param note: the `Note`; its invoice is an empty record if it credits none
        """
        sale, invoice, memo = note.sale, note.invoice, note.memo
        values = {
            "move_type": "out_refund",
            "company_id": connection.company_id.id,
            "partner_id": (invoice.partner_id or sale.partner_invoice_id).id,
            "partner_shipping_id": (
                invoice.partner_shipping_id or sale.partner_shipping_id
            ).id,
            "currency_id": sale.currency_id.id,
            "fiscal_position_id": (
                invoice.fiscal_position_id if invoice else sale.fiscal_position_id
            ).id,
            "invoice_date": sale._magento_get_date(memo.created_at),
            "invoice_origin": sale.name,
            "invoice_user_id": (invoice.invoice_user_id or sale.user_id).id,
            "team_id": (invoice.team_id or sale.team_id).id,
            "invoice_payment_term_id": False,
            "reversed_entry_id": invoice.id,
            "ref": _(
                "Magento credit memo %(number)s of order %(order)s",
                number=memo.increment_id or memo.magento_id,
                order=sale.magento_increment_id,
            ),
            "magento_is_creditmemo": True,
        }
        if invoice:
            values["journal_id"] = invoice.journal_id.id
        return values

    # Taxes with the amounts that Magento computed

    def _take_magento_amounts(self):
        """Give draft invoices and credit notes of orders Magento's amounts.

        A part of an order has its share; the last part has what is left, as in Magento.
        Where Odoo's own amount differs by more than rounding, somebody changed the
        invoice, and Odoo's amount stays.
        """
        for move in self.filtered(lambda move: move.state == "draft"):
            for line in move.invoice_line_ids:
                line._take_magento_row()
            for tax, amount in move._get_magento_taxes().items():
                move._set_tax(tax, amount)
            move._magento_take_last_cents()

    def _magento_take_last_cents(self):
        """Let the invoice that completes an order have the cents that are left of it.

        Odoo and Magento round parts each in its own way, whoever made the others.
        """
        self.ensure_one()
        order = self.magento_order_ids
        if len(order) != 1 or self.move_type != "out_invoice":
            return
        moves = order._magento_get_invoices()
        is_last = self.id == max(moves.ids, default=0)
        if (
            len(moves) < 2
            or not is_last
            or not order._magento_is_wholly_invoiced(moves)
        ):
            return
        left = order.amount_total - sum(moves.mapped("amount_total"))
        taxes = self.line_ids.tax_line_id
        if not taxes or self.currency_id.is_zero(left):
            return
        if is_rounding(left, self.currency_id):
            largest = max(taxes, key=lambda tax: abs(self._get_tax(tax)))
            self._set_tax(largest, self._get_tax(largest) + left)

    def _post(self, soft=True):
        """Share the cents of parts when nobody edits their quantities any more."""
        self._take_reversed_amounts()
        edited = self.filtered(
            lambda move: (
                move.state == "draft"
                and move.move_type == "out_invoice"
                and any(move.invoice_line_ids.sale_line_ids.mapped("magento_role"))
            )
        )
        if edited and not self.env.context.get("magento_importing"):
            (edited - edited._find_made_in_magento()).filtered(
                lambda move: move._has_computed_taxes()
            )._take_magento_amounts()
        return super()._post(soft)

    def _find_made_in_magento(self):
        """Return the invoices that came from Magento, with its amounts."""
        documents_sudo = self.env["magento.document"].sudo()
        return documents_sudo.search(
            [
                ("kind", "=", "invoice"),
                ("direction", "=", "pull"),
                ("move_id", "in", self.ids),
            ]
        ).move_id.with_env(self.env)

    def _has_computed_taxes(self):
        """Say whether all taxes are Odoo's own, as after every edit of a line."""
        own = {}
        for line in self.invoice_line_ids:
            for tax, amount in line._get_odoo_taxes().items():
                own[tax] = own.get(tax, 0.0) + amount
        taxes = self.line_ids.tax_line_id
        return all(
            self.currency_id.is_zero(own.get(tax, 0.0) - self._get_tax(tax))
            for tax in taxes
        )

    def _get_magento_taxes(self):
        """Return {account.tax: amount} of the taxes that lines of Magento bear."""
        amounts, of_magento = {}, self.env["account.tax"]
        for line in self.invoice_line_ids.filtered("tax_ids"):
            shares = line._get_magento_taxes()
            if shares:
                of_magento |= line.tax_ids
            else:
                shares = line._get_odoo_taxes()
            for tax, amount in shares.items():
                amounts[tax] = amounts.get(tax, 0.0) + amount
        return {tax: amounts[tax] for tax in of_magento}

    def _get_tax(self, tax):
        """Return what the lines of a tax come to, as the customer reads it."""
        lines = self.line_ids.filtered(lambda line: line.tax_line_id == tax)
        return self.direction_sign * sum(lines.mapped("amount_currency"))

    def _set_tax(self, tax, amount):
        """Let the lines of a tax come to an amount.

        :param float amount: in the invoice's currency, as the customer reads it
        """
        lines = self.line_ids.filtered(lambda line: line.tax_line_id == tax)
        if len(lines.tax_repartition_line_id) != 1:
            return  # it has no line, or parts that cancel each other out
        wanted = self.direction_sign * self.currency_id.round(amount)
        difference = wanted - sum(lines.mapped("amount_currency"))
        if not self.currency_id.is_zero(difference):
            lines[0].amount_currency += difference

    # Credit notes that come to what was invoiced, to the cent

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Credit the taxes that were invoiced."""
        moves = super()._reverse_moves(default_values_list, cancel)
        moves._take_reversed_amounts()
        return moves

    def _take_reversed_amounts(self):
        """Give draft credit notes their shares of the invoices that they reverse.

        Those of Magento's credit memos have Magento's amounts.
        """
        for move in self.filtered(
            lambda move: (
                move.state == "draft"
                and move.move_type == "out_refund"
                and not move.magento_is_creditmemo
            )
        ):
            billed = move.reversed_entry_id.invoice_line_ids
            if any(billed.sale_line_ids.mapped("magento_role")):
                move._take_shares(*move._get_reversed_shares())

    def _get_reversed_shares(self):
        """Return what of the invoice this credit note takes back.

        :return: ({line of this one: line of the invoice}, {line of the invoice: share
            that earlier credit notes take back}, the same with this one)
        """
        invoice, pairs = self.reversed_entry_id, {}
        before, after = defaultdict(float), defaultdict(float)
        by_sold = defaultdict(self.env["account.move.line"].browse)
        for billed in invoice.invoice_line_ids:
            by_sold[billed.sale_line_ids] |= billed
        notes = invoice[REVERSALS].filtered(lambda note: note.state != "cancel")
        for line in notes.invoice_line_ids.filtered("sale_line_ids"):
            billed = by_sold[line.sale_line_ids]
            if line.move_id.id > self.id or not line._takes_back(billed):
                continue
            share = line.quantity / billed.quantity
            after[billed] += share
            if line.move_id == self:
                pairs[line] = billed
            else:
                before[billed] += share
        return pairs, before, after

    def _take_shares(self, pairs, before, after):
        """Take what earlier credit notes leave; see `_get_reversed_shares`."""
        rounded = self.currency_id.round
        for line, billed in pairs.items():
            whole = billed._get_row()
            line._take_row(
                rounded(whole * after[billed]) - rounded(whole * before[billed])
            )
        invoice = self.reversed_entry_id
        wholes, earlier, later, others = (defaultdict(float) for _number in range(4))
        for billed in invoice.invoice_line_ids:
            amounts = billed._get_magento_taxes() or billed._get_odoo_taxes()
            for tax, amount in amounts.items():
                wholes[tax] += amount
                earlier[tax] += amount * before[billed]
                later[tax] += amount * after[billed]
        for line in self.invoice_line_ids.filtered(lambda line: line not in pairs):
            for tax, amount in line._get_odoo_taxes().items():
                others[tax] += amount
        for tax, whole in wholes.items():
            factor = invoice._get_tax(tax) / whole if whole else 0.0
            share = rounded(later[tax] * factor) - rounded(earlier[tax] * factor)
            self._set_tax(tax, share + others[tax])
