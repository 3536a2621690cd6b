from ..common import MagentoCommon


class MagentoReceivingCommon(MagentoCommon):
    """Orders of the shop that are in Odoo, and what the shop's staff makes of them."""

    kind = ""
    code = ""

    @property
    def admin(self):
        return self.simulator.admin

    def invoiced(self, *lines, **terms):
        """Import an order that is invoiced in both systems.

        :return: the order in the shop's book, the sale order and its posted invoice
        """
        order = self.place(*lines, **terms)
        sale = self.import_placed(order)
        self.admin.invoice(order["entity_id"])
        invoice = sale._create_invoices()
        invoice.action_post()
        return order, sale, invoice

    def take_in(self, user=None):
        """Run the operation, and return its log."""
        connection = self.connection.with_user(user or self.manager)
        return connection.run_operation(self.code).sudo()

    def received(self, remote, direction="pull"):
        """Return the document of something in the shop."""
        return self.su["magento.document"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", self.kind),
                ("direction", "=", direction),
                ("magento_id", "=", str(remote["entity_id"])),
            ]
        )

    def change_remote(self, shelf, remote, **values):
        """Change a document in the shop, which moves its date of change."""
        remote |= {**values, "updated_at": self.simulator.book.now()}
        shelf.changed(remote)

    @staticmethod
    def item(order, sku, number=0):
        """Return the id of an order's item."""
        found = [item["item_id"] for item in order["items"] if item["sku"] == sku]
        return found[number]

    def count_queries(self):
        """Return how many queries a run makes."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.take_in()
        self.env.flush_all()
        return self.cr.sql_log_count - before
