from ..common import MagentoCommon


class MagentoReceivingCommon(MagentoCommon):
    """Orders of the shop that are in Odoo, and what the shop's staff makes of them.

    :cvar INVOICED: as `BOUGHT`, of orders that are invoiced in both systems
    """

    INVOICED = ()
    kind = ""
    code = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bought_and_invoiced = cls.buy(cls.INVOICED)
        moves = cls.su["account.move"]
        for sale in cls.sales_of(cls.bought_and_invoiced):
            cls.simulator.admin.invoice(int(sale.magento_order_id))
            moves |= sale._create_invoices()
        moves.action_post()

    @property
    def admin(self):
        return self.simulator.admin

    def invoiced(self, *lines, **terms):
        """Import an order that is invoiced in both systems, or take one of the class.

        :return: the order in the shop's book, the sale order and its posted invoice
        """
        if not terms and (order := self.take(self.bought_and_invoiced, lines)):
            sale = self.sale(order)
            return order, sale, sale.invoice_ids
        order, sale = self.sell(*lines, **terms)
        return order, sale, self.invoice_both(order)

    def invoice_both(self, order):
        """Invoice an order in both systems, and return Odoo's posted invoice."""
        self.admin.invoice(order["entity_id"])
        invoice = self.sale(order)._create_invoices()
        invoice.action_post()
        return invoice

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
