from odoo import Command
from odoo.tests import tagged

from ....compat import REVERSALS
from ..common import MagentoCommon


@tagged("post_install", "-at_install")
class TestMagentoOrdersInvoices(MagentoCommon):
    """Invoices and credit notes of Magento's orders come to what the shop says."""

    def invoice(self, sale, quantities=None):
        """Invoice an order, or so many of each product, by SKU.

        Services and extra totals are invoiced with the first part.
        """
        if quantities:
            for line in sale.order_line.filtered("magento_item_id"):
                part = quantities.get(line.product_id.default_code, 0)
                line.qty_delivered = line.qty_invoiced + part
        invoice = sale._create_invoices()
        invoice.action_post()
        return invoice

    def assert_invoiced(self, invoices, order):
        total, tax = order["grand_total"], order["tax_amount"]
        self.assertAlmostEqual(sum(invoices.mapped("amount_total")), total, 2)
        self.assertAlmostEqual(sum(invoices.mapped("amount_tax")), tax, 2)
        for invoice in invoices:
            due = invoice.line_ids.filtered(lambda x: x.display_type == "payment_term")
            self.assertAlmostEqual(
                sum(due.mapped("amount_currency")), invoice.amount_total
            )

    def import_random(self, seeds, **terms):
        self.add_rates()
        orders = [self.place_random(seed, **terms) for seed in seeds]
        self.run_import()
        return [(order, self.sale(order)) for order in orders]

    def test_whole_orders(self):
        """An invoice of a whole order has Magento's total and taxes."""
        self.assert_whole_orders(range(15))

    def test_whole_orders_round_globally(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self.assert_whole_orders(range(15, 30))

    def assert_whole_orders(self, seeds):
        pairs = self.import_random(seeds)
        sales = self.su["sale.order"].union(*[sale for _order, sale in pairs])
        sales._create_invoices(grouped=True).action_post()
        for order, sale in pairs:
            self.assert_invoiced(sale.invoice_ids, order)

    def test_several_orders_in_one(self):
        pairs = self.import_random(range(10), store="default")
        sales = self.su["sale.order"].union(*[sale for _order, sale in pairs])
        sales.partner_invoice_id = sales[0].partner_invoice_id
        invoice = sales._create_invoices()
        self.assertEqual(len(invoice), 1)
        totals = sum(order["grand_total"] for order, _sale in pairs)
        self.assertAlmostEqual(invoice.amount_total, totals, 2)

    def test_parts(self):
        """Three invoices of parts come to the whole."""
        self.products.invoice_policy = "delivery"
        self.add_rates()
        orders = []
        for rounding in ("total", "row", "unit"):
            self.simulator.shop.rounding = rounding
            orders.append(
                self.place(
                    {"sku": "SKU-001", "qty": 7, "price": "3.33", "discount": "0.37"},
                    {
                        "sku": "SKU-003",
                        "qty": 5,
                        "price": "19.99",
                        "taxes": ["FR20", "ECO"],
                    },
                )
            )
        self.run_import()
        for order in orders:
            sale = self.sale(order)
            for line in sale.order_line.filtered("magento_item_id"):
                line.qty_delivered_method = "manual"
            invoices = self.su["account.move"]
            for parts in ((2, 1), (2, 2), (3, 2)):
                quantities = dict(zip(("SKU-001", "SKU-003"), parts, strict=True))
                invoices += self.invoice(sale, quantities)
            self.assert_invoiced(invoices, order)

    def test_parts_of_edited_drafts(self):
        """So they do where a clerk enters the quantities in the drafts."""
        order = self.place(
            {"sku": "SKU-001", "qty": 7, "price": "3.33", "discount": "0.37"},
            {"sku": "SKU-003", "qty": 5, "price": "19.99", "discount_percent": 7.5},
        )
        sale = self.import_placed(order)
        invoices = self.su["account.move"]
        for parts in ((2, 1), (2, 2), (3, 2)):
            quantities = dict(zip(("SKU-001", "SKU-003"), parts, strict=True))
            draft = sale._create_invoices()
            draft.invoice_line_ids = [
                Command.update(line.id, {"quantity": quantities[sku]})
                for line in draft.invoice_line_ids
                if (sku := line.product_id.default_code) in quantities
            ]
            draft.action_post()
            invoices += draft
        self.assert_invoiced(invoices, order)

    def test_tax_that_a_clerk_changed(self):
        """Posting leaves it as it is, and an invoice that is as Magento has it."""
        sale = self.import_one()
        for difference in (0, 0.02):
            draft = sale._create_invoices()
            draft._set_tax(self.tax_20, draft.amount_tax + difference)
            before = draft.amount_tax
            draft.action_post()
            self.assertAlmostEqual(draft.amount_tax, before, 2)
            draft.button_draft()
            draft.unlink()

    def test_reversal(self):
        """A credit note of a whole invoice comes to the invoice, whichever way."""
        for order, sale in self.import_random(range(30, 35)):
            invoice = self.invoice(sale)
            wizard = self.su["account.move.reversal"].create(
                {
                    "move_ids": [Command.set(invoice.ids)],
                    "journal_id": invoice.journal_id.id,
                }
            )
            action = wizard.refund_moves()
            refund = self.su["account.move"].browse(action["res_id"])
            self.assertAlmostEqual(refund.amount_total, order["grand_total"], 2)
            self.assertAlmostEqual(refund.amount_tax, order["tax_amount"], 2)
            refund.unlink()
            invoice._reverse_moves(cancel=True)
            self.assertEqual(invoice.payment_state, "reversed")

    def test_reversal_in_parts(self):
        """Credit notes of parts come to the invoice, cents and taxes too."""
        for _order, sale in self.import_random(range(35, 38)):
            invoice = self.invoice(sale)
            left = {line: line.quantity for line in invoice.invoice_line_ids}
            for share in (0.3, 0.5, 1):
                parts = {
                    line.sale_line_ids: round(quantity * share, 2)
                    for line, quantity in left.items()
                }
                self.credit(invoice, parts)
                left = {
                    line: quantity - parts[line.sale_line_ids]
                    for line, quantity in left.items()
                }
            notes = invoice[REVERSALS]
            self.assertEqual(len(notes), 3)
            for name in ("amount_total", "amount_tax"):
                credited = sum(notes.mapped(name))
                self.assertAlmostEqual(credited, invoice[name], 2, sale.name)

    def credit(self, invoice, quantities):
        """Post a credit note of some quantities, by order line."""
        wizard = self.su["account.move.reversal"].create(
            {
                "move_ids": [Command.set(invoice.ids)],
                "journal_id": invoice.journal_id.id,
            }
        )
        note = self.su["account.move"].browse(wizard.refund_moves()["res_id"])
        note.invoice_line_ids = [
            Command.update(line.id, {"quantity": quantities[line.sale_line_ids]})
            for line in note.invoice_line_ids
        ]
        note.action_post()

    def test_reversal_with_another_price(self):
        """What a clerk changes in a credit note has Odoo's tax."""
        invoice = self.invoice(self.import_one(("SKU-001", 2)))
        note = invoice._reverse_moves()
        note.invoice_line_ids.filtered("tax_ids").price_unit = 7
        note.action_post()
        self.assertAlmostEqual(note.amount_tax, 2.8)

    def test_refund_of_returned_goods(self):
        """Goods that came back are credited with their share of Magento's taxes."""
        self.products.invoice_policy = "delivery"
        order = self.place({"sku": "SKU-001", "qty": 3, "price": "3.33"})
        sale = self.import_placed(order)
        line = sale.order_line.filtered("magento_item_id")
        line.qty_delivered_method = "manual"
        invoice = self.invoice(sale, {"SKU-001": 3})
        line.qty_delivered = 0
        refund = sale._create_invoices(final=True)
        self.assertEqual(refund.move_type, "out_refund")
        goods = invoice.invoice_line_ids.filtered(lambda x: x.sale_line_ids == line)
        self.assertAlmostEqual(refund.amount_untaxed, goods.price_subtotal)
        self.assertAlmostEqual(refund.amount_tax, order["tax_amount"])

    def test_edited_invoice(self):
        """A price that a clerk changed has Odoo's tax, not Magento's."""
        sale = self.import_one()
        invoice = sale._create_invoices()
        line = invoice.invoice_line_ids.filtered(lambda x: x.price_unit == 10)
        line.price_unit = 20
        invoice.action_post()
        self.assertAlmostEqual(invoice.amount_tax, 4)

    def test_currency(self):
        """An invoice is in the order's currency, booked at the day's rate."""
        sale = self.import_one(store="us", billing={"country_id": "FR"})
        invoice = self.invoice(sale)
        self.assertEqual(invoice.currency_id.name, "USD")
        self.assertAlmostEqual(sum(invoice.line_ids.mapped("balance")), 0)
