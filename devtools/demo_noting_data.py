"""Notes of the demonstration company: drafted and judged, refused, by the template.

Run in Odoo's shell, which gives ``env``. It does nothing where that is there already.
The language model is simulated; `demo_model_server.py` serves it beside the demo.
"""

import sys
from pathlib import Path

from odoo import Command, fields
from odoo.modules import get_module_path

from odoo.addons.coopcycle_magento.compat import product_kind

sys.path.insert(0, str(Path(get_module_path("coopcycle_magento")) / "tests"))

from simulators.llm import LlmSimulator  # noqa: E402

company = env.ref("base.main_company")  # noqa: F821
env = company.env  # noqa: F821
admin = env.ref("base.user_admin")
services = env["billing.note.service"]
# So much is on each order; the model says of each in turn
COURSES = (("good", 4), ("good", 2), ("promising", 1))


def make(model):
    service = services.create(
        {
            "company_id": company.id,
            "url": model.url,
            "model": model.model,
            "is_on": True,
        }
    )
    policy, course = make_policy()
    customers = env["res.partner"].search(
        [("name", "in", ("Boulangerie Noël & Fils", "Pharmacie Müller"))]
    )
    notes = env["billing.note"]
    for number, (behaviour, quantity) in enumerate(COURSES):
        model.behaviour = behaviour
        notes |= sell(customers[number % len(customers)], course, quantity)
    notes[0].with_user(admin).action_right()
    policy.note_mode = "template"
    sell(customers[0], course, 3)
    policy.note_mode = "drafted"
    return service


def make_policy():
    """Return a policy with drafted notes, and a product of its scope."""
    category = env["product.category"].create({"name": "Courses"})
    policy = env["billing.policy"].create(
        {
            "name": "Courses with a note",
            "sequence": 3,
            "start_date": fields.Date.today(),
            "event_delivery": False,
            "event_order": True,
            "category_ids": [Command.set(category.ids)],
            "four_eyes": False,  # who tries it out is alone
            "user_id": admin.id,
            "approver_id": admin.id,
            "note_mode": "drafted",
        }
    )
    policy.with_user(admin).action_promote()
    course = env["product.product"].create(
        {
            "name": "Barista Course",
            "list_price": 95.0,
            "categ_id": category.id,
            "invoice_policy": "order",
            **product_kind("service"),
        }
    )
    return policy, course


def sell(customer, product, quantity):
    """Return the note of an order's invoice."""
    line = {"product_id": product.id, "product_uom_qty": quantity}
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "user_id": admin.id,
            "order_line": [Command.create(line)],
        }
    )
    order.action_confirm()
    for code in ("draft_invoices", "draft_notes"):
        env["billing.operation"]._get(company, code)._run()
    return order.invoice_ids.billing_note_ids


if not services.search_count([]):
    with LlmSimulator() as model:
        make(model)
    env.cr.commit()
