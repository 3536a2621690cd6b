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
    has marked for us: what of that did not come is made of its orders.
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

    def list_stores(self):
        """Write down which stores have something to invoice; nothing is marked."""
        totals = invoicing.read_stores(self.client, self.period)
        stores = self.env["coopcycle.fetch.store"].sudo()
        stores.create([self.fetch._prepare_store_vals(total) for total in totals])
        self.fetch.is_listed = True

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
            text, _taken = invoicing.export_store(
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

    def _look_up(self):
        """Make of what CoopCycle has marked for us whatever of it did not come."""
        request_id = self.fetch.request_id
        marked = invoicing.read_exported(self.client, self.period, request_id)
        for store in self._select("received", "lost"):
            items = marked.get(store.store_number, [])
            rows = store._get_rows()
            came = {row["label"].strip() for row in rows}
            missing = [item for item in items if item.description not in came]
            if missing:
                account = self._get_account()
                rows += rows_of_items(missing, request_id, store.name, account)
                store._keep(rows, "recovered")
            elif store.state == "lost":
                is_last = store.attempt_count >= MOST_ATTEMPTS
                store.state = "failed" if is_last else "waiting"

    def _get_account(self):
        """Return the account of the other lines: an instance has one for all."""
        for store in self._select("received"):
            for row in store._get_rows():
                return row.get("account", "")
        return ""
