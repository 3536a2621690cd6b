"""The main job in the demonstration, done through the web client's own calls."""

import base64

from .json_rpc import Client, fetch
from .state import CHECKOUT, DevError

SAMPLE = CHECKOUT / "tests" / "data" / "coopcycle" / "export_fr.csv"
WIZARD = "coopcycle.import.wizard"
CONNECTION = "magento.connection"
# What the demonstration's company does not sell keeps one order waiting.
WAITING = 1


class Visit:
    """A person who signs in, imports both kinds of things, and exports an invoice."""

    def __init__(self, address: str, shop: str):
        self.odoo = Client(address)
        self.shop = shop

    def do(self, database: str) -> str:
        """Do all of it.

        :return: what came of it, in one line
        :raise DevError: what did not go as it should
        """
        self.odoo.sign_in(database, "admin", "admin")
        invoices = self._import_sample()
        connection = self._set_up_shop()
        orders = self._import_orders(connection)
        return f"{invoices}, {orders}, {self._export_invoice(connection)}"

    # CoopCycle's file

    def _import_sample(self) -> str:
        content = base64.b64encode(SAMPLE.read_bytes()).decode()
        values = {"file": content, "file_name": SAMPLE.name}
        wizard = self.odoo.call(WIZARD, "create", values)
        self.odoo.press(WIZARD, wizard, "action_test")
        if errors := self.odoo.find(
            f"{WIZARD}.issue",
            [("wizard_id", "=", wizard), ("severity", "=", "error")],
            "message",
        ):
            raise DevError(f"{SAMPLE.name}: {_joined(errors, 'message')}")
        self.odoo.press(WIZARD, wizard, "action_import")
        import_id = self.odoo.read(WIZARD, wizard, "import_id")["import_id"]
        if not import_id:
            raise DevError(f"Nothing of {SAMPLE.name} was imported.")
        names = ("state", "error", "move_count", "line_count")
        made = self.odoo.read("coopcycle.import", import_id[0], *names)
        if made["state"] != "done" or not made["move_count"]:
            raise DevError(f"The import of {SAMPLE.name}: {made}")
        return f"{made['move_count']} invoices of {made['line_count']} rows"

    # Magento's orders

    def _set_up_shop(self) -> int:
        """Do with the connection what its form asks for."""
        [connection] = self.odoo.call(CONNECTION, "search", [])
        action = self.odoo.press(CONNECTION, connection, "action_test_connection")
        names = ("is_reached", "has_missing", "error")
        test = self.odoo.read(action["res_model"], action["res_id"], *names)
        if not test["is_reached"] or test["has_missing"]:
            raise DevError(
                f"The simulated shop: {test['error'] or 'a right is missing'}"
            )
        self.odoo.press(CONNECTION, connection, "action_fetch_configuration")
        self.odoo.press(CONNECTION, connection, "action_confirm_guesses")
        if self.odoo.read(CONNECTION, connection, "missing_count")["missing_count"]:
            raise DevError("Something that was fetched has no meaning in Odoo.")
        methods = self.odoo.call("magento.payment.method", "search", [])
        rule = {"invoice_rule": "validate"}
        self.odoo.call("magento.payment.method", "write", methods, rule)
        return connection

    def _import_orders(self, connection: int) -> str:
        action = self.odoo.press(CONNECTION, connection, "action_import_orders")
        log = self.odoo.read(action["res_model"], action["res_id"], "state")
        orders = self.odoo.call(
            "sale.order", "search_count", [("magento_connection_id", "=", connection)]
        )
        waiting = self.odoo.find(
            "magento.document", [("last_error", "!=", False)], "last_error"
        )
        if log["state"] == "failed" or not orders or len(waiting) != WAITING:
            raise DevError(
                f"The import of orders: {log['state']}, {orders} came in,"
                f" {len(waiting)} wait, not {WAITING}. "
                f"{_joined(waiting, 'last_error')}"
            )
        return f"{orders} orders ({WAITING} waits)"

    # An invoice

    def _export_invoice(self, connection: int) -> str:
        domain = [
            ("magento_connection_id", "=", connection),
            ("magento_state", "=", "new"),
            ("state", "=", "sale"),
            ("invoice_status", "=", "to invoice"),
        ]
        orders = self.odoo.find("sale.order", domain, "name", order="id", limit=1)
        if not orders:
            raise DevError("No order came in that is to be invoiced.")
        invoice = self._make_invoice(orders[0]["id"])
        self.odoo.press("account.move", invoice, "action_post")
        self.odoo.press("account.move", invoice, "action_magento_export")
        names = ("name", "magento_export_state", "magento_number", "magento_last_error")
        made = self.odoo.read("account.move", invoice, *names)
        number = made["magento_number"]
        if made["magento_export_state"] != "done" or not number:
            raise DevError(f"The invoice was not exported: {made}")
        book = fetch(f"{self.shop}/_simulator/book")
        there = [each["increment_id"] for each in book["invoices"]].count(number)
        if there != 1:
            raise DevError(f"Magento has invoice {number} {there} times.")
        return f"invoice {made['name']} is {number} in Magento"

    def _make_invoice(self, order: int) -> int:
        wizard = self.odoo.call(
            "sale.advance.payment.inv",
            "create",
            {"advance_payment_method": "delivered"},
            context={
                "active_model": "sale.order",
                "active_ids": [order],
                "active_id": order,
            },
        )
        self.odoo.press("sale.advance.payment.inv", wizard, "create_invoices")
        [made] = self.odoo.read("sale.order", order, "invoice_ids")["invoice_ids"]
        return made


def _joined(records: list[dict], name: str) -> str:
    return "; ".join(record[name] for record in records)
