"""What the demonstration company needs to sell in the demonstration shop.

Run in Odoo's shell, which gives ``env``. It does nothing where that is there already.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from simulators.magento import MagentoSimulator  # noqa: E402
from simulators.magento.process import FIXED_KEYS  # noqa: E402
from simulators.magento.seed import set_up  # noqa: E402

from odoo.addons.coopcycle_magento.compat import QUANTITY_DIGITS_ID, product_kind

# The order that has it waits: there is something to mend.
LEFT_OUT = "EBOOK"
SERVICES = ("virtual", "downloadable", "bundle")
STOCK = 500
ODOO_TOURS = ("account_tour", "sale_tour", "sale_quote_tour", "stock")

company = env.ref("base.main_company")  # noqa: F821
env = company.env  # noqa: F821


def make():
    simulator = MagentoSimulator()
    set_up(simulator)
    env.ref("product.decimal_price").digits = 6
    env.ref(QUANTITY_DIGITS_ID).digits = 4
    warehouse = env.ref("stock.warehouse0")
    warehouse.name = "Nantes"
    _make_currencies()
    _make_taxes(simulator.shop.tax_rates)
    _make_products(simulator.catalog, warehouse)
    _make_carrier()
    _hide_tours()
    connection = env["magento.connection"].create(
        {
            "name": "Demonstration shop",
            "base_url": "http://127.0.0.1:1",  # each start enters the real one
            "import_since": False,
            "user_id": env.ref("base.user_admin").id,
            **FIXED_KEYS,
        }
    )
    # Whoever tries it out shall press the button
    connection.operation_ids.filtered(
        lambda operation: operation.code == "import_orders"
    ).is_scheduled = False


def _make_currencies():
    dollar = env.ref("base.USD")
    dollar.active = True
    env["res.currency.rate"].create(
        {"currency_id": dollar.id, "name": "2020-01-01", "rate": 1.1}
    )


def _make_taxes(rates):
    taxes = env["account.tax"]
    known = taxes.search(
        [("company_id", "=", company.id), ("type_tax_use", "=", "sale")]
    ).mapped("amount")
    for percent in sorted({float(rate.percent) for rate in rates} - set(known)):
        taxes.create(
            {
                "name": f"{percent:g} %",
                "amount": percent,
                "type_tax_use": "sale",
                "tax_group_id": company.account_sale_tax_id.tax_group_id.id,
                "country_id": company.account_fiscal_country_id.id,
            }
        )


def _make_products(catalog, warehouse):
    sold = [
        product
        for product in catalog
        if product.type_id != "configurable" and product.sku != LEFT_OUT
    ]
    made = env["product.product"].create(
        [
            {
                "name": product.name,
                "default_code": product.sku,
                **product_kind("service" if product.type_id in SERVICES else "product"),
                "invoice_policy": "order",
                "list_price": float(product.price),
                "weight": float(product.weight or 0),
            }
            for product in sold
        ]
    )
    quants = env["stock.quant"].with_context(inventory_mode=True)
    quants.create(
        [
            {
                "product_id": product.id,
                "location_id": warehouse.lot_stock_id.id,
                "inventory_quantity": STOCK,
            }
            for product in made.filtered(lambda each: each.type != "service")
        ]
    ).action_apply_inventory()


def _make_carrier():
    product = env["product.product"].create(
        {"name": "Flat Rate", **product_kind("service"), "sale_ok": False}
    )
    env["delivery.carrier"].create(
        {"name": "Flat Rate", "product_id": product.id, "fixed_price": 5}
    )


def _hide_tours():
    """Let no balloon of Odoo's own tours point at the screens."""
    admin = env.ref("base.user_admin")
    if "tour_enabled" in admin._fields:
        admin.tour_enabled = False
        return
    env["web_tour.tour"].create(
        [{"name": name, "user_id": admin.id} for name in ODOO_TOURS]
    )


if not env["magento.connection"].search_count([]):
    make()
    env.cr.commit()
