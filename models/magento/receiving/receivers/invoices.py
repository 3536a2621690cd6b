"""Invoices of the shop are tied to Odoo's, or become such."""

from dataclasses import dataclass, field

from odoo import Command, _

from .....tools.magento.invoice import read_invoice
from ....shared.running import Transaction
from ...exporting.couriers import Invoices as ExportedInvoices
from ...exporting.couriers.parcel import Remote
from .covered import Covered
from .doubts import Doubts
from .new_invoice import NewInvoice
from .note_writer import NoteWriter
from .payments import Payments
from .problems import Wait
from .receiver import Receiver


@dataclass(eq=False)
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
        self.covered = Covered(self.env)
        # What invoices of this page bill that is billed once
        self.planned = self.env["sale.order.line"]

    @property
    def makes_invoices(self):
        return self.connection.import_invoices != "off"

    def is_wanted(self):
        """Say whether anything is to be done with invoices."""
        return self.makes_invoices or self.payments.is_wanted()

    def find_waiting(self):
        return super().find_waiting() | self.payments.inbox.find_waiting()

    def finish_page(self, raws, things, result):
        Transaction(self.env).commit()  # the invoices are in; their payments follow
        self.inbox.load(raws)
        self.payments.inbox.load(raws)
        self.payments.register(
            [(each, self.get_sale(each), self.inbox.get(each)) for each in things],
            result,
        )

    def load(self, things):
        self.warm_up_lines()
        self.planned = self.env["sale.order.line"]
        lines = self.env["sale.order"].union(*self.sales.values()).order_line
        self.covered.load(lines.invoice_lines.move_id)

    def plan(self, invoice, sale):
        self.check_currency(invoice, sale)
        if self.inbox.get(invoice).line_ids:  # an export has found it meanwhile
            return InvoicePlan(invoice, sale)
        if invoice.is_empty:
            return InvoicePlan(invoice, sale)
        invoice = self.count_priced(invoice, sale)
        quantities = {}
        for item in invoice.items:
            sold = sale._magento_match_item(item)
            if sold and item.quantity:
                quantities[sold] = item.quantity
        if parts := self.covered.find(sale, quantities):
            return InvoicePlan(invoice, sale, parts)
        if not self.makes_invoices:
            raise Wait("invoice_missing", order=sale.name)
        planner = NewInvoice(invoice, sale, self.planned)
        plan = InvoicePlan(invoice, sale, note=planner.plan())
        self.planned = planner.planned
        return plan

    # Writing it

    def make(self, plans):
        new = [plan for plan in plans if plan.note]
        doubts = Doubts(self.env, new)
        self.writer.create_moves([plan.note for plan in new])
        held = {
            plan: text
            for plan in new
            if (text := doubts.find(plan.thing, plan.sale, [plan.note]))
        }
        reasons = {plan.note.move: text for plan, text in held.items()}
        reasons |= self._post([plan.note for plan in new if plan not in held])
        self._tell(reasons)
        self.inbox.finish(
            [(plan.thing, self._document_values(plan, reasons)) for plan in plans]
        )
        for plan, text in held.items():
            self.inbox.get(plan.thing)._schedule_check(text)
        self._compare(plans)
        self._export_uncovered(plans)

    def _post(self, notes):
        """Post new invoices, but for those in a locked period.

        :return: {account.move: why it stays a draft}
        """
        if self.connection.import_invoices != "posted":
            return {}
        reasons, to_post = {}, self.env["account.move"]
        for note in notes:
            if reason := note.move._magento_why_locked():
                reasons[note.move] = reason
            else:
                to_post |= note.move
        to_post.action_post()
        return reasons

    def _tell(self, reasons):
        """Say why invoices stay drafts."""
        for move, reason in reasons.items():
            self.log._add_lines([(reason, move)], level="warning")
            move._message_log(body=reason)

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
            difference = values["magento_total"] - moves.amount_total
            values["difference"] = difference
            if not moves.currency_id.is_zero(difference):
                values["difference_cause"] = _("rounding")
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

    def _export_uncovered(self, plans):
        """Let the rest of invoices be exported of which Magento has a part."""
        values = []
        for plan in plans:
            method = plan.sale.magento_payment_method_id
            for move in {move for move, *_x in plan.parts}:
                if method.invoice_rule and self.covered.get_free(plan.sale, move):
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

    # What changes later

    def follow_own(self, invoice, document):
        if document.sync_state == "done":
            self.follow(invoice, document)

    def follow(self, invoice, document):
        """Follow an invoice that was cancelled in Magento."""
        if not invoice.is_canceled or document.is_canceled:
            return False
        document.is_canceled = True
        if document._get_moves():
            self.cancel(document, self._get_remedy)
        return True

    def _get_remedy(self, invoices):
        return _(
            "%(invoices)s is posted. Resolution: credit it, or reset it to draft and"
            " cancel it; leave it as it is if the shop invoices the order again.",
            invoices=invoices,
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
