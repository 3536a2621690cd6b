"""What the demonstration company bills by itself: a row for each state there is.

Run in Odoo's shell, which gives ``env``. It does nothing where that is there already.
"""

from odoo import Command, fields

from odoo.addons.coopcycle_magento.compat import product_kind

company = env.ref("base.main_company")  # noqa: F821
env = company.env  # noqa: F821
admin = env.ref("base.user_admin")
today = fields.Date.today()


def make():
    wholesale = env["res.partner.category"].create({"name": "Wholesale"})
    coffee, crockery = env["product.category"].create(
        [{"name": "Coffee"}, {"name": "Crockery"}]
    )
    beans = make_product("Espresso, 1 kg", 24.0, coffee)
    decaf = make_product("Decaf, 1 kg", 26.0, coffee)
    mug = make_product("Mug", 9.5, crockery)
    make_bank_account()
    bakery, pharmacy, bikes = make_customers(wholesale)
    deliver(sell(bakery, (beans, 2)))  # before there was a policy
    make_policy(wholesale, coffee)
    jeanne = make_dry_run()
    reviewed = [sell(each, (beans, 3), (decaf, 1)) for each in (bakery, bikes, bakery)]
    for order in reviewed:
        deliver(order)
    run("draft_invoices")
    waiting = find_waiting()
    waiting[1].move_id.ref = "Bon 4711"
    waiting.approve("Looked through")
    waiting[:2].action_right()
    waiting[2].give_feedback("wrong", "price", "The bakery's price is 22.00")
    for order in (
        sell(bikes, (beans, 80), (decaf, 20)),  # above the limit
        sell(pharmacy, (decaf, 4)),
        sell(bakery, (beans, 5)),
        sell(bakery, (beans, 6), (mug, 12)),  # a mug is no coffee: held
        sell(pharmacy, (mug, 2)),  # no policy is for it
        sell(jeanne, (beans, 1), (mug, 1)),  # the dry run is
    ):
        deliver(order)
    run("draft_invoices")
    waiting = find_waiting()
    waiting[2].move_id.invoice_line_ids[:1].quantity = 4
    run("seal_decisions")


def find_waiting():
    """Return what waits for the administrator, the oldest first."""
    decisions = env["billing.decision"].with_user(admin)
    return decisions.search([("state", "=", "review")], order="id")


def make_product(name, price, category):
    product = env["product.product"].create(
        {
            "name": name,
            "list_price": price,
            "categ_id": category.id,
            "invoice_policy": "delivery",
            **product_kind("product"),
        }
    )
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", company.id)], limit=1
    )
    env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 500)
    return product


def make_customers(tag):
    customers = env["res.partner"]
    for name in (
        "Boulangerie Noël & Fils",
        "Pharmacie Müller",
        "Les Vélos du Canal SCOP",
    ):
        customers |= customers.search([("name", "=", name)], limit=1)
    customers.write(
        {
            "street": "4 quai de la Fosse",
            "zip": "44000",
            "category_id": [Command.link(tag.id)],
            "property_payment_term_id": find_term().id,
        }
    )
    return customers


def find_term():
    return env.ref("account.account_payment_term_30days")


def make_bank_account():
    env["res.partner.bank"].create(
        {
            "acc_number": "FR7630006000011234567890189",
            "partner_id": company.partner_id.id,
        }
    )


def make_policy(tag, category):
    policy = env["billing.policy"].create(
        {
            "name": "Coffee for wholesale",
            "sequence": 1,
            "start_date": today,
            "partner_tag_ids": [Command.set(tag.ids)],
            "category_ids": [Command.set(category.ids)],
            "review_above": 1000.0,
            "four_eyes": False,  # who tries it out is alone
            "user_id": admin.id,
            "approver_id": admin.id,
        }
    )
    policy.with_user(admin).action_promote()
    return policy


def make_dry_run():
    """Make a policy that only writes down, and return a customer of its scope."""
    private = env["res.partner.category"].create({"name": "Private"})
    env["billing.policy"].create(
        {
            "name": "Private customers",
            "sequence": 20,
            "start_date": today,
            "partner_tag_ids": [Command.set(private.ids)],
            "user_id": admin.id,
            "approver_id": admin.id,
        }
    )
    return env["res.partner"].create(
        {
            "name": "Jeanne Martin",
            "street": "9 rue Crébillon",
            "zip": "44000",
            "city": "Nantes",
            "property_payment_term_id": find_term().id,
            "category_id": [Command.link(private.id)],
        }
    )


def sell(customer, *lines):
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "user_id": admin.id,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": quantity})
                for product, quantity in lines
            ],
        }
    )
    order.action_confirm()
    return order


def deliver(order):
    moves = order.picking_ids.move_ids
    for move in moves:
        move.quantity = move.product_uom_qty
    moves.picked = True
    order.picking_ids.with_context(skip_sms=True).button_validate()


def run(code):
    operation = env["billing.operation"]._get(company, code)
    operation._run()


if not env["billing.policy"].search_count([]):
    make()
    env.cr.commit()
