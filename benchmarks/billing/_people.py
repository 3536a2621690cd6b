"""What people do with an order, step by step, while it is billed.

Each story is a generator: between two steps others do theirs, and the processes that
bill do, or are killed at, whatever they are at.
"""

from collections import Counter, deque

from ...compat import create_return
from ...models.billing.capturing import Capture
from ...models.shared.running import Transaction
from ._company import validate, validate_once

PART = 1
OVER = object()


class People:
    """Whoever delivers, returns, credits, deletes, approves and invoices by hand.

    :param company: `Company`
    :ivar told: the (order, story) that are not over
    :ivar more: {id of a sold line: what its invoices come to beyond what the customer
        has}; below 0 what a person has taken off for good
    """

    def __init__(self, company):
        self.company = company
        self.env = company.env
        self.told = deque()
        self.more = Counter()

    def tell(self, orders):
        """Give the orders their stories in turn."""
        for number, order in enumerate(orders):
            story = STORIES[number % len(STORIES)]
            order.client_order_ref = story.__name__
            self.told.append((order, story(self, order)))
        self.env.cr.commit()

    def step(self):
        """Do the next step of the story whose turn it is."""
        order, story = self.told.popleft()
        self.env.cr.rollback()  # what others have done meanwhile is seen
        self.env.invalidate_all()
        if next(story, OVER) is not OVER:
            self.told.append((order, story))

    # Steps; each is one transaction, begun anew if another process was faster

    def do(self, step, *args):
        result = Transaction(self.env).do(step, *args)
        self.env.invalidate_all()
        return result

    def deliver(self, order, quantity=None):
        """Deliver so many of each product, None for all that is left."""
        self.do(self._deliver, order, quantity)

    def _deliver(self, order, quantity):
        waiting = order.picking_ids.filtered(
            lambda each: each.state not in ("done", "cancel")
        )
        validate(waiting, quantity)

    def validate_again(self, order):
        """Do again what Odoo does when it is told twice that a transfer is done."""
        done = order.picking_ids.filtered(lambda each: each.state == "done")
        self.do(
            lambda: Capture(self.env).try_record("delivery", done._billing_get_events)
        )

    def take_back(self, order):
        """Take back one piece of each product of a delivery."""
        self.do(self._take_back, order)

    def _take_back(self, order):
        picking = order.picking_ids.filtered(lambda each: each.state == "done")[-1]
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = PART
        validate(create_return(wizard), PART)

    def credit(self, invoice):
        """Credit an invoice whose price was wrong; nothing came back."""
        self.do(self._reverse, invoice, "refund_moves")
        self._take_off(self._count(invoice))

    def replace(self, invoice):
        """Credit an invoice, and make a new draft that replaces it."""
        self.do(self._reverse, invoice, "modify_moves")

    def _reverse(self, invoice, method):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        getattr(wizard, method)()

    def delete(self, order):
        """Delete the draft of an order."""
        self._take_off(self.do(self._delete, order))

    def _delete(self, order):
        drafts = order.invoice_ids
        counted = self._count(drafts)
        drafts.unlink()
        return counted

    def _take_off(self, counted):
        self.more.subtract(counted)

    @staticmethod
    def _count(invoices):
        counted = Counter()
        for line in invoices.invoice_line_ids:
            counted[line.sale_line_ids.id] += line.quantity
        return counted

    def bill_again(self, order):
        """Have billed once more what a deleted draft billed."""
        taken_back = self._find_decisions(order, "withdrawn")
        self.do(taken_back.bill_again, "It was right.")
        for line in order.order_line:
            self.more[line.id] = 0

    def approve(self, order):
        """Approve and post the draft of an order."""
        self.do(lambda: self._find_decisions(order, "review").approve())

    def invoice_by_hand(self, order):
        """Invoice what is left of an order as people do, and post it."""
        self.do(self._invoice_by_hand, order)

    def _invoice_by_hand(self, order):
        if order.invoice_status == "to invoice":
            order._create_invoices().action_post()

    # What they wait for

    def wait_for_decision(self, order, *states):
        """Wait until the order's decisions are in some states; give the invoice."""
        while not (found := self._find_decisions(order, *states)):
            yield
        return found.move_id

    def _find_decisions(self, order, *states):
        return (
            self.env["billing.decision"]
            .with_user(self.company.salesperson)
            .search([("sale_order_id", "=", order.id), ("state", "in", states)])
        )


def in_parts(people, order):
    people.deliver(order, PART)
    yield
    people.deliver(order)
    people.validate_again(order)


def told_twice(people, order):
    """A transfer that a process validates that may be killed (see `_kill`)."""
    picking = order.picking_ids
    while picking.state != "done":
        yield
        people.do(validate_once, picking)
    people.validate_again(order)


def credited(people, order):
    people.deliver(order, PART)
    invoice = yield from people.wait_for_decision(order, "posted")
    people.credit(invoice)
    yield
    people.deliver(order)


def replaced(people, order):
    people.deliver(order, PART)
    invoice = yield from people.wait_for_decision(order, "posted")
    people.replace(invoice)
    yield
    people.deliver(order)


def returned_at_once(people, order):
    people.deliver(order)
    people.take_back(order)
    yield


def returned_later(people, order):
    people.deliver(order)
    yield from people.wait_for_decision(order, "posted")
    people.take_back(order)


def by_hand(people, order):
    people.deliver(order)
    yield
    people.invoice_by_hand(order)


def approved(people, order):
    people.deliver(order)
    yield from people.wait_for_decision(order, "review")
    people.approve(order)


def deleted(people, order):
    people.deliver(order)
    yield from people.wait_for_decision(order, "review")
    people.delete(order)


def deleted_and_billed_again(people, order):
    yield from deleted(people, order)
    yield
    people.bill_again(order)


STORIES = (
    in_parts,
    approved,
    credited,
    deleted,
    told_twice,
    deleted_and_billed_again,
    replaced,
    returned_at_once,
    returned_later,
    by_hand,
)
# Of these a person looks at the drafts first
REVIEWED = (approved, deleted, deleted_and_billed_again)
