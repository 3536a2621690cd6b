from uuid import uuid4

from odoo import Command

from ....compat import product_kind
from ...shared.two_cursors import TwoCursorsCase
from ...simulators.magento import MagentoSimulator


class MagentoTwoCursorsCase(TwoCursorsCase):
    """A user and a scheduled action at work on one order of a simulated shop."""

    def setUp(self):
        super().setUp()
        self.simulator = MagentoSimulator()
        self.simulator.start()
        self.addCleanup(self.simulator.stop)
        self.plant_for_test()
        self.worker = self.open_environment()
        self.user = self.open_environment()

    def plant(self, env):
        """Commit a connection and an order of it."""
        code = uuid4().hex[:6].upper()
        connection = self.make(
            env["magento.connection"],
            {
                "name": code,
                "company_id": env.company.id,
                "base_url": self.simulator.url,
                "consumer_key": self.simulator.consumer_key,
                "consumer_secret": self.simulator.consumer_secret,
                "access_token": self.simulator.access_token,
                "access_token_secret": self.simulator.access_token_secret,
            },
        )
        connection.action_fetch_configuration()
        connection.payment_method_ids.invoice_rule = "validate"
        product = self.make(
            env["product.product"],
            {
                "name": code,
                **product_kind("service"),
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
            },
        )
        self.placed = self.simulator.place_order(({"sku": "SKU-001", "qty": 1},))
        line = {
            "product_id": product.id,
            "product_uom_qty": 1,
            "price_unit": 12,
            "magento_item_id": str(self.placed["items"][0]["item_id"]),
            "magento_quantity": 1,
            "magento_role": "product",
        }
        sale = self.make(
            env["sale.order"],
            {
                **self.plant_parties(env, code),
                "magento_connection_id": connection.id,
                "magento_order_id": str(self.placed["entity_id"]),
                "magento_increment_id": self.placed["increment_id"],
                "magento_state": self.placed["state"],
                "magento_payment_method_id": connection.payment_method_ids[0].id,
                "order_line": [Command.create(line)],
            },
        )
        sale.action_confirm()
        self.sale_id, self.connection_id = sale.id, connection.id
        self.go_on_with(sale)

    def go_on_with(self, sale):
        """Do with the order what was done before anybody looks at it."""

    def plant_parties(self, env, code):
        """Return who buys, and what else an order needs."""
        return {"partner_id": self.make(env["res.partner"], {"name": code}).id}

    def clear_away(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            mine = [("connection_id", "=", self.connection_id)]
            env["magento.document"].search(mine).unlink()
            self.clear_invoices(env)
            for model, record_id in reversed(self.made):
                record = env[model].browse(record_id)
                if model == "sale.order":
                    record._action_cancel()
                record.unlink()

    def clear_invoices(self, env):
        """Delete the invoices of the order."""

    def sale(self, env):
        return env["sale.order"].browse(self.sale_id)

    def run_export(self, code):
        connection = self.worker["magento.connection"].browse(self.connection_id)
        return connection.run_operation(code).sudo()

    def begin_again(self):
        """Do with the user's transaction what Odoo does after a conflict."""
        self.user.cr.rollback()
        self.user.reset()
        self.be_impatient(self.user.cr)
