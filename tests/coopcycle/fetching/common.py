from datetime import date

from ...simulators.coopcycle import CoopcycleSimulator
from ..common import CoopcycleCommon

FIRST, LAST = date(2025, 6, 1), date(2025, 6, 30)


class FetchCommon(CoopcycleCommon):
    """A company with a simulated CoopCycle, of which it bills two stores."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.name = "Livraison à la demande"

    def setUp(self):
        super().setUp()
        self.instance = self.enter(CoopcycleSimulator())
        self.connection.sudo().write(
            {
                "base_url": self.instance.url,
                "username": self.instance.username,
                "password": self.instance.password,
                "user_id": self.biller.id,
            }
        )
        self.store = self.instance.add_store("Acme")
        self.other = self.instance.add_store("Canal", "Les Vélos du Canal")

    def make_fetch_wizard(self, first=FIRST, last=LAST, user=None):
        return (
            self.env["coopcycle.fetch.wizard"]
            .with_user(user or self.biller)
            .create(
                {
                    "connection_id": self.connection.id,
                    "date_from": first,
                    "date_to": last,
                }
            )
        )

    def fetch(self, **options):
        """Press *Fetch and Import*, and return what was fetched, as who bills."""
        self.action = self.make_fetch_wizard(**options).action_fetch()
        return self.last_fetch()

    def open(self, action, user=None):
        """Return the record that an action shows, as who bills or the given user."""
        records = self.env[action["res_model"]].with_user(user or self.biller)
        return records.browse(action["res_id"])

    def last_fetch(self):
        fetches = self.env["coopcycle.fetch"].with_user(self.biller)
        return fetches.search([], limit=1)

    def states(self, fetch):
        """Return {store: its state}."""
        return {store.name: store.state for store in fetch.store_ids}

    def billed(self):
        """Return {order number: amount} of all live invoices, each order once."""
        lines = self.env["account.move.line"].search(
            [
                ("coopcycle_order_number", "!=", False),
                ("move_id.state", "!=", "cancel"),
                ("company_id", "=", self.company.id),
            ]
        )
        numbers = lines.mapped("coopcycle_order_number")
        self.assertEqual(len(numbers), len(set(numbers)), "an order is billed twice")
        return {line.coopcycle_order_number: line.price_subtotal for line in lines}

    def assert_all_billed(self):
        """Whatever CoopCycle has marked is on an invoice, with its amount, and once."""
        self.assertEqual(
            self.billed(),
            {
                order.number: (order.total - order.tax) / 100
                for order in self.instance.orders
                if order.exports
            },
        )
