from odoo import Command

from ...compat import SOLD_TAXES, product_kind
from ..shared.accounting_common import AccountingCommon
from ..shared.users import find_or_make

APPROVER = "coopcycle_magento.billing_group_approver"


class ChecksCommon(AccountingCommon):
    """A company that checks all invoices; its customer lacks nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(su=True, context={"tracking_disable": True})
        cls.company = cls.company_data["company"].with_env(cls.env)
        cls.company.billing_check_scope = "all"
        cls.country = cls.company.account_fiscal_country_id
        cls.env["res.partner.bank"].create(
            {"acc_number": "DE1", "partner_id": cls.company.partner_id.id}
        )
        cls.term = cls.env["account.payment.term"].create({"name": "Later"})
        cls.customer = cls.make_customer("Bakery")
        cls.tax = cls.company_data["default_tax_sale"].with_env(cls.env)
        cls.product = cls.make_product("Bread")
        cls.biller = cls.make_user("biller", "account.group_account_invoice")
        cls.approver = cls.make_user("approver", APPROVER)

    @classmethod
    def make_user(cls, login, groups):
        return find_or_make(cls.env, f"checks_{login}", groups, cls.company)

    @classmethod
    def make_customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "street": "Rue du Four 1",
                "zip": "12345",
                "city": "Nantes",
                "country_id": cls.country.id,
                "property_payment_term_id": cls.term.id,
                **values,
            }
        )

    @classmethod
    def make_product(cls, name, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                **product_kind("service"),
                "invoice_policy": "order",
                "taxes_id": [Command.set(cls.tax.ids)],
                **values,
            }
        )

    def make_order(self, price=10.0, quantity=5.0, customer=None, **values):
        """Return a confirmed order of one line."""
        order = self.env["sale.order"].create(
            {
                "partner_id": (customer or self.customer).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                            SOLD_TAXES: [Command.set(self.tax.ids)],
                        }
                    )
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    def bill(self, order=None):
        """Return the draft of an order's invoice."""
        return (order or self.make_order())._create_invoices()

    def make_invoice(self, customer=None, price=10.0, line=None, **values):
        """Return a draft that bills no order."""
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (customer or self.customer).id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "price_unit": price,
                            "quantity": 1.0,
                            "tax_ids": [Command.set(self.tax.ids)],
                            **(line or {}),
                        }
                    )
                ],
                **values,
            }
        )

    def find(self, move):
        """Return {code: finding} of what is found in an invoice."""
        return {finding.code: finding for finding in move._billing_find()[move]}

    def assert_found(self, move, code, severity):
        """Check that a check finds this, in words that name a remedy."""
        found = self.find(move)
        self.assertIn(code, found)
        self.assertEqual(found[code].severity, severity)
        self.assertIn("Resolution: ", found[code].message)
        return found[code]

    def assert_clean(self, move, *codes):
        """Check that none of these, or nothing at all, is found."""
        found = self.find(move)
        left = {code: found[code].message for code in found}
        self.assertFalse({c: t for c, t in left.items() if not codes or c in codes})
