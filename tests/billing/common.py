from odoo import Command, fields

from ...compat import create_return, product_kind
from ..shared.accounting_common import AccountingCommon


class BillingCommon(AccountingCommon):
    """A company that sells goods by deliveries, and a policy that bills them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.su = cls.env(su=True)
        cls.company = cls.company_data["company"].with_env(cls.su)
        cls.su = cls.company.with_company(cls.company).env
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
        cls.robot.partner_id.email = "robot@example.com"

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
        from odoo.tests import new_test_user

        return new_test_user(
            cls.su,
            login=f"billing_{login}",
            groups=f"base.group_user,coopcycle_magento.{group}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def make_policy(cls, phase="post", **vals):
        """Make a policy that lets everything pass, but for what is given."""
        policy = cls.su["billing.policy"].create(
            {
                "name": "All",
                "company_id": cls.company.id,
                "start_date": fields.Date.today(),
                "user_id": cls.manager.id,
                "approver_id": cls.approver.id,
                "review_new_customer": 0,
                "review_first": 0,
                **vals,
            }
        )
        policy.phase = phase
        return policy

    def sell(self, *quantities, product=None, **vals):
        """Confirm an order with a line for each quantity."""
        product = product or self.product
        order = self.su["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "warehouse_id": self.warehouse.id,
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

    def deliver(self, order, *quantities):
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
            wizard = self.su[res["res_model"]].with_context(**res["context"]).create({})
            wizard.process()
        self.assertEqual(picking.state, "done")
        return picking

    def run_drafts(self):
        self.su["billing.operation"]._cron_run("draft_invoices")

    def run_posts(self):
        self.su["billing.operation"]._cron_run("post_invoices")

    def run_all(self):
        self.run_drafts()
        self.run_posts()

    def bill(self, order):
        """Run what decides and posts, and return the invoices of an order."""
        self.run_all()
        return self.invoices(order)

    @staticmethod
    def invoices(order, kind="out_invoice"):
        return order.invoice_ids.filtered(lambda move: move.move_type == kind).sorted("id")

    @staticmethod
    def billed(moves):
        """Return how much of goods and services invoices bill, by the product's name."""
        found = {}
        for line in moves.invoice_line_ids.filtered("product_id"):
            name = line.product_id.name
            found[name] = round(found.get(name, 0) + line.quantity, 6)
        return found

    def credit(self, move, is_again=False, **vals):
        """Make a credit note of an invoice, as a person does.

        :param is_again: *Reverse and Create Invoice*
        :return: the credit note
        """
        wizard = (
            self.su["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, **vals})
        )
        known = self.su["account.move"].search([("reversed_entry_id", "=", move.id)])
        if is_again:
            wizard.modify_moves()
        elif hasattr(wizard, "refund_moves"):
            wizard.refund_moves()
        else:
            wizard.reverse_moves()
        found = self.su["account.move"].search([("reversed_entry_id", "=", move.id)])
        return found - known

    def send_back(self, picking, *quantities, to_refund=True):
        """Return so much of each of a delivery's moves, and validate that."""
        wizard = (
            self.su["stock.return.picking"]
            .with_context(active_model="stock.picking", active_id=picking.id)
            .create({"picking_id": picking.id})
        )
        if not wizard.product_return_moves:
            wizard._compute_moves_locations()
        wanted = quantities or picking.move_ids.mapped("quantity")
        for line, quantity in zip(wizard.product_return_moves, wanted, strict=True):
            line.write({"quantity": quantity, "to_refund": to_refund})
        back = create_return(wizard)
        for move in back.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        back.button_validate()
        self.assertEqual(back.state, "done")
        return back

    def approve(self, moves):
        moves.billing_decision_ids.with_user(self.approver).approve()

    def sweep(self):
        self.su["billing.operation"]._cron_run("sweep_deliveries")

    def decisions(self, order):
        return self.su["billing.decision"].search(
            [("sale_order_id", "=", order.id)], order="id"
        )
