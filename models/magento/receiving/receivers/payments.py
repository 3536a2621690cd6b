"""Payments that the shop received."""

from collections import defaultdict
from dataclasses import dataclass, field

from odoo import _
from odoo.tools import split_every

from .....compat import get_unpaid, is_locked
from ....shared.running import Transaction
from ...ordering.importing.problems import Problem, refusal
from ...ordering.importing.slow_path import at_once_or_in_parts
from .inbox import Inbox
from .problems import Wait

# So many are registered and committed at once: a second or two of work
PAYMENTS_PER_STEP = 50


@dataclass
class PaymentPlan:
    """The payment of an invoice: `parts` are (account.move, what is paid of it)."""

    thing: object
    sale: object
    moves: object
    date: object
    parts: list = field(default_factory=list)


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

    def register(self, invoices, result):
        """Register the payments of invoices, each once.

        What is registered is committed step by step.

        :param invoices: list of (invoice, its sale.order, its `magento.document`)
        """
        due = [each for each in invoices if self._is_due(*each)]
        for part in split_every(PAYMENTS_PER_STEP, due, list):
            self._register(part, result)
            Transaction(self.env).commit()

    def _is_due(self, invoice, sale, document):
        return (
            invoice.is_paid
            and sale.magento_payment_method_id._takes_payments()
            and document.sync_state == "done"
            and self._is_made_there(invoice, document)
            and self.inbox.get(invoice).sync_state not in ("done", "skipped")
        )

    def _is_made_there(self, invoice, document):
        """Say whether the shop made an invoice, and no export of Odoo's did."""
        if invoice.keys & self.inbox.own_keys.keys():
            return False
        return document.direction == "pull" or document.is_adopted

    def _register(self, invoices, result):
        plans, paid = [], defaultdict(float)

        def refuse(invoice, sale, moves, error):
            problem = refusal(error)
            values = {"sale_order_id": sale.id, "move_id": moves[:1].id}
            self.inbox.keep(invoice.raw, problem, values)
            if isinstance(problem, Wait):
                result.waiting += 1
            else:
                result.failed += 1

        everywhere = self.env["magento.document"].union(*(each[2] for each in invoices))
        prefetched = everywhere._get_moves()
        prefetched._magento_get_owed()  # all at once
        for invoice, sale, document in invoices:
            own = document._get_moves().with_prefetch(prefetched._prefetch_ids)
            moves = own.sorted(lambda move: (move.invoice_date or move.date, move.id))
            try:
                plans.append(self._plan(invoice, sale, moves, paid))
            except Problem as problem:
                refuse(invoice, sale, moves, problem)
        at_once_or_in_parts(
            self.env,
            plans,
            self._make,
            lambda plan, error: refuse(plan.thing, plan.sale, plan.moves, error),
        )

    def _plan(self, invoice, sale, moves, paid):
        """Return the `PaymentPlan` of an invoice.

        :param dict paid: what plans before this one pay of each account.move
        :raise Problem: something is missing, or it is not yet possible
        """
        method = sale.magento_payment_method_id
        if not method.payment_journal_id:
            raise Problem("journal_missing", method=method.name)
        for move in moves:
            if move.state != "posted":
                raise Wait("invoice_draft", invoice=move.display_name)
        date = sale._magento_get_date(invoice.created_at)
        journal = method.payment_journal_id
        if is_locked(self.connection.company_id, date, has_tax=False, journal=journal):
            raise Wait("payment_locked", date=date)
        plan = PaymentPlan(invoice, sale, moves, date)
        left = float(invoice.grand_total)
        for move in moves:
            amount = min(left, get_unpaid(move) - paid[move])
            amount = move.currency_id.round(amount)
            if move.currency_id.compare_amounts(amount, 0) > 0:
                plan.parts.append((move, amount))
                paid[move] += amount
                left -= amount
        return plan

    def _make(self, plans):
        """Make the payments, and write down that they are registered."""
        payments = self.env["account.payment"]
        payments._magento_register(
            [
                (
                    move,
                    payments._magento_prepare_vals(
                        move,
                        amount,
                        plan.date,
                        plan.sale.magento_payment_method_id,
                        plan.thing,
                    ),
                )
                for plan in plans
                for move, amount in plan.parts
            ]
        )
        self.inbox.finish([(plan.thing, self._document_values(plan)) for plan in plans])

    def _document_values(self, plan):
        reason = False if plan.parts else _("The invoice was paid already.")
        return {
            **self.inbox.model._prepare_received_vals(plan.thing, plan.sale),
            "move_id": plan.moves[:1].id,
            "currency_id": plan.sale.currency_id.id,
            "magento_total": float(plan.thing.grand_total),
            "odoo_total": sum(amount for _move, amount in plan.parts),
            "waiting_reason": reason,
        }
