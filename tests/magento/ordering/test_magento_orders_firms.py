from odoo.tests import tagged

from ..common import MagentoCommon

ALPHA, BETA = "FR23334175221", "FR40303265045"


@tagged("post_install", "-at_install")
class TestMagentoOrdersFirms(MagentoCommon):
    """Which firm bought, and which one receives it."""

    def order(self, billed=None, delivered=None, vat=None, **terms):
        """Place an order of one person for firms.

        :param billed, delivered: names of the firms of both addresses
        :param vat: the number that stands with the billing address
        """
        customer = {"email": "buyer@example.com", "firstname": "Ann", "lastname": "Lee"}
        return self.place(
            **{
                "customer": customer,
                "billing": {"company": billed, "vat_id": vat, "street": ["1 rue A"]},
                "shipping": {"company": delivered, "street": ["9 rue Z"]},
                **terms,
            }
        )

    def one_by_one(self, *orders):
        """Place and import orders one after the other: see `order`."""
        sales = []
        for terms in orders:
            sales.append(self.import_placed(self.order(**terms)))
        return sales

    def at_once(self, *orders):
        placed = [self.order(**terms) for terms in orders]
        self.run_import()
        return [self.sale(order) for order in placed]

    def both_ways(self, *orders):
        """Import orders one by one, and of another buyer all on one page."""
        yield self.one_by_one(*orders)
        other = {"email": "other@example.com", "firstname": "Ann", "lastname": "Lee"}
        yield self.at_once(*({**terms, "customer": other} for terms in orders))

    def make_partner(self, **values):
        return self.su["res.partner"].create(
            {"name": "Ann Lee", "email": "buyer@example.com", **values}
        )

    def test_private_after_a_firm(self):
        """Nobody buys for himself under the VAT number of a firm he has bought for."""
        for firm, private in self.both_ways({"billed": "Alpha SARL", "vat": ALPHA}, {}):
            self.assertEqual(firm.partner_id.commercial_partner_id.vat, ALPHA)
            for partner in (private.partner_id, private.partner_invoice_id):
                self.assertFalse(partner.commercial_partner_id.vat)

    # The firm of an address

    def test_contact_once(self):
        """The same addresses with firms are the same contacts, however often."""
        terms = {"billed": "Alpha SARL", "delivered": "Depot SAS"}
        for sales in self.both_ways(terms, terms, terms):
            customer = sales[0].partner_id
            self.assertEqual({sale.partner_id for sale in sales}, {customer})
            self.assertEqual(len(customer.child_ids), 1)
            for sale in sales:
                self.assertEqual(sale.partner_invoice_id, customer)
                self.assertEqual(sale.partner_shipping_id, customer.child_ids)

    def test_capitals(self):
        """Capitals, spaces and points make no other firm."""
        names = ("Alpha  SARL", "ALPHA sarl", "Alpha S.A.R.L.")
        sales = self.one_by_one(*({"billed": n, "delivered": n} for n in names))
        self.assertEqual(len({sale.partner_id for sale in sales}), 1)
        self.assertEqual(len({sale.partner_shipping_id for sale in sales}), 1)

    def test_printed(self):
        """Invoice and delivery slip name the firm of their address."""
        [sale] = self.one_by_one({"billed": "Alpha SARL", "delivered": "Depot SAS"})
        invoice, [picking] = sale._create_invoices(), sale.picking_ids
        reports = self.su["ir.actions.report"]
        slip, _type = reports._render_qweb_html(
            "stock.action_report_delivery", picking.ids
        )
        paper, _type = reports._render_qweb_html(
            "account.report_invoice_with_payments", invoice.ids
        )
        self.assertIn("Depot SAS", slip.decode())
        self.assertIn("Alpha SARL", paper.decode())
        self.assertIn("Depot SAS", picking.partner_id._display_address())

    def test_firm_below_a_firm(self):
        """The firm of a delivery address is printed below another firm as well."""
        firm = self.make_partner(name="Alpha SARL", is_company=True)
        sales = self.one_by_one(
            *[{"billed": "Alpha SARL", "delivered": "Depot SAS"}] * 2
        )
        self.assertEqual({sale.partner_id for sale in sales}, {firm})
        contact = sales[0].partner_shipping_id
        self.assertEqual(sales[1].partner_shipping_id, contact)
        self.assertIn("Depot SAS, ", contact.display_name)
        self.assertIn("Alpha SARL, ", sales[0].partner_invoice_id.display_name)
        self.assertEqual(len(firm.child_ids), 2)

    def test_firm_of_edited_contact(self):
        """Whoever edits the contact does not lose its firm."""
        [sale] = self.one_by_one({"delivered": "Depot SAS"})
        sale.partner_shipping_id.write({"phone": "1", "street": "8 rue Z"})
        self.assertEqual(sale.partner_shipping_id.company_name, "Depot SAS")

    def test_known_customer(self):
        """A person whom Odoo knows gets one contact for the firm."""
        known = self.make_partner()
        sales = self.one_by_one(*[{"billed": "L'Atelier & Fils"}] * 3)
        self.assertEqual({sale.partner_id for sale in sales}, {known})
        [contact] = {sale.partner_invoice_id for sale in sales}
        self.assertEqual(contact.company_name, "L'Atelier & Fils")
        self.assertIn("L'Atelier & Fils", contact.display_name)

    def test_recorded(self):
        """A registered customer's order for a firm, as a real shop gave it."""
        for number in range(3):
            self.add_case("company_on_second_address", 9000 + number)
            self.run_import()
        sales = self.su["sale.order"].search([("magento_order_id", "like", "900_")])
        self.assertEqual(len(sales), 3)
        self.assertEqual(len(sales.partner_invoice_id), 1)
        self.assertIn("L'Atelier & Fils", sales.partner_invoice_id.display_name)
        self.assertEqual(sales.partner_invoice_id.vat, "FR40303265045")

    # Two firms behind one e-mail address

    def test_two_firms(self):
        """Two firms are two customers, and stay them."""
        alpha, beta = {"billed": "Alpha SARL"}, {"billed": "Beta SA"}
        for sales in self.both_ways(alpha, beta, alpha, beta):
            customers = [sale.partner_id for sale in sales]
            self.assertEqual(customers[:2], customers[2:])
            self.assertEqual(len(set(customers)), 2)
            for sale, firm in zip(sales, ("Alpha SARL", "Beta SA") * 2, strict=True):
                self.assertIn(firm, sale.partner_invoice_id.display_name)

    def test_two_firms_with_numbers(self):
        """Each invoice has the VAT number of its own firm."""
        alpha = {"billed": "Alpha SARL", "vat": ALPHA}
        beta = {"billed": "Beta SA", "vat": BETA}
        for sales in self.both_ways(alpha, beta, alpha):
            vats = [sale.partner_invoice_id.vat for sale in sales]
            self.assertEqual(vats, [ALPHA, BETA, ALPHA])
            self.assertEqual(sales[0].partner_id, sales[2].partner_id)
            self.assertFalse(any(sale.magento_remarks for sale in sales))

    def test_two_numbers(self):
        """Two VAT numbers are two customers, also without firms or of one name."""
        for firm in (None, "Alpha SARL"):
            alpha, beta = {"billed": firm, "vat": ALPHA}, {"billed": firm, "vat": BETA}
            for sales in self.both_ways(alpha, beta):
                vats = [sale.partner_invoice_id.vat for sale in sales]
                self.assertEqual(vats, [ALPHA, BETA])

    def test_one_number(self):
        """One VAT number is one customer, however its firm is written."""
        sales = self.one_by_one(
            {"billed": "Alpha SARL", "vat": ALPHA},
            {"billed": "Alpha Paris", "vat": "FR 23 334 175 221"},
            {"billed": "Alpha SARL", "vat": "23334175221"},
        )
        self.assertEqual(len({sale.partner_id for sale in sales}), 1)
        self.assertIn("Alpha Paris", sales[1].partner_invoice_id.display_name)

    def test_number_of_a_firm(self):
        """A firm's VAT number does not go to the person who ordered before."""
        person, firm, again = self.one_by_one(
            {}, {"billed": "Payer SA", "vat": ALPHA}, {}
        )
        self.assertFalse(person.partner_id.vat)
        self.assertEqual(firm.partner_invoice_id.vat, ALPHA)
        self.assertEqual(again.partner_id, person.partner_id)

    def test_number_of_the_account(self):
        """The number of an account is no other firm's that it orders for."""
        jane = self.simulator.add_customer(taxvat=ALPHA)
        terms = [{"billed": "Alpha SARL"}, {"billed": "Beta SA"}]
        alpha, beta = self.one_by_one(*({**t, "customer": jane} for t in terms))
        self.assertEqual(alpha.partner_invoice_id.vat, ALPHA)
        self.assertFalse(beta.partner_invoice_id.vat)
        self.assertIn(ALPHA, beta.magento_remarks)

    def test_account_with_another_number(self):
        """An account that changes firm and number is another customer with both."""
        jane = self.simulator.add_customer(taxvat=ALPHA)
        [alpha] = self.one_by_one({"billed": "Alpha SARL", "customer": jane})
        other = jane | {"taxvat": BETA}
        [beta] = self.one_by_one({"billed": "Beta SA", "customer": other})
        vats = (alpha.partner_invoice_id.vat, beta.partner_invoice_id.vat)
        self.assertEqual(vats, (ALPHA, BETA))

    def test_two_firms_of_one_account(self):
        """A registered customer may buy for two firms, with another e-mail later."""
        jane = self.simulator.add_customer()
        alpha, beta = {"billed": "Alpha", "vat": ALPHA}, {"billed": "Beta", "vat": BETA}
        sales = self.one_by_one(*({**t, "customer": jane} for t in (alpha, beta)))
        moved = jane | {"email": "new@example.com"}
        sales += self.one_by_one(*({**t, "customer": moved} for t in (alpha, beta)))
        vats = [sale.partner_invoice_id.vat for sale in sales]
        self.assertEqual(vats, [ALPHA, BETA, ALPHA, BETA])
        self.assertEqual(len({sale.partner_id for sale in sales}), 2)

    def test_guests_without_names(self):
        """Guests whom the order does not name are told by their firms."""
        sales = []
        for name, vat in (("Alpha SARL", ALPHA), ("Beta SA", BETA)):
            order = self.order(name)
            nameless = {"customer_firstname": None, "customer_lastname": None}
            self.change(order, customer_taxvat=vat, **nameless)
            sales.append(self.import_placed(order))
        vats = [sale.partner_invoice_id.vat for sale in sales]
        self.assertEqual(vats, [ALPHA, BETA])

    def test_other_firm_later(self):
        """An order that is billed to another firm later says so, and names it."""
        order = self.order("Alpha SARL", vat=ALPHA)
        sale = self.import_placed(order)
        self.assertFalse(sale.magento_remarks)
        order["billing_address"] |= {"company": "Beta SA", "vat_id": BETA}
        self.change(order)
        self.run_import()
        self.assertIn("Beta SA", sale.partner_invoice_id.display_name)
        self.assertIn("Beta SA", sale.magento_remarks)
        self.assertIn(BETA, sale.magento_remarks)
        self.assertEqual(sale.partner_id.vat, ALPHA)

    # An address of another order

    def test_address_of_another_order(self):
        """Where a list gives another order's address, the order is read alone."""
        first = self.order()
        second = self.order(shipping={"firstname": "Sam", "street": ["7 rue S"]})
        self.simulator.faults.add("first_address", path=r"orders\?")
        self.run_import()
        self.assertEqual(self.sale(first).partner_shipping_id.street, "9 rue Z")
        self.assertEqual(self.sale(second).partner_shipping_id.street, "7 rue S")
        self.change(second, status="packed")
        self.run_import()
        self.assertEqual(self.sale(second).partner_shipping_id.street, "7 rue S")
        self.assertEqual(self.sale(second).magento_status, "packed")

    def test_address_stays_another_orders(self):
        """What the order alone does not mend waits, and the others come in."""
        orders = [self.order() for _number in range(3)]
        for address in ("_shipping_address", "billing_address"):
            wrong, own = orders[1], dict(orders[1][address])
            wrong[address] |= {"parent_id": orders[0]["entity_id"], "street": ["X"]}
            self.change(wrong)
            self.run_import()
            self.assertFalse(self.sale(wrong))
            document = self.document(wrong)
            self.assertEqual(document.error_code, "address_of_another")
            self.assertTrue(self.sale(orders[0]) and self.sale(orders[2]))
            wrong[address] = own
        self.change(wrong)
        self.run_import()
        self.assertEqual(self.sale(wrong).partner_shipping_id.street, "9 rue Z")
