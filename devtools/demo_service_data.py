"""The jobs of the demonstration company: one in each state.

Run in Odoo's shell, which gives ``env``. It does nothing where that is there already.
"""

from datetime import timedelta

from demo_customers import register_payment

from odoo import Command, fields

from odoo.addons.coopcycle_magento.compat import product_kind

company = env.ref("base.main_company")  # noqa: F821
env = company.env  # noqa: F821
admin = env.ref("base.user_admin")
today = fields.Datetime.now().replace(hour=8, minute=0, second=0, microsecond=0)
TECHNICIAN = env.ref("coopcycle_magento.billing_group_technician")


def make():
    labour = env.ref("coopcycle_magento.product_labour")
    labour.write(
        {
            "list_price": 58.0,
            "name": "Workshop Hour",
            "taxes_id": [Command.set(company.account_sale_tax_id.ids)],
        }
    )
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", company.id)], limit=1
    )
    van = env["stock.location"].create(
        {"name": "Van 1", "location_id": warehouse.lot_stock_id.id, "usage": "internal"}
    )
    brake, motor = make_part("Brake Pad", 18.0), make_part("Hub Motor", 420.0, "serial")
    stock = env["stock.quant"]
    stock._update_available_quantity(brake, van, 40)
    serials = env["stock.lot"].create(
        [
            {"name": name, "product_id": motor.id, "company_id": company.id}
            for name in ("HM-1001", "HM-1002", "HM-1003")
        ]
    )
    for serial in serials:
        stock._update_available_quantity(motor, van, 1, lot_id=serial)
    people = [make_technician("Anna Meier", van), make_technician("Ben Roux", van)]
    bikes, bakery, pharmacy = (
        env["res.partner"].search([("name", "=", name)], limit=1)
        for name in (
            "Les Vélos du Canal SCOP",
            "Boulangerie Noël & Fils",
            "Pharmacie Müller",
        )
    )
    make_job(bakery, people[:1], "Cargo bike: brakes squeal", days=2)
    make_job(pharmacy, people[1:], "Check of the fleet", days=1, until="scheduled")
    make_job(
        bikes,
        people,
        "Motor without power",
        until="in_progress",
        hours=((0, 1.5, "fault found"),),
        parts=((motor, 1, serials[0]),),
    )
    make_job(
        bakery,
        people,
        "Brakes of three bikes",
        days=-1,
        until="done",
        hours=((0, 2.0, "brakes replaced"), (1, 1.5, "test ride and cleaning")),
        parts=((brake, 6, None),),
    )
    billed = [
        make_job(
            customer,
            people[:1],
            subject,
            days=-days,
            until="done",
            hours=((0, hours, text),),
            parts=((brake, 2, None),),
        )
        for customer, subject, days, hours, text in (
            (pharmacy, "Trailer coupling", 3, 1.0, "coupling replaced"),
            (bikes, "Yearly check", 4, 3.0, "everything looked at"),
            (bakery, "Puncture on the road", 6, 0.5, "tube replaced"),
            (bikes, "Wheel out of true", 8, 1.0, "trued and tensioned"),
            (pharmacy, "Lights do not work", 10, 1.5, "cable replaced"),
        )
    ]
    for order in billed:
        order.with_user(admin).action_create_invoice()
    posted, paid, credited, partial = (order.invoice_ids for order in billed[1:])
    (posted | paid | credited | partial).action_post()
    register_payment(paid)
    register_payment(partial, amount=50.0)
    credit(credited)
    make_job(pharmacy, people[1:], "Called off by the customer").action_cancel()
    make_monthly_policy()
    for subject, hours, text in (  # both on one invoice, when the month ends
        ("Spokes of two bikes", 1.0, "spokes replaced"),
        ("Chain and gears", 1.5, "chain replaced, gears set"),
    ):
        make_job(
            bikes,
            people[:1],
            subject,
            until="done",
            hours=((0, hours, text),),
            parts=((brake, 1, None),),
        )
    env["billing.operation"]._get(company, "draft_invoices")._run()


def make_monthly_policy():
    """Have jobs of each customer billed together at the end of the month."""
    policy = env["billing.policy"].create(
        {
            "name": "Jobs by month",
            "sequence": 30,
            "start_date": today.date(),
            "event_delivery": False,
            "event_service": True,
            "period": "month",
            "grouping": "customer",
            "approver_kind": "salesperson",
            "four_eyes": False,  # who tries it out is alone
            "user_id": admin.id,
            "approver_id": admin.id,
        }
    )
    policy.with_user(admin).action_promote()


def make_part(name, price, tracking="none"):
    return env["product.product"].create(
        {
            "name": name,
            "list_price": price,
            "invoice_policy": "delivery",
            "tracking": tracking,
            **product_kind("product"),
        }
    )


def make_technician(name, van):
    login = name.partition(" ")[0].lower()
    users = env["res.users"].with_context(no_reset_password=True)
    user = users.create(
        {
            "name": name,
            "login": login,
            "password": login,
            "billing_van_id": van.id,
            # No more than that: users begin with rights that Odoo gives to all
            GROUPS: [Command.set([env.ref("base.group_user").id, TECHNICIAN.id])],
        }
    )
    return user


GROUPS = "groups_id" if "groups_id" in env["res.users"]._fields else "group_ids"


def make_job(customer, people, subject, days=0, until="draft", hours=(), parts=()):
    order = env["billing.service.order"].create(
        {
            "partner_id": customer.id,
            "subject": subject,
            "dispatcher_id": admin.id,
            "technician_ids": [Command.set([each.id for each in people])],
            "date_planned": today + timedelta(days=days),
            "planned_hours": 2.0,
            "hours_ids": [
                Command.create(
                    {
                        "technician_id": people[number].id,
                        "date": (today + timedelta(days=days)).date(),
                        "duration": duration,
                        "name": text,
                    }
                )
                for number, duration, text in hours
            ],
            "part_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "planned_quantity": quantity,
                        "used_quantity": quantity,
                        "lot_id": lot.id if lot else False,
                    }
                )
                for product, quantity, lot in parts
            ],
        }
    )
    own = order.with_user(admin)
    if until != "draft":
        own.action_schedule()
    if until in ("in_progress", "done"):
        own.action_start()
        order.report = (
            f"<p>{subject}: found, mended and tried out with the customer.</p>"
        )
    if until == "done":
        own.action_validate_report()
        own.action_validate_hours()
        own.action_validate_parts()
        own.action_done()
    return order


def credit(move):
    wizard = env["account.move.reversal"].with_context(
        active_model="account.move", active_ids=move.ids
    )
    made = wizard.create({"journal_id": move.journal_id.id, "reason": "Not satisfied"})
    (made.refund_moves if hasattr(made, "refund_moves") else made.reverse_moves)()
    env["account.move"].search([("reversed_entry_id", "=", move.id)]).action_post()


if not env["billing.service.order"].search_count([]):
    make()
    env.cr.commit()
