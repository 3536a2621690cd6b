from odoo import _, api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, format_datetime
from odoo.tools.misc import formatLang

from ....compat import (
    PAYMENT_OF_ENTRY,
    check_access,
    filter_readable,
    find_pending_payments,
)
from ..days import end_of
from .entry import DELIVERED, INVOICED, ORDERED, PAID, Entry, Story

# The notes by which Odoo itself keeps when something was done, and by whom
CONFIRMED = "sale.mt_order_confirmed"
POSTED = "account.mt_invoice_validated"
LARGEST_ID = 2**31 - 1


class IntegrationTimeline(models.AbstractModel):
    """All that happened to an order or an invoice, from all features, in one list.

    A form has it where there is a method `_get_story_of_<model>`. Each feature adds
    what it knows to `_find_entries`, and reads elevated there: an entry is shown to
    whoever may read its record, and to nobody else.
    """

    _name = "integration.timeline"
    _description = "Timeline"

    @api.model
    def read_timeline(self, model, record_id):
        """Return what happened to a record, the oldest first.

        :param str model: of the record
        :param int record_id: its id
        :return: [{"when", "what", "who", "note", "model", "id", "name"}]
        :raise AccessError: the user is no employee, or may not read the record
        :raise UserError: records of this model have no timeline
        """
        if not self.env.user._is_internal():
            raise AccessError(_("Timelines are for employees."))
        gather = f"_get_story_of_{model}".replace(".", "_")
        is_model = isinstance(model, str) and model in self.env
        if not is_model or not hasattr(self, gather):
            raise UserError(_("“%s” has no timeline.", model))
        # True is a number, too, and no id
        if type(record_id) is not int or not 0 < record_id <= LARGEST_ID:
            return []
        record = self.env[model].browse(record_id).exists()
        check_access(record, "read")
        if not record:
            return []
        story = getattr(self.sudo(), gather)(record.sudo())
        return self._describe(self._filter_readable(self.sudo()._find_entries(story)))

    @api.model
    def _get_story_of_sale_order(self, order):
        invoices = order.invoice_ids
        return Story(
            order, order, invoices | self._find_reversals(invoices), order.picking_ids
        )

    @api.model
    def _get_story_of_account_move(self, move):
        orders = move.line_ids.sale_line_ids.order_id
        invoices = move | move.reversed_entry_id | self._find_reversals(move)
        return Story(move, orders, invoices, orders.picking_ids)

    @api.model
    def _find_reversals(self, moves):
        return moves.search([("reversed_entry_id", "in", moves.ids)])

    # Entries

    @api.model
    def _find_entries(self, story):
        """Return what happened, in any order: a list of `Entry`.

        :param story: `Story`
        """
        return [
            *self._find_orders(story),
            *self._find_transfers(story),
            *self._find_invoices(story),
            *self._find_payments(story),
        ]

    @api.model
    def _find_orders(self, story):
        notes = self._find_notes(story.orders, CONFIRMED)
        for order in story.orders:
            yield Entry(
                order.create_date,
                ORDERED,
                _("Order entered"),
                order,
                who=order.create_uid.name,
            )
            if order.state in ("sale", "done"):
                # Where nobody noted it, an order of a shop has the shop's own date
                known = max(order.date_order, order.create_date)
                moment, who = notes.get(order.id, (known, ""))
                yield Entry(moment, ORDERED, _("Order confirmed"), order, who=who)
        for order, moment, who in self._find_cancelled(story.orders):
            yield Entry(moment, ORDERED, _("Order cancelled"), order, who=who)

    @api.model
    def _find_transfers(self, story):
        for picking in story.pickings.filtered("date_done"):
            is_return = picking.location_id.usage == "customer"
            yield Entry(
                picking.date_done,
                DELIVERED,
                _("Goods came back") if is_return else _("Goods left"),
                picking,
                who=picking.user_id.name,
            )

    @api.model
    def _find_invoices(self, story):
        posted = self._find_posted(story.invoices)
        for move in story.invoices:
            is_note = move.move_type == "out_refund"
            yield Entry(
                move.create_date,
                INVOICED,
                _("Credit note drafted") if is_note else _("Invoice drafted"),
                move,
                who=move.create_uid.name,
                note=self._format_amount(move.amount_total, move.currency_id),
            )
            if move.state == "posted":
                moment, who = posted.get(move.id, (None, ""))
                yield Entry(
                    moment or move.create_date,
                    INVOICED,
                    _("Credit note posted") if is_note else _("Invoice posted"),
                    move,
                    who=who,
                    day=None if moment else move.date,
                )
        for move, moment, who in self._find_cancelled(story.invoices):
            is_note = move.move_type == "out_refund"
            yield Entry(
                moment,
                INVOICED,
                _("Credit note cancelled") if is_note else _("Invoice cancelled"),
                move,
                who=who,
            )

    @api.model
    def _find_cancelled(self, records):
        """Return [(record, when, by whom)] of those that are cancelled.

        The last change of its state that Odoo tracked is that.
        """
        cancelled = records.filtered(lambda record: record.state == "cancel")
        changes = self.env["mail.tracking.value"].search(
            [
                ("field_id.name", "=", "state"),
                ("mail_message_id.model", "=", records._name),
                ("mail_message_id.res_id", "in", cancelled.ids),
            ],
            order="id",
        )
        notes = {note.res_id: note for note in changes.mail_message_id}
        return [
            (record, note.date, note.author_id.name)
            if (note := notes.get(record.id))
            else (record, record.write_date, "")
            for record in cancelled
        ]

    @api.model
    def _find_posted(self, invoices):
        """Return {invoice's id: (when it was posted, by whom)} where that is known."""
        return self._find_notes(invoices, POSTED)

    @api.model
    def _find_notes(self, records, subtype):
        """Return {id: (moment, who)} of Odoo's own notes of a kind, the last ones."""
        messages = self.env["mail.message"].search(
            [
                ("model", "=", records._name),
                ("res_id", "in", records.ids),
                ("subtype_id", "=", self.env.ref(subtype).id),
            ],
            order="id",
        )
        return {each.res_id: (each.date, each.author_id.name) for each in messages}

    @api.model
    def _find_payments(self, story):
        """Yield what pays invoices: payments, bank lines, credit notes and others."""
        lines = story.invoices.line_ids
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        for partial in partials.sorted("id"):
            debit, credit = partial.debit_move_id, partial.credit_move_id
            paid, payer = (debit, credit) if debit in lines else (credit, debit)
            side = "debit" if paid == debit else "credit"
            words, record = self._describe_payer(payer)
            yield Entry(
                self._end_of(partial.max_date),
                PAID,
                words,
                record,
                who=partial.create_uid.name,
                note=self._format_amount(
                    partial[f"{side}_amount_currency"], paid.currency_id
                ),
                day=partial.max_date,
            )
        for payment in find_pending_payments(story.invoices):
            yield Entry(
                self._end_of(payment.date),
                PAID,
                _("Payment"),
                payment,
                who=payment.create_uid.name,
                note=self._format_amount(payment.amount, payment.currency_id),
                day=payment.date,
            )

    @api.model
    def _describe_payer(self, line):
        """Return what pays something, in words, and its document.

        :param line: `account.move.line` that it is reconciled with
        """
        move = line.move_id
        if payment := move[PAYMENT_OF_ENTRY]:
            return _("Payment"), payment
        if move.statement_line_id:
            return _("Paid by the bank"), move.statement_line_id
        if move.move_type == "out_refund":
            return _("Credit note set off"), move
        if move.move_type == "out_invoice":
            return _("Set off against an invoice"), move
        return _("Reconciled with an entry"), move

    # Telling

    @api.model
    def _filter_readable(self, entries):
        """Return the entries of what the user may read, the oldest first."""
        ids = {}
        for entry in entries:
            ids.setdefault(entry.record._name, set()).add(entry.record.id)
        readable = {
            model: set(filter_readable(self.env[model].browse(sorted(those))).ids)
            for model, those in ids.items()
        }
        return sorted(
            (
                entry
                for entry in entries
                if entry.at and entry.record.id in readable[entry.record._name]
            ),
            # Some moments are kept to the second, others to its millionth
            key=lambda entry: (entry.at.replace(microsecond=0), entry.place),
        )

    @api.model
    def _describe(self, entries):
        return [
            {
                "when": format_date(self.env, entry.day)
                if entry.day
                else format_datetime(self.env, entry.at, dt_format="short"),
                "what": entry.what,
                "who": entry.who or "",
                "note": entry.note or "",
                "model": entry.record._name,
                "id": entry.record.id,
                "name": entry.record.display_name or "",
            }
            for entry in entries
        ]

    @api.model
    def _end_of(self, day):
        """Return the last second (UTC) of a day where the user is."""
        return end_of(day, self.env.context.get("tz"))

    @api.model
    def _format_amount(self, amount, currency):
        return formatLang(self.env, amount, currency_obj=currency)
