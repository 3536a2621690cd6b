from datetime import timedelta

from odoo import fields

from ..common import TWO_PIECES, MagentoCommon


class MagentoExportCommon(MagentoCommon):
    """Orders of a shop whose invoices go back to it when they are posted.

    :cvar DRAFTED: as `BOUGHT`, of orders of which there is the draft of an invoice
    """

    DRAFTED = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_rule("validate")
        cls.connection.export_invoices_from = "2020-01-01"
        cls.drafted = cls.buy(cls.DRAFTED)
        for sale in cls.sales_of(cls.drafted):
            sale._create_invoices()

    @classmethod
    def set_rule(cls, rule, code=None):
        """Choose when invoices are exported, of one payment method or of all."""
        cls.connection.payment_method_ids.filtered(
            lambda method: code in (None, method.code)
        ).invoice_rule = rule

    # Invoices in Odoo

    def make_invoice(self, *lines, quantities=None, **terms):
        """Place an order, let it come in, and post an invoice of it.

        :return: (the order in the shop's book, the posted invoice)
        """
        if not terms and (order := self.take(self.drafted, lines)):
            draft = self.sale(order).invoice_ids
            return order, self.post(draft, quantities)
        order, sale = self.sell(*lines, **terms)
        return order, self.invoice(sale, quantities)

    def make_invoices(self, count):
        """Return as many invoices, each of an order of its own."""
        ready = self.drafted + self.bought
        taken = [self.take(ready, TWO_PIECES) for _number in range(count)]
        orders = list(filter(None, taken))
        if len(orders) < count:
            orders += self.import_many(count - len(orders), *TWO_PIECES)
        moves = self.su["account.move"]
        for sale in map(self.sale, orders):
            moves |= sale.invoice_ids or sale._create_invoices()
        moves.action_post()
        return moves

    def invoice(self, sales, quantities=None):
        """Post an invoice; `quantities` are by SKU, without the rest and shipping."""
        return self.post(sales._create_invoices(), quantities)

    @staticmethod
    def post(move, quantities=None):
        """Post a draft, maybe with other quantities."""
        if quantities is not None:
            for line in move.invoice_line_ids:
                line.quantity = quantities.get(line.product_id.default_code, 0)
            move.invoice_line_ids.filtered(lambda line: not line.quantity).unlink()
        move.action_post()
        return move

    def register_payment(self, move):
        """Pay an invoice in full.

        :return: the payment
        """
        wizard = self.su["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        return wizard.create({})._create_payments().sudo()

    # Exports

    def export(self, connection=None):
        """Run the export of all that is due, and return its log."""
        return (connection or self.connection).run_operation("export_invoices").sudo()

    def press(self, move):
        """Press the button on the invoice."""
        return move.with_env(self.env).action_magento_export()

    def state(self, move):
        move.invalidate_recordset()
        return move.magento_export_state

    def doc(self, move):
        """Return the documents of an invoice."""
        move.invalidate_recordset()
        return move.sudo().magento_document_ids

    @property
    def export_operation(self):
        return self.connection.sudo().operation_ids.filtered(
            lambda operation: operation.code == "export_invoices"
        )

    def be_due(self, documents=None):
        """Let the time pass until the next attempt."""
        documents = documents or self.su["magento.document"].search([])
        documents.next_attempt_at = fields.Datetime.now()

    def be_settled(self, documents):
        """Let the time pass after which Magento has surely finished."""
        documents.unknown_since -= timedelta(hours=1)

    def end_pause(self):
        """Let the time pass until an operation looks at the shop again."""
        self.export_operation.paused_until = fields.Datetime.now()

    # What the shop has

    def invoiced(self, order):
        """Return {SKU: quantity} of each invoice that the shop has of an order."""
        invoices = self.simulator.book.invoices.of_order(order["entity_id"])
        return [
            {
                item["sku"]: float(item["qty"])
                for item in invoice["items"]
                if item["qty"]
            }
            for invoice in invoices
        ]

    def posts(self):
        """Return how often an invoice was asked for."""
        return self.simulator.count("POST", "/invoice$")

    def item(self, order, sku):
        """Return the id of an order's item."""
        return next(i["item_id"] for i in order["items"] if i["sku"] == sku)
