"""A company that sells goods by deliveries, and the policy that bills them."""

from odoo import Command, fields

from ...compat import product_kind

PRODUCTS = (("Lamp", 10.0), ("Chair", 25.0), ("Table", 99.9))
CUSTOMERS = 200
QUANTITY = 2
# Orders that are made at once, and transfers that are validated at once
ORDERS_AT_ONCE = 100
TRANSFERS_AT_ONCE = 10


class Company:
    """Sells and delivers; what is delivered while a policy is there is billed.

    :param env: of a database that has the addon
    """

    def __init__(self, env):
        company = env.company
        if not company.chart_template:
            env["account.chart.template"].try_loading("generic_coa", company)
        env = env(context=dict(env.context, tracking_disable=True, skip_sms=True))
        self.env = env
        self.company = company.with_env(env)
        tax = self._find_or_make_tax()
        self.products = env["product.product"].create(
            [
                {
                    "name": name,
                    "list_price": price,
                    "invoice_policy": "delivery",
                    "taxes_id": [Command.set(tax.ids)],
                    **product_kind("consu"),
                }
                for name, price in PRODUCTS
            ]
        )
        # Customers who lack nothing, for whom the checks have nothing to say
        term = env.ref("account.account_payment_term_30days")
        self.customers = env["res.partner"].create(
            [
                {
                    "name": f"Customer {number}",
                    "street": f"Main Street {number}",
                    "zip": "75001",
                    "city": "Paris",
                    "country_id": env.ref("base.fr").id,
                    "property_payment_term_id": term.id,
                }
                for number in range(CUSTOMERS)
            ]
        )
        self.salesperson = env.ref("base.user_admin")
        env.cr.commit()

    def _find_or_make_tax(self):
        """Return the tax, which another company of the same database may have made."""
        taxes, vals = self.env["account.tax"], {"name": "VAT 20 %", "amount": 20}
        domain = [("name", "=", vals["name"]), ("company_id", "=", self.company.id)]
        return taxes.search(domain, limit=1) or taxes.create(vals)

    def make_policy(self, phase="post", **vals):
        """Make a policy of whatever is delivered, but for what is given."""
        policy = self.env["billing.policy"].create(
            {
                "name": "All",
                "start_date": fields.Date.subtract(fields.Date.today(), days=1),
                "user_id": self.salesperson.id,
                "approver_id": self.salesperson.id,
                "review_new_customer": 0,
                "review_first": 0,
                "review_on_warning": False,
                **vals,
            }
        )
        policy.sudo()._set_phase(phase)
        self.env.cr.commit()
        return policy

    def sell(self, count, quantity=QUANTITY):
        """Confirm orders of a line for each product."""
        orders = self.env["sale.order"]
        for first in range(0, count, ORDERS_AT_ONCE):
            made = self.env["sale.order"].create(
                [
                    self._prepare_order(number, quantity)
                    for number in range(first, min(first + ORDERS_AT_ONCE, count))
                ]
            )
            made.action_confirm()
            orders |= made
            self.env.cr.commit()
            self.env.invalidate_all()
        return orders

    def _prepare_order(self, number, quantity):
        return {
            "partner_id": self.customers[number % CUSTOMERS].id,
            "user_id": self.salesperson.id,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": quantity})
                for product in self.products
            ],
        }

    def deliver(self, orders):
        """Deliver all of some orders, a few transfers at once."""
        waiting = orders.picking_ids.filtered(lambda each: each.state != "done")
        for first in range(0, len(waiting), TRANSFERS_AT_ONCE):
            pickings = waiting[first : first + TRANSFERS_AT_ONCE]
            validate(pickings)
            self.env.cr.commit()
            self.env.invalidate_all()


def validate(pickings, quantity=None):
    """Validate transfers.

    :param quantity: of each product, None for all; a back order has the rest
    """
    for move in pickings.move_ids:
        move.quantity = move.product_uom_qty if quantity is None else quantity
    pickings.move_ids.picked = True
    done = pickings.with_context(skip_backorder=True).button_validate()
    assert set(pickings.mapped("state")) == {"done"}, done


def validate_once(picking):
    """Validate a transfer that another process may validate as well."""
    if picking.state != "done":
        validate(picking)
