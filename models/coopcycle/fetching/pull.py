import time

from odoo import _

from ....tools.coopcycle.api import CoopcycleError, invoicing
from ....tools.coopcycle.api.errors import DOCUMENT, UNKNOWN
from ....tools.coopcycle.export_file import NoExportError, read_rows, rows_of_items
from .coopcycle_messages import CoopcycleMessages

# How often a store is asked that did not come, and that CoopCycle has not marked
MOST_ATTEMPTS = 3


class Pull:
    """Asks CoopCycle for what is to be invoiced, store by store.

    An export marks its orders in CoopCycle before it is answered. So each answer is
    committed before the next is asked for, and in the end CoopCycle is asked what it
    has marked for us: what of that did not come is made of its orders. An export that
    was given up may mark its orders later: the next fetch of the same days finds them.
    """

    def __init__(self, fetch, client):
        """Prepare to ask.

        :param fetch: the `coopcycle.fetch`
        :param client: a `CoopcycleClient`
        """
        self.env = fetch.env
        self.fetch = fetch
        self.client = client
        self.period = fetch._get_period()
        self.batches = fetch._get_batches()
        self.unreadable = []  # numbers of orders that may be ours

    def list_stores(self):
        """Write down which stores have something to invoice; nothing is marked."""
        totals = invoicing.read_stores(self.client, self.period)
        listed = {total.store_id for total in totals}
        known = self.fetch.store_ids
        again = known.filtered(lambda store: store.store_number in listed)
        (known - again)._list_nothing()
        again.unlink()
        self._add_stores(totals)
        self.fetch.is_listed = True

    def _add_stores(self, totals):
        stores = self.env["coopcycle.fetch.store"].sudo()
        stores.create([self.fetch._prepare_store_vals(total) for total in totals])

    def ask(self, deadline):
        """Ask for what has not come yet, as long as there is time.

        :return: False if there was not enough
        """
        for _round in range(MOST_ATTEMPTS):
            for store in self._select("waiting"):
                if deadline is not None and time.monotonic() > deadline:
                    return False
                self._ask_one(store)
                self.fetch._commit()
            self._look_up()
            self.fetch._commit()
            if not self._select("waiting"):
                return True
        return True

    def _select(self, *states):
        return self.fetch.store_ids.filtered(lambda store: store.state in states)

    def _ask_one(self, store):
        store.attempt_count += 1
        try:
            text, taken = invoicing.export_store(
                self.client, self.period, store.store_number, self.fetch.request_id
            )
            rows = read_rows(text)
        except NoExportError:
            store._fail("lost", _("CoopCycle's answer is not the export."))
        except CoopcycleError as error:
            if error.scope not in (DOCUMENT, UNKNOWN):
                raise
            state = "lost" if error.scope == UNKNOWN else "failed"
            store._fail(state, CoopcycleMessages(self.env).text(error))
        else:
            store._keep(store._get_rows() + rows, "received")
            if taken not in ("", self.fetch.request_id):
                self.fetch.is_id_overwritten = True

    def _look_up(self):
        """Make of what CoopCycle has marked for us whatever of it did not come."""
        marked = self._read_marked()
        came = self._get_keys(self.batches.store_ids)
        missing = {
            number: new
            for number, orders in marked.items()
            if (new := [item for key, item in orders.items() if key not in came])
        }
        self._add_unlisted(missing)
        for store in self.fetch.store_ids:
            if items := missing.get(store.store_number):
                rows = self._make_rows(items, store.name)
                store._keep(store._get_rows() + rows, "recovered")
            elif store.state == "lost":
                is_last = store.attempt_count >= MOST_ATTEMPTS
                store.state = "failed" if is_last else "waiting"
            if store.received_count > store.order_count:
                self._count_again(store, marked.get(store.store_number, {}))

    def _read_marked(self):
        """Return the orders that CoopCycle has marked for us, each once.

        :return: {store's number: {key: `LineItem`}}
        """
        self.unreadable = []
        marked = invoicing.read_exported(
            self.client,
            self.period,
            *self.batches.mapped("request_id"),
            unreadable=self.unreadable,
        )
        return {
            number: {self._get_key(item.description): item for item in items}
            for number, items in marked.items()
        }

    def _add_unlisted(self, missing):
        """List the stores that have nothing but what was marked before."""
        names = {store.store_number: store.name for store in self.batches.store_ids}
        listed = set(self.fetch.store_ids.mapped("store_number"))
        self._add_stores(
            [
                invoicing.total_of(number, names.get(number, ""), items)
                for number, items in missing.items()
                if number not in listed
            ]
        )

    def _count_again(self, store, orders):
        """Add up what came, of which CoopCycle did not list all.

        It came up after the list, or was marked before it.
        """
        came = self._get_keys(store)
        items = [item for key, item in orders.items() if key in came]
        if len(items) == store.received_count:
            total = invoicing.total_of(store.store_number, store.name, items)
            store.write(store._prepare_total_vals(total))

    def _get_keys(self, stores):
        return {self._get_key(row["label"]) for row in stores._get_rows()}

    def _get_key(self, label):
        """Return what tells an order, whatever language its label is in."""
        number = self.fetch.connection_id._get_order_number(label)
        return number or label.strip()

    def _make_rows(self, items, name):
        """Return the rows of orders, each with the id by which it was marked."""
        account = self.fetch.connection_id._get_export_account()
        ids = self.batches.mapped("request_id")
        rows = []
        for item in items:
            request_id = next(each for each in ids if each in item.exports)
            rows += rows_of_items([item], request_id, name, account)
        return rows
