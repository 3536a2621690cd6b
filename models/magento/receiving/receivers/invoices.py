"""Invoices of the shop are tied to Odoo's, or become such."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from odoo import Command, _

from .....tools.magento.invoice import read_invoice
from ...exporting.couriers import Invoices as ExportedInvoices
from ...exporting.couriers.courier import decimal
from ...exporting.couriers.parcel import Remote
from ...ordering.importing.problems import Problem
from .locks import why_locked
from .notes import Note, NoteWriter
from .payments import Payments
from .problems import Wait
from .receiver import Receiver

UNFINISHED = ("waiting", "pending", "sending", "unknown")
ZERO = Decimal(0)


@dataclass
class InvoicePlan:
    """An invoice: a `Note` to make, or the parts of Odoo's invoices that it is.

    `parts` are (account.move, sale.order.line, quantity).
    """

    thing: object
    sale: object
    parts: list = field(default_factory=list)
    note: object = None


class Invoices(Receiver):
    """Invoices, in from Magento, and the payments of those that are paid."""

    kind = "invoice"
    list_path = "invoices"
    read = staticmethod(read_invoice)

    def __init__(self, connection, log):
        super().__init__(connection, log)
        self.writer = NoteWriter(self.connection)
        self.payments = Payments(self.connection, log)
        self.tied = {}
        self.under_way = self.env["account.move"]

    @property
    def makes_invoices(self):
        return self.connection.import_invoices != "off"

    def is_wanted(self):
        """Say whether anything is to be done with invoices."""
        return self.makes_invoices or self.payments.is_wanted()

    def find_waiting(self):
        return super().find_waiting() | self.payments.inbox.find_waiting()

    def see_to_rest(self, raws, things, result):
        self.inbox.load(raws)
        self.payments.inbox.load(raws)
        for invoice in things:
            self.payments.register(
                invoice,
                self.get_sale(invoice),
                self.inbox.get(invoice),
                result,
            )

    def load(self, things):
        self.warm_up_lines()
        lines = self.env["sale.order"].union(*self.sales.values()).order_line
        moves = lines.invoice_lines.move_id
        tied = self.env["magento.document.line"].search(
            [
                ("move_id", "in", moves.ids),
                ("document_id.kind", "=", "invoice"),
                ("document_id.magento_id", "!=", False),
            ]
        )
        self.tied = defaultdict(Decimal)
        for line in tied:
            self.tied[line.move_id, line.sale_line_id] += decimal(line.quantity)
        self.under_way = (
            self.env["magento.document"]
            .search(
                [
                    ("kind", "=", "invoice"),
                    ("direction", "=", "push"),
                    ("move_id", "in", moves.ids),
                    ("sync_state", "in", UNFINISHED),
                ]
            )
            .move_id
        )

    def plan(self, invoice, sale):
        self.check_currency(invoice, sale)
        if self.inbox.get(invoice).line_ids:  # an export has found it meanwhile
            return InvoicePlan(invoice, sale)
        quantities = {}
        for item in invoice.items:
            sold = sale._magento_match_item(item)
            if sold and item.quantity:
                quantities[sold] = item
        parts = self._find_cover(sale, {s: i.quantity for s, i in quantities.items()})
        if parts:
            for move, sold, quantity in parts:
                self.tied[move, sold] += quantity
            return InvoicePlan(invoice, sale, parts)
        if not self.makes_invoices:
            raise Wait("invoice_missing", order=sale.name)
        return InvoicePlan(invoice, sale, note=self._plan_note(invoice, sale))

    # The invoice that is there already

    def _find_cover(self, sale, quantities):
        """Return the parts of Odoo's invoices that bill all of it, none if they do not.

        :param dict quantities: {sale.order.line: quantity}
        :raise Wait: one that does is on its way to Magento
        """
        moves = sale.order_line.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_invoice" and move.state != "cancel"
        ).sorted(lambda move: (move.invoice_date or move.create_date.date(), move.id))
        posted = moves.filtered(lambda move: move.state == "posted")
        free = {move: self._get_free(sale, move) for move in moves}
        same = [move for move in [*posted, *moves] if free[move] == quantities]
        parts = self._spread(same[:1] or posted, free, quantities)
        for move, _sold, _quantity in parts:
            if move in self.under_way:
                raise Wait("invoice_under_way", invoice=move.display_name)
        return parts

    def _get_free(self, sale, move):
        """Return {sale.order.line: quantity} that no invoice of Magento covers."""
        free = defaultdict(Decimal)
        for line in move.invoice_line_ids:
            for sold in line.sale_line_ids.filtered(lambda s: s.order_id == sale):
                if not sold.display_type and sold._magento_is_invoiced_by_item():
                    free[sold] += decimal(
                        line.product_uom_id._compute_quantity(
                            line.quantity, sold.product_uom, round=False
                        )
                    )
        for sold in free:
            free[sold] -= self.tied[move, sold]
        return {sold: quantity for sold, quantity in free.items() if quantity > 0}

    @staticmethod
    def _spread(moves, free, quantities):
        parts = []
        for sold, quantity in quantities.items():
            for move in moves:
                part = min(free[move].get(sold, ZERO), quantity)
                if part > 0:
                    parts.append((move, sold, part))
                    quantity -= part
            if quantity > 0:
                return []
        return parts

    # A new one

    def _plan_note(self, invoice, sale):
        note = Note(invoice, sale, self.env["account.move"], is_refund=False)
        for item in invoice.items:
            sold = sale._magento_match_item(item)
            if not sold or not (item.quantity or item.net or item.tax):
                continue
            self._check_open(sale, sold, item)
            note.add_item(sold, None, item.quantity, item.net, item.tax)
            if sold.magento_role == "bundle":
                self._add_parts(note, sold, item)
        shipping = sale.order_line.filtered(lambda x: x.magento_role == "shipping")[:1]
        if invoice.shipping_net or invoice.shipping_tax or self._is_free(shipping):
            note.add_shipping(
                shipping, None, invoice.shipping_net, invoice.shipping_tax
            )
        taxed = sum((item.tax for item in invoice.items), invoice.shipping_tax)
        self._add_rest(note, sale, invoice.residual + invoice.tax - taxed)
        return note

    @staticmethod
    def _is_free(shipping):
        """Say whether there is a delivery for nothing that is not invoiced yet."""
        return shipping and not shipping.price_total and not shipping.qty_invoiced

    @staticmethod
    def _check_open(sale, sold, item):
        open_ = sold.product_uom_qty - sold.qty_invoiced - sold._get_magento_credited()
        if item.quantity > decimal(max(open_, 0.0)):
            raise Problem(
                "partly_billed",
                order=sale.name,
                product=sold.product_id.display_name,
                quantity=f"{item.quantity.normalize():f}",
                open=f"{open_:g}",
            )

    @staticmethod
    def _add_parts(note, bundle, item):
        """Add the parts of a bundle that has one price: nothing is left to invoice."""
        for part in bundle.order_id.order_line:
            if part.magento_parent_item_id == bundle.magento_item_id:
                share = decimal(part.magento_quantity / bundle.magento_quantity)
                note.add_free(part, item.quantity * share)

    @staticmethod
    def _add_rest(note, sale, rest):
        """Add what neither items nor shipping explain, as the order has it."""
        extras = sale.order_line.filtered(
            lambda x: x.magento_role in ("extra", "rounding") and not x.qty_invoiced
        )
        if extras and decimal(sum(extras.mapped("price_total"))) == rest:
            for sold in extras:
                note.add_item(sold, None, Decimal(1), decimal(sold.price_total), ZERO)
                note.lines[-1].is_named = False
        elif rest:
            note.add_extra(rest, _("Other Amounts"))

    # Writing it

    def make(self, plans):
        notes = [plan.note for plan in plans if plan.note]
        self.writer.create_moves(notes)
        reasons = self._post(notes)
        self.inbox.finish(
            [(plan.thing, self._document_values(plan, reasons)) for plan in plans]
        )
        self._compare(plans)
        self._export_rest(plans)

    def _post(self, notes):
        """Post new invoices, but for those in a locked period.

        :return: {account.move: why it stays a draft}
        """
        if self.connection.import_invoices != "posted":
            return {}
        reasons, to_post = {}, self.env["account.move"]
        for note in notes:
            if reason := why_locked(self.connection.company_id, note.move):
                reasons[note.move] = reason
            else:
                to_post |= note.move
        to_post.action_post()
        for move, reason in reasons.items():
            self.log._add_lines([(reason, move)], level="warning")
            move._message_log(body=reason)
        return reasons

    def _document_values(self, plan, reasons):
        invoice = plan.thing
        moves = self.env["account.move"].union(*(move for move, *_x in plan.parts))
        prepare = self.env["magento.document.line"]._prepare_vals
        lines = [
            Command.create(prepare(sold, quantity, move=move))
            for move, sold, quantity in plan.parts
        ]
        if plan.note:
            moves, lines = plan.note.move, plan.note.items()
        values = {
            **self.head_values(invoice),
            "currency_id": plan.sale.currency_id.id,
            **self.inbox.model._prepare_amount_vals(invoice),
            "waiting_reason": reasons.get(moves[:1], False),
        }
        if lines:
            values |= {"move_id": moves[:1].id, "line_ids": lines}
        if plan.note:
            values["odoo_total"] = moves.amount_total
            values["difference"] = values["magento_total"] - moves.amount_total
        return values

    def _compare(self, plans):
        """Say where Magento's totals differ from those of invoices that were there."""
        courier = ExportedInvoices(self.connection)
        for plan in plans:
            if plan.parts:
                document = self.inbox.get(plan.thing)
                total = courier.get_total(document)
                cause = courier.get_difference_cause(document, _to_remote(plan.thing))
                document.write(
                    {
                        "odoo_total": total,
                        "difference": document.magento_total - total,
                        "difference_cause": cause or False,
                    }
                )

    def _export_rest(self, plans):
        """Let the rest of invoices be exported of which Magento has a part."""
        values = []
        for plan in plans:
            method = plan.sale.magento_payment_method_id
            for move in {move for move, *_x in plan.parts}:
                if method.invoice_rule and self._get_free(plan.sale, move):
                    values.append((move, plan.sale))
        self.env["magento.document"].create(
            [
                {
                    "connection_id": self.connection.id,
                    "kind": "invoice",
                    "direction": "push",
                    "move_id": move.id,
                    "sale_order_id": sale.id,
                    "sync_state": "waiting",
                }
                for move, sale in dict.fromkeys(values)
                if not self._is_exported(move, sale)
            ]
        )

    def _is_exported(self, move, sale):
        return self.env["magento.document"].search_count(
            [
                ("kind", "=", "invoice"),
                ("direction", "=", "push"),
                ("move_id", "=", move.id),
                ("sale_order_id", "=", sale.id),
            ],
            limit=1,
        )


def _to_remote(invoice):
    """Return an invoice as an export reads it back."""
    return Remote(
        magento_id=invoice.magento_id,
        increment_id=invoice.increment_id,
        order_id=invoice.order_id,
        created_at=invoice.created_at,
        items={item.order_item_id: item.quantity for item in invoice.items},
        currency=invoice.currency,
        total=invoice.grand_total,
        tax=invoice.tax,
        shipping=invoice.shipping_net + invoice.shipping_tax,
    )
