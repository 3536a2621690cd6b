"""How the demonstration company signs in to its CoopCycle, and what couriers bring.

Run in Odoo's shell, which gives ``env``. It does nothing where that is there already.
The instance is simulated; `demo_coopcycle_server.py` serves it beside the demo.
"""

from odoo import Command, fields

from odoo.addons.coopcycle_magento.compat import product_kind

company = env.ref("base.main_company")  # noqa: F821
env = company.env  # noqa: F821

connection = env["coopcycle.connection"].with_company(company)._get_default()
if connection and not connection.base_url:
    connection.write(
        {
            "base_url": "http://127.0.0.1:8072",
            "username": "admin",
            "password": "p4ss word",
            "application_key": "application-key",
            "application_secret": "application-secret",
            "user_id": env.ref("base.user_admin").id,
        }
    )

CUSTOMERS = (
    ("Ada Kerouac", "5 quai de la Fosse", "+33 2 40 00 00 01"),
    ("Bruno Le Goff", "18 rue Crébillon", "+33 2 40 00 00 02"),
    ("Chloé Martin", "3 place Royale", "+33 2 40 00 00 03"),
    # Where no courier finds anybody
    ("Denis Rolland", "Nowhere 1", "+33 2 40 00 00 04"),
)


def sell_by_courier():
    """Have orders that couriers bring: one waits, and one goes nowhere."""
    fee = env["product.product"].create(
        {"name": "Livraison par coursier", **product_kind("service")}
    )
    carrier = env["delivery.carrier"].create(
        {
            "name": "Coursiers",
            "delivery_type": "coopcycle",
            "product_id": fee.id,
            "coopcycle_connection_id": connection.id,
        }
    )
    bread = env["product.product"].create(
        {
            "name": "Panier de légumes",
            **product_kind("consu"),
            "weight": 4,
            "list_price": 18,
        }
    )
    for name, street, phone in CUSTOMERS:
        customer = env["res.partner"].create(
            {
                "name": name,
                "street": street,
                "zip": "44000",
                "city": "Nantes",
                "country_id": env.ref("base.fr").id,
                "phone": phone,
            }
        )
        order = env["sale.order"].create(
            {
                "partner_id": customer.id,
                "carrier_id": carrier.id,
                "commitment_date": fields.Datetime.now(),
                "order_line": [
                    Command.create({"product_id": bread.id, "product_uom_qty": 2})
                ],
            }
        )
        order.action_confirm()
        if name != "Chloé Martin":
            picking = order.picking_ids
            picking.move_ids.quantity = 2
            picking.move_ids.picked = True
            picking.with_context(skip_sms=True).button_validate()


if not env["delivery.carrier"].search([("delivery_type", "=", "coopcycle")], limit=1):
    sell_by_courier()
env.cr.commit()
