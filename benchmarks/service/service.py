"""Jobs that are done and invoiced, and Odoo's own calls that do the same.

500 jobs of four rows of hours and three parts each, in batches of fifty. Odoo's calls
are those of a sale order with the same lines: made, confirmed, delivered, invoiced. A
batch of ours and one of Odoo's take turns. Then the list of 10,000 jobs is opened, as
the web client does it.
"""

from odoo import Command, fields

from ...compat import product_kind
from ..billing._company import Company
from ..shared._measure import clock, median

JOBS = 500
AT_ONCE = 50
HOURS = 4
LISTED = 10_000
COLUMNS = ("name", "date_planned", "subject", "state", "invoice_state")


def run(env, full=False, count=JOBS):
    """Measure.

    :param env: of a fresh database that has the addon
    :param bool full: makes no difference
    :param int count: how many jobs
    :rtype: list[dict]
    """
    jobs = Jobs(env)
    jobs.race(AT_ONCE)  # warm-up
    ours, theirs, making = jobs.race(count)
    made = env["billing.service.order"].search_count([])
    jobs.make(LISTED - made, hours=0, parts=0)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return [
        {
            "jobs": count,
            "done_and_invoice_s": ours,
            "odoo_s": theirs,
            "of_it_making_orders_s": making,
            "ratio": ours / theirs,
            "list_of_10000_s": median(jobs.open_list),
        }
    ]


class Jobs:
    """Makes jobs, and does with them what people do.

    :param env: of a database that has the addon
    """

    def __init__(self, env):
        self.company = Company(env)
        self.env = self.company.env
        self.labour, self.by_hand = self.env["product.product"].create(
            [
                {
                    "name": "Labour",
                    "list_price": 50.0,
                    "invoice_policy": "delivery",
                    "billing_is_labour": is_labour,
                    "uom_id": self.env.ref("uom.product_uom_hour").id,
                    "taxes_id": [Command.set(self.company.products[0].taxes_id.ids)],
                    **product_kind("service"),
                }
                for is_labour in (True, False)
            ]
        )
        self.user = self.env.ref("base.user_admin")

    def race(self, count):
        """Return the seconds of ours, of Odoo's calls, and of their first one."""
        ours = theirs = making = 0.0
        for _batch in range(0, count, AT_ONCE):
            jobs = self.make(AT_ONCE)
            self.env.cr.commit()
            ours += self.measure(lambda jobs=jobs: self.do_ours(jobs))
            making += self.measure(self.make_theirs)
            theirs += self.measure(self.do_theirs)
        return ours, making + theirs, making

    def measure(self, act):
        self.env.invalidate_all()
        with clock(self.env, []) as seconds:
            act()
            self.env.flush_all()
        self.env.cr.commit()
        return seconds[0]

    def make(self, count, hours=HOURS, parts=3):
        """Return jobs; those that have something are validated."""
        customers = self.company.customers
        today = fields.Date.today()
        jobs = self.env["billing.service.order"].create(
            [
                {
                    "partner_id": customers[number % len(customers)].id,
                    "subject": "Replace the pump",
                    "report": "<p>Done</p>",
                    "dispatcher_id": self.user.id,
                    "technician_ids": [Command.set(self.user.ids)],
                    "date_planned": fields.Datetime.now(),
                    "hours_ids": [
                        Command.create(
                            {
                                "technician_id": self.user.id,
                                "date": fields.Date.subtract(today, days=day),
                                "duration": 1.5,
                                "product_id": self.labour.id,
                                "name": "pump replaced",
                            }
                        )
                        for day in range(hours)
                    ],
                    "part_ids": [
                        Command.create({"product_id": product.id, "used_quantity": 2})
                        for product in self.company.products[:parts]
                    ],
                }
                for number in range(count)
            ]
        )
        if hours:
            jobs.action_schedule()
            jobs.action_start()
            jobs.action_validate_report()
            jobs.action_validate_hours()
            jobs.action_validate_parts()
        return jobs

    def do_ours(self, jobs):
        jobs.action_done()
        jobs.action_create_invoice()
        assert set(jobs.mapped("invoice_ids.state")) == {"draft"}

    def make_theirs(self):
        customers = self.company.customers
        self.orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": customers[number % len(customers)].id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                            }
                        )
                        for product, quantity in [
                            *[(self.by_hand, 1.5)] * HOURS,
                            *[(product, 2) for product in self.company.products],
                        ]
                    ],
                }
                for number in range(AT_ONCE)
            ]
        )

    def do_theirs(self):
        orders = self.orders
        orders.action_confirm()
        for move in orders.picking_ids.move_ids:
            move.quantity = move.product_uom_qty
        orders.picking_ids.move_ids.picked = True
        orders.picking_ids.button_validate()
        for line in orders.order_line.filtered(
            lambda line: line.product_id == self.by_hand
        ):
            line.qty_delivered = line.product_uom_qty
        orders._create_invoices(grouped=True)

    def open_list(self):
        """Return the seconds of opening the list."""
        self.env.invalidate_all()
        with clock(self.env, []) as seconds:
            self.env["billing.service.order"].web_search_read(
                [],
                {
                    **{name: {} for name in COLUMNS},
                    "partner_id": {"fields": {"display_name": {}}},
                    "technician_ids": {"fields": {"display_name": {}}},
                },
                limit=80,
                count_limit=10001,
            )
        return seconds[0]
