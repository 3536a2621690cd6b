from odoo import Command

from ...compat import product_kind
from ..shared.accounting_common import AccountingCommon
from ..shared.invoices import prepare_invoice
from ..shared.users import find_or_make
from .steps import BillingSteps


class BillingCommon(BillingSteps, AccountingCommon):
    """A company that sells goods by deliveries, and a policy that bills them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.su = cls.env(su=True)
        cls.company = cls.company_data["company"].with_env(cls.su)
        # What changes of records is noted by Odoo, which takes time
        company = cls.company.with_company(cls.company)
        cls.su = company.with_context(tracking_disable=True).env
        cls.warehouse = cls.su["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.product = cls.make_product("Lamp", 10.0)
        cls.on_order = cls.make_product("Poster", 20.0, invoice_policy="order")
        cls.customer = cls.su["res.partner"].create(
            {"name": "Customer", "email": "customer@example.com"}
        )
        cls.approver = cls.make_user("approver", "billing_group_approver")
        cls.manager = cls.make_user("manager", "billing_group_manager")
        cls.robot = cls.su.ref("coopcycle_magento.billing_robot")

    @classmethod
    def make_product(cls, name, price, **vals):
        return cls.su["product.product"].create(
            {
                "name": name,
                "list_price": price,
                "invoice_policy": "delivery",
                "taxes_id": [Command.set(cls.company_data["default_tax_sale"].ids)],
                **product_kind("product"),
                **vals,
            }
        )

    @classmethod
    def make_user(cls, login, group):
        return cls.make_user_of(f"billing_{login}", f"coopcycle_magento.{group}")

    @classmethod
    def make_user_of(cls, login, groups):
        return find_or_make(cls.su, login, groups, cls.company)

    def post_invoice(self, price, customer=None, **vals):
        """Return a posted invoice that is of no order."""
        vals = prepare_invoice(customer or self.customer, price, **vals)
        move = self.su["account.move"].create(vals)
        move.action_post()
        return move

    @classmethod
    def sell(cls, *quantities, product=None, **vals):
        """Confirm an order with a line for each quantity."""
        product = product or cls.product
        order = cls.su["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "warehouse_id": cls.warehouse.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for quantity in quantities
                ],
                **vals,
            }
        )
        order.action_confirm()
        return order

    def hold(self):
        """Return an order that is held: the policy is for a part of it alone."""
        other = self.su["product.category"].create({"name": "Other"})
        self.make_policy(category_ids=[Command.set(other.ids)])
        mixed = self.make_product("Mixed", 5.0, categ_id=other.id)
        order = self.sell(3)
        order.order_line = [
            Command.create({"product_id": mixed.id, "product_uom_qty": 1})
        ]
        self.deliver(order)
        self.run_drafts()
        return order

    @classmethod
    def deliver(cls, order, *quantities):
        """Validate the open delivery of an order, of so many of each line."""
        picking = order.picking_ids.filtered(
            lambda each: each.state not in ("done", "cancel")
        )
        wanted = quantities or picking.move_ids.mapped("product_uom_qty")
        for move, quantity in zip(picking.move_ids, wanted, strict=True):
            move.quantity = quantity
            move.picked = True
        res = picking.button_validate()
        if isinstance(res, dict):
            wizard = cls.su[res["res_model"]].with_context(**res["context"]).create({})
            wizard.process()
        assert picking.state == "done"
        return picking
