"""Credit memos of the shop become draft credit notes."""

from dataclasses import dataclass, field

from odoo import Command, _

from .....tools.magento import Page, SearchCriteria
from .....tools.magento.amounts import text
from .....tools.magento.creditmemo import read_creditmemo
from .billed import Billed
from .credit_notes import CreditNotes
from .credited import Credited
from .doubts import Doubts
from .note_writer import NoteWriter
from .receiver import Receiver
from .returns import Returns


@dataclass(eq=False)
class CreditPlan:
    """The credit notes of a credit memo, one for each invoice that it credits.

    `found` is the one that Odoo has already, an empty record if there is none.
    """

    thing: object
    sale: object
    found: object
    notes: list = field(default_factory=list)


class CreditMemos(Receiver):
    """Credit memos, in from Magento.

    One that a credit note in Odoo gives back already is tied to it. Else what it
    refunds is taken from the posted invoices of its order, the oldest first; amounts
    are Magento's.
    """

    kind = "creditmemo"
    list_path = "creditmemos"
    read = staticmethod(read_creditmemo)

    def __init__(self, connection, log):
        super().__init__(connection, log)
        self.heads = {}
        self.billed = Billed()
        self.credited = Credited(self.env)
        self.writer = NoteWriter(self.connection)

    def load(self, things):
        self.billed = Billed()
        self.warm_up_lines()
        self.credited.load(self.env["sale.order"].union(*self.sales.values()))
        self.heads = self._read_order_heads(
            {thing.order_id for thing in things} - set(self.sales)
        )

    def _read_order_heads(self, order_ids):
        """Return {order id: what the list shows} of orders that are not in Odoo."""
        if not order_ids:
            return {}
        criteria = SearchCriteria().where("entity_id", "in", sorted(order_ids))
        fields = (
            "items[entity_id,increment_id,created_at,"
            "billing_address[firstname,lastname,company]]"
        )
        with self.connection._get_client() as client:
            return {
                text(raw, "entity_id"): raw
                for page in client.records("orders", criteria, fields)
                if isinstance(page, Page)
                for raw in page.items
                if isinstance(raw, dict)
            }

    def head_values(self, memo):
        return self.inbox.model._prepare_creditmemo_vals(
            memo,
            self.get_sale(memo),
            self.writer.get_currency(memo.currency),
            self.heads.get(memo.order_id, {}),
        )

    # What it means

    def plan(self, memo, sale):
        self.check_currency(memo, sale)
        memo = self.count_priced(memo, sale)
        plan = CreditPlan(memo, sale, found=self.env["account.move"])
        if not memo.is_canceled:
            plan.found = self.credited.find(memo, sale, self._get_sold(memo, sale))
        if not memo.is_canceled and not plan.found:
            planner = CreditNotes(memo, sale, self.billed, self._may_stand_alone())
            plan.notes = planner.plan()
            self.billed.take(plan.notes)
        return plan

    def _get_sold(self, memo, sale):
        """Return {sale.order.line: quantity} of what a credit memo takes back."""
        quantities = {}
        for item in memo.items:
            sold = sale._magento_match_item(item)
            if sold and item.quantity:
                quantities[sold] = item.quantity
        return quantities

    def _may_stand_alone(self):
        return self.connection.creditmemo_without_invoice == "draft"

    # Writing it

    def make(self, plans):
        doubts = Doubts(self.env, [plan for plan in plans if plan.notes])
        self.writer.create_moves([note for plan in plans for note in plan.notes])
        held = {
            plan: text
            for plan in plans
            if plan.notes and (text := doubts.find(plan.thing, plan.sale, plan.notes))
        }
        found = self.env["account.move"].union(*(plan.found for plan in plans))
        found.write({"magento_is_creditmemo": True})
        self.inbox.finish(
            [
                (plan.thing, self._document_values(plan, held.get(plan)))
                for plan in plans
            ]
        )
        for plan, text in held.items():
            self._hold(plan, text)
        if self.connection.return_to_stock:
            Returns(self.env).make(plans)
        documents = self.inbox.model.union(*(self.inbox.get(p.thing) for p in plans))
        self.log._add_lines(documents._report_undelivered(), level="warning")

    def _hold(self, plan, text):
        """Ask somebody to look at the drafts of a credit memo."""
        for note in plan.notes:
            note.move._message_log(body=text)
        document = self.inbox.get(plan.thing)
        self.log._add_lines([(text, document)], level="warning")
        document._schedule_check(text)

    def _document_values(self, plan, reason):
        moves, lines = plan.found, self._get_found_lines(plan)
        if plan.notes:
            moves = moves.union(*(note.move for note in plan.notes))
            lines = [values for note in plan.notes for values in note.items()]
        return {
            **self.head_values(plan.thing),
            "move_id": moves[:1].id,
            "odoo_total": sum(moves.mapped("amount_total")),
            "waiting_reason": reason or False,
            "line_ids": lines,
        }

    def _get_found_lines(self, plan):
        if not plan.found:
            return []
        if plan.found in self.inbox.get(plan.thing).line_ids.move_id:
            return []  # an export has tied it meanwhile
        prepare = self.env["magento.document.line"]._prepare_vals
        return [
            Command.create(prepare(sold, quantity, move=plan.found))
            for sold, quantity in self._get_sold(plan.thing, plan.sale).items()
        ]

    # What changes later

    def follow_own(self, memo, document):
        """Show how a credit memo that Odoo made is in Magento."""
        if document.sync_state == "done":
            self.follow(memo, document)

    def _show(self, memo, document):
        """Write what the list shows, where it is another one."""
        values = {
            name: value
            for name, value in self.head_values(memo).items()
            if name in ("refund_state", "order_number", "order_date", "bill_to_name")
        }
        if document.refund_state != values["refund_state"]:
            document.write(values)
            return True
        return False

    def follow(self, memo, document):
        is_changed = self._show(memo, document)
        if is_changed and memo.is_canceled:
            self.cancel(document, self._get_remedy)
        return is_changed

    def _get_remedy(self, notes):
        return _(
            "%(notes)s is posted. Resolution: reset it to draft and cancel it; if it"
            " was paid out or its period is closed, invoice the amount again.",
            notes=notes,
        )
