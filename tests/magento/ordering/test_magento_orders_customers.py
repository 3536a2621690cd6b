from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...shared.versions import Partner
from ..common import MagentoCommon

REFUSAL = ValidationError("No VAT number")


@tagged("post_install", "-at_install")
class TestMagentoOrdersCustomers(MagentoCommon):
    """Whose order it is, and where it goes."""

    def guest(self, email="guest@example.com", name="Ann Lee", **terms):
        first, last = name.split()
        customer = {"email": email, "firstname": first, "lastname": last}
        return self.place(customer=customer, **terms)

    def partners(self, *orders):
        self.run_import()
        return [self.sale(order).partner_id for order in orders]

    def test_customer_by_id(self):
        """A registered customer stays the same with another e-mail and name."""
        jane = self.simulator.add_customer()
        [before] = self.partners(self.place(customer=jane))
        renamed = jane | {"email": "new@example.com", "lastname": "Smith"}
        [after] = self.partners(self.place(customer=renamed))
        self.assertEqual(before, after)
        self.assertEqual(before.name, "Jane Doe")

    def test_customer_by_id_on_one_page(self):
        jane = self.simulator.add_customer()
        orders = [self.place(customer=jane)]
        orders.append(self.place(customer=jane | {"email": "new@example.com"}))
        before, after = self.partners(*orders)
        self.assertEqual(before, after)

    def test_customer_by_email(self):
        """Whoever Odoo knows by that e-mail is the customer; letter case is nothing."""
        jane = self.su["res.partner"].create({"name": "J", "email": "JANE@Example.com"})
        orders = [
            self.place(customer=self.simulator.add_customer()),
            self.guest("Jane@example.COM"),
        ]
        self.assertEqual(self.partners(*orders), [jane, jane])

    def test_guest_who_registers(self):
        """A guest and the customer with that e-mail are one, also on one page."""
        orders = [
            self.guest("jane@example.com"),
            self.place(customer=self.simulator.add_customer()),
            self.guest("JANE@example.com"),
        ]
        self.assertEqual(len(set(self.partners(*orders))), 1)

    def test_strangers(self):
        """The same name with another e-mail, or with none, is somebody else."""
        orders = [self.guest("a@example.com"), self.guest("b@example.com")]
        orders += [self.guest(), self.guest()]
        for order in orders[2:]:
            self.change(order, customer_email="")
            order["billing_address"]["email"] = ""
        self.assertEqual(len(set(self.partners(*orders))), 4)

    def test_name(self):
        """Names are Magento's, with prefix and suffix."""
        jane = self.simulator.add_customer(prefix="Dr.", middlename="M.", suffix="Jr.")
        [partner] = self.partners(self.place(customer=jane))
        self.assertEqual(partner.name, "Dr. Jane M. Doe Jr.")
        self.assertFalse(partner.is_company)

    def test_same_address(self):
        """The same address ten times is one contact, whatever its spaces and case."""
        orders = []
        for number in range(10):
            street = "1 Side  Street" if number % 2 else "1 side street"
            shipping = {"firstname": "Bob", "lastname": "Ray", "street": [street]}
            orders.append(self.guest(shipping=shipping))
        partner, *_others = self.partners(*orders[:5])
        self.partners(*orders[5:])
        self.assertEqual(len(partner.child_ids), 1)
        contact = partner.child_ids
        self.assertEqual((contact.name, contact.type), ("Bob Ray", "delivery"))
        for order in orders:
            sale = self.sale(order)
            self.assertEqual(sale.partner_shipping_id, contact)
            self.assertEqual(sale.partner_invoice_id, partner)

    def test_several_addresses(self):
        orders = [
            self.guest(shipping={"street": [f"{number} rue X"]}) for number in range(3)
        ]
        partner, *_same = self.partners(*orders)
        self.assertEqual(len(partner.child_ids), 3)
        contacts = {self.sale(order).partner_shipping_id for order in orders}
        self.assertEqual(contacts, set(partner.child_ids))

    def test_place(self):
        """Country, state and all lines of the street."""
        order = self.guest(
            billing={
                "street": ["1 Main St", "Floor 2", "Door 3"],
                "country_id": "US",
                "region": "New York",
                "region_code": "NY",
            }
        )
        [partner] = self.partners(order)
        self.assertEqual(partner.state_id, self.env.ref("base.state_us_27"))
        self.assertEqual(partner.country_id, self.env.ref("base.us"))
        self.assertEqual(
            (partner.street, partner.street2), ("1 Main St", "Floor 2, Door 3")
        )

    def test_unknown_state(self):
        """A state that Odoo does not have is kept in a note, and shown on the order."""
        order = self.guest(billing={"region": "Nowhere", "region_code": "XY"})
        [partner] = self.partners(order)
        self.assertIn("Nowhere", partner.comment)
        self.assertIn("Nowhere", self.sale(order).magento_remarks)
        self.assertEqual(self.sale(order).state, "sale")

    def test_company_and_vat(self):
        order = self.guest(billing={"company": "ACME SARL", "vat_id": "FR23334175221"})
        [partner] = self.partners(order)
        self.assertEqual(partner.vat, "FR23334175221")
        self.assertEqual(partner.company_name, "ACME SARL")
        self.assertEqual(partner.name, "Ann Lee")

    def test_same_vat_with_spaces(self):
        order = self.guest(billing={"vat_id": "FR 23 334175221"})
        self.su["res.partner"].create(
            {"name": "A", "email": "guest@example.com", "vat": "FR23334175221"}
        )
        self.run_import()
        self.assertFalse(self.sale(order).magento_remarks)

    def test_refused_vat(self):
        """A VAT number that Odoo refuses is noted once, and stops nothing."""

        def refuse(partners):
            if any(partner.vat == "NONSENSE" for partner in partners):
                raise REFUSAL

        with patch.object(Partner, "write", _checked_write(refuse)):
            orders = [self.guest(billing={"vat_id": "NONSENSE"}) for _n in range(3)]
            orders.append(self.guest("b@example.com"))
            partner, *_others = self.partners(*orders)
        self.assertFalse(partner.vat)
        self.assertEqual(partner.comment.count("NONSENSE"), 1)
        for order in orders[:3]:
            self.assertIn("NONSENSE", self.sale(order).magento_remarks)
            self.assertEqual(self.sale(order).state, "sale")

    def test_other_vat(self):
        """Who has another number is another customer, and changes nothing."""
        known = self.su["res.partner"].create(
            {"name": "A", "email": "guest@example.com", "vat": "FR23334175221"}
        )
        order = self.guest(billing={"vat_id": "FR40303265045"})
        [partner] = self.partners(order)
        self.assertNotEqual(partner, known)
        self.assertEqual((partner.vat, known.vat), ("FR40303265045", "FR23334175221"))

    def test_address_of_our_own(self):
        """Nobody becomes our company, one of us, or a supplier by an e-mail address."""
        company = self.company.with_env(self.su).partner_id
        partners = self.su["res.partner"]
        ours = {
            "company@example.com": company,
            "accounts@example.com": partners.create(
                {"name": "Accounts", "parent_id": company.id}
            ),
            "clerk@example.com": self.clerk.sudo().partner_id,
            "supplier@example.com": partners.create(
                {"name": "Supplier", "supplier_rank": 1}
            ),
        }
        for email, partner in ours.items():
            partner.email = email
        self.env.flush_all()
        self.env.invalidate_all()
        names = ["name", "vat", "street", "comment", "child_ids", "customer_rank"]
        before = {each: each.read(names)[0] for each in ours.values()}
        orders = [
            self.guest(email, billing={"vat_id": "FR23334175221"}) for email in ours
        ]
        for partner, order in zip(ours.values(), orders, strict=True):
            with self.subTest(partner.name):
                [customer] = self.partners(order)
                self.assertNotEqual(customer, partner)
                self.assertEqual(customer.vat, "FR23334175221")
                self.assertEqual(partner.read(names)[0], before[partner])

    def test_known_customer_is_left_alone(self):
        """Whoever typed a customer's address changes nothing of that customer."""
        known = self.su["res.partner"].create(
            {"name": "Known", "email": "guest@example.com", "customer_rank": 1}
        )
        before = known.address_get(["invoice", "delivery"])
        order = self.guest(
            billing={"vat_id": "FR23334175221", "street": ["1 Fake St"]},
            shipping={"street": ["2 Fake St"]},
        )
        self.assertEqual(self.partners(order), [known])
        self.assertFalse(known.vat)
        self.assertFalse(known.street)
        self.assertFalse(known.comment)
        self.assertIn("FR23334175221", self.sale(order).magento_remarks)
        self.assertIn("Resolution", self.sale(order).magento_remarks)
        self.assertEqual(self.sale(order).partner_shipping_id.street, "2 Fake St")
        self.assertEqual(self.sale(order).partner_invoice_id.street, "1 Fake St")
        # Odoo proposes these to no other order of the customer
        self.assertEqual(known.address_get(["invoice", "delivery"]), before)

    def test_note(self):
        """What the customer wrote is the order's note, whatever letters it has."""
        order = self.place(fields={"customer_note": "Ring <twice> & wait\nplease"})
        note = self.import_placed(order).note
        self.assertIn("Ring &lt;twice&gt; &amp; wait", note)

    def test_archived_contact(self):
        """A customer whom the shop knows by id stays so when archived in Odoo."""
        jane = self.simulator.add_customer()
        [before] = self.partners(self.place(customer=jane))
        before.active = False
        self.assertEqual(self.partners(self.place(customer=jane)), [before])


def _checked_write(check):
    write = Partner.write

    def checked(self, vals):
        res = write(self, vals)
        check(self)
        return res

    return checked
