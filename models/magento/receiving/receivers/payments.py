"""Payments that the shop received."""

from odoo import _

from ...ordering.importing.problems import Problem, refusal
from ...ordering.importing.slow_path import at_once_or_one_by_one
from .inbox import Inbox
from .locks import is_locked
from .problems import Wait


class Payments:
    """Registers payments of invoices that the shop made and that are paid there.

    Magento shows every invoice that Odoo exports as paid: those never count.

    :param connection: the `magento.connection`, elevated, in its company
    """

    def __init__(self, connection, log):
        self.connection = connection
        self.env = connection.env
        self.inbox = Inbox(connection, log, "payment")

    def is_wanted(self):
        """Say whether any payment method registers payments."""
        methods = self.connection.payment_method_ids
        return "paid" in methods.mapped("register_payments")

    def register(self, invoice, sale, document, result):
        """Register the payment of an invoice, once.

        :param document: the `magento.document` of the invoice
        """
        if not sale.magento_payment_method_id._takes_payments() or not invoice.is_paid:
            return
        if document.sync_state != "done" or not self._is_made_there(invoice, document):
            return
        if self.inbox.get(invoice).sync_state in ("done", "skipped"):
            return

        def refuse(_thing, error):
            problem = refusal(error)
            self.inbox.keep(
                invoice.raw,
                problem,
                {"sale_order_id": sale.id, "move_id": document._get_moves()[:1].id},
            )
            if isinstance(problem, Wait):
                result.waiting += 1
            else:
                result.failed += 1

        def work(_things):
            self._register(invoice, sale, document)

        at_once_or_one_by_one(self.env, [invoice], work, refuse)

    def _is_made_there(self, invoice, document):
        """Say whether the shop made an invoice, and no export of Odoo's did."""
        if invoice.keys & self.inbox.own_keys.keys():
            return False
        return document.direction == "pull" or document.is_adopted

    def _register(self, invoice, sale, document):
        """Register the payment.

        :raise Problem: something is missing, or it is not yet possible
        """
        method = sale.magento_payment_method_id
        if not method.payment_journal_id:
            raise Problem("journal_missing", method=method.name)
        moves = document._get_moves().sorted(lambda m: (m.invoice_date or m.date, m.id))
        for move in moves:
            if move.state != "posted":
                raise Wait("invoice_draft", invoice=move.display_name)
        date = sale._magento_get_date(invoice.created_at)
        if is_locked(self.connection.company_id, date):
            raise Wait("payment_locked", date=date)
        left, payments = float(invoice.grand_total), self.env["account.payment"]
        for move in moves:
            amount = min(left, move.amount_residual)
            if move.currency_id.compare_amounts(amount, 0) > 0:
                payments |= self._pay(move, amount, date, method, invoice)
                left -= amount
        reason = False if payments else _("The invoice was paid already.")
        self.inbox.finish(
            [
                (
                    invoice,
                    {
                        **self.inbox.model._prepare_received_vals(invoice, sale),
                        "move_id": moves[:1].id,
                        "currency_id": sale.currency_id.id,
                        "magento_total": float(invoice.grand_total),
                        "odoo_total": sum(payments.mapped("amount")),
                        "waiting_reason": reason,
                    },
                )
            ]
        )

    def _pay(self, move, amount, date, method, invoice):
        registers = self.env["account.payment.register"]
        wizard = registers.with_context(
            active_model="account.move", active_ids=move.ids
        ).create(registers._magento_prepare_vals(move, amount, date, method, invoice))
        return wizard._create_payments()
