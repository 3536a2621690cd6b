"""What all kinds of documents that come from Magento have in common."""

from odoo import _

from .....compat import SOLD_TAXES
from .....tools.magento.amounts import MalformedOrderError
from ...ordering.importing.problems import Problem, refusal
from ...ordering.importing.slow_path import at_once_or_in_parts, one_by_one
from .inbox import NO_ERROR, Inbox
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
        fresh, known, own = [], [], []
        for thing in things:
            document = self.inbox.get(thing)
            if ours := self.inbox.get_ours(thing):
                own.append((thing, ours))
            elif document.sync_state == "skipped":
                result.left_out += 1
            elif document.sync_state == "done":
                known.append((thing, document))
            else:
                fresh.append(thing)
        result.ours += len(own)
        self._follow_each(own, self.follow_own, result)
        changed, failed = self._follow_each(known, self._follow, result)
        result.changed += changed
        result.unchanged += len(known) - changed - failed
        self._take(fresh, result)
        self.finish_page(raws, things, result)

    def keep_broken(self, broken, result):
        """Let a document wait at which the shop's list fails.

        :param broken: the `Broken`
        :param result: the `ReceivingResult` to add to
        """
        if self.inbox.keep_broken(broken):
            result.failed += 1

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
        def refuse_thing(thing, error):
            self._fail(thing, refusal(error), result)

        decided = one_by_one(things, self._is_left_out, refuse_thing)
        for thing, is_left_out in decided:
            if is_left_out:
                self.inbox.forget(thing)
        wanted = [thing for thing, is_left_out in decided if not is_left_out]
        result.left_out += len(decided) - len(wanted)
        planned = one_by_one(wanted, self._plan, refuse_thing)
        plans, refused = [plan for _thing, plan in planned], []

        def refuse(plan, error):
            refused.append(plan)
            self._fail(plan.thing, refusal(error), result)

        for part in [plans] if self.at_once else [[plan] for plan in plans]:
            at_once_or_in_parts(self.env, part, self.make, refuse)
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

    def _follow_each(self, pairs, follow, result):
        """Follow what changed of documents that are in both systems.

        :param pairs: list of (what was read, its document)
        :param follow: takes such a pair, and says whether there was a change
        :return: how many changed, and of how many that was refused
        """
        changed, refused = set(), []

        def follow_all(pairs):
            for thing, document in pairs:
                if follow(thing, document):
                    changed.add(thing.magento_id)

        def refuse(pair, error):
            self.inbox.complain(pair[1], refusal(error))
            changed.discard(pair[0].magento_id)
            refused.append(pair)

        at_once_or_in_parts(self.env, pairs, follow_all, refuse)
        result.failed += len(refused)
        return len(changed), len(refused)

    def _follow(self, thing, document):
        is_changed = self.follow(thing, document)
        if document.error_code == "not_listed":
            document.write(NO_ERROR)  # the shop could not give it for a while
        return is_changed

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

    @staticmethod
    def count_priced(document, sale):
        """Return an invoice or a credit memo with the amounts of what has a price.

        :raise Problem: the order has no line for an item
        """
        priced = {
            item.order_item_id
            for item in document.items
            if sale._magento_match_item(item)
        }
        return document.counting(priced)

    def warm_up_lines(self):
        """Read at once what is looked at for each order, and what bills it."""
        lines = self.env["sale.order"].union(*self.sales.values()).order_line
        lines[SOLD_TAXES].mapped("amount")
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
            document._integration_ask(
                user or self.env.user,
                message,
                remedy(", ".join(posted.mapped("name"))),
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
