"""What all kinds of documents that come from Magento have in common."""

from odoo import _

from .....tools.magento.amounts import MalformedOrderError
from ...ordering.importing.problems import Problem, refusal
from ...ordering.importing.slow_path import at_once_or_one_by_one
from .inbox import Inbox
from .problems import Wait


class Receiver:
    """Takes pages of documents in: plans each one, then makes all of them at once.

    :param connection: the `magento.connection`, elevated, in its company
    :param log: the `integration.process.log` of the run
    """

    kind = ""
    # Where Magento lists them, and how one is read
    list_path = ""
    read = None
    # Whether what is made of one tells nothing of how to make the next
    at_once = True
    # Whether somebody named the documents, so that they come in however old they are
    is_asked_for = False

    def __init__(self, connection, log):
        self.connection = connection._for_importing()
        self.env = self.connection.env
        self.log = log
        self.inbox = Inbox(self.connection, log, self.kind)
        self.sales = {}

    def receive(self, raws, result):
        """Take a page in.

        :param raws: documents as Magento gives them
        :param result: the `ReceivingResult` to add to
        """
        self.inbox.load(raws)
        things = self._read(raws, result)
        self._find_sales(things)
        self.load(things)
        fresh = []
        for thing in things:
            document = self.inbox.get(thing)
            if ours := self.inbox.get_ours(thing):
                self.follow_own(thing, ours)
                result.ours += 1
            elif document.sync_state == "skipped":
                result.left_out += 1
            elif document.sync_state == "done":
                self._follow(thing, document, result)
            else:
                fresh.append(thing)
        self._take(fresh, result)
        self.finish_page(raws, things, result)

    def _read(self, raws, result):
        things = []
        for raw in raws:
            try:
                things.append(type(self).read(raw))
            except MalformedOrderError as error:
                self.inbox.keep(raw, Problem("malformed", field=error.name))
                result.failed += 1
        return things

    def _find_sales(self, things):
        sales = self.env["sale.order"].search(
            [
                ("magento_connection_id", "=", self.connection.id),
                ("magento_order_id", "in", [thing.order_id for thing in things]),
            ]
        )
        self.sales = {sale.magento_order_id: sale for sale in sales}

    def _take(self, things, result):
        plans = []
        for thing in things:
            if self._is_left_out(thing):
                self.inbox.forget(thing)
                result.left_out += 1
                continue
            try:
                plans.append(self._plan(thing))
            except Problem as problem:
                self._fail(thing, problem, result)
        refused = []

        def refuse(plan, error):
            refused.append(plan)
            self._fail(plan.thing, refusal(error), result)

        for part in [plans] if self.at_once else [[plan] for plan in plans]:
            at_once_or_one_by_one(self.env, part, self.make, refuse)
        result.created += len(plans) - len(refused)

    def _is_left_out(self, thing):
        """Say whether a new document stays in Magento by the settings."""
        connection = self.connection
        if connection._leaves_out(self.kind, thing, self.get_sale(thing)):
            return True
        since = connection._get_documents_since(self.kind)
        if self.is_asked_for or not since or self.inbox.get(thing):
            return False
        return thing.created_at < since

    def _plan(self, thing):
        if thing.order_id not in self.sales:
            raise Wait("order_missing", order=thing.order_id)
        return self.plan(thing, self.sales[thing.order_id])

    def _fail(self, thing, problem, result):
        if isinstance(problem, Wait):
            result.waiting += 1
        else:
            result.failed += 1
        self.inbox.keep(thing.raw, problem, self.head_values(thing))

    def _follow(self, thing, document, result):
        """Follow what changed of a document that came in before."""
        try:
            is_changed = self.follow(thing, document)
        except Problem as problem:
            self.inbox.complain(document, problem)
            result.failed += 1
            return
        if is_changed:
            result.changed += 1
        else:
            result.unchanged += 1

    @staticmethod
    def check_currency(thing, sale):
        """Check that a document is in its order's currency.

        :raise Problem: it is not
        """
        if thing.currency != sale.currency_id.name:
            raise Problem(
                "currency",
                theirs=thing.currency,
                ours=sale.currency_id.name,
                order=sale.name,
            )

    def warm_up_lines(self):
        """Read at once what is looked at for each order, and what bills it."""
        lines = self.env["sale.order"].union(*self.sales.values()).order_line
        lines.tax_id.mapped("amount")
        lines.product_id.mapped("uom_id")
        billed = lines.invoice_lines
        billed.tax_ids.mapped("amount")
        billed.move_id.mapped("state")
        billed.mapped("quantity")
        # Odoo computes anew what is left to invoice, one order at a time
        billed.move_id.line_ids.sale_line_ids.mapped("order_id")

    def find_waiting(self):
        """Return the documents to try again."""
        return self.inbox.find_waiting()

    def cancel(self, document, remedy):
        """Cancel the drafts of what was cancelled in Magento; tell of what is posted.

        :param document: of what the shop made or Odoo sent
        :param remedy: returns what to do about posted ones, given their names
        """
        moves = document._get_moves()
        message = _("%s was cancelled in Magento.", document.display_name)
        self.log._add_lines([(message, document)], level="warning")
        if document.direction == "pull":
            moves.filtered(lambda move: move.state == "draft").button_cancel()
        if posted := moves.filtered(lambda move: move.state == "posted"):
            user = posted.invoice_user_id[:1] or self.connection.user_id
            document.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=message,
                note=remedy(", ".join(posted.mapped("name"))),
                user_id=(user or self.env.user).id,
            )

    # What each kind decides

    def load(self, things):
        """Look up at once what is needed for a page."""

    def follow_own(self, thing, document):
        """Look at how a document of ours is in Magento; nothing comes back from it."""

    def finish_page(self, raws, things, result):
        """Do what follows when a page is in."""

    def plan(self, thing, sale):
        """Return what a document means, before anything is written.

        :return: something with the attribute `thing`
        :raise Problem: something is missing, or it does not fit
        """
        raise NotImplementedError

    def make(self, plans):
        """Write what was planned, and finish the documents."""
        raise NotImplementedError

    def follow(self, thing, document):
        """Follow a change of a document that came in.

        :return: whether there was one
        """
        return False

    def head_values(self, thing):
        """Return what is shown of a document in any case, as values of it."""
        return self.inbox.model._prepare_received_vals(thing, self.get_sale(thing))

    def get_sale(self, thing):
        """Return the `sale.order` of a document, an empty record if it is not here."""
        return self.sales.get(thing.order_id, self.env["sale.order"])
