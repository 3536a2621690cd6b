"""What somebody has done with the addon before it is upgraded.

Run in Odoo's shell with the addon of an earlier commit, which gives ``env``, after
demo_data.py and demo_shop_data.py; with ``shop``, the address of their shop, and
``sample``, a file of CoopCycle's.
"""

import base64
import json
import urllib.request
from pathlib import Path

from odoo import Command

user = env.ref("base.user_admin")  # noqa: F821
env = env(user=user)  # noqa: F821


def plant():
    set_up()
    import_file()
    connection = env["magento.connection"].search([])
    connection.base_url = shop  # noqa: F821
    # Queries with a space were signed as no shop accepts it
    connection.auth_type = "bearer"
    import_documents(connection)
    export_documents(connection)
    reconcile(connection)
    connection.run_operation("import_orders")  # what the shop made of the exports
    age_view()


def set_up():
    """Have a user, and let nothing be as it was installed."""
    groups = env.ref("coopcycle_magento.coopcycle_magento_group_user")
    groups |= env.ref("account.group_account_invoice")
    links = [Command.link(group.id) for group in groups]
    env["res.users"].create({"name": "Zoé", "login": "zoe", "groups_id": links})
    env.ref("coopcycle_magento.ir_cron_import_orders").interval_number = 7
    env["res.config.settings"].create(
        {"coopcycle_magento_log_retention_days": 33}
    ).execute()


# CoopCycle


def import_file():
    """Import the file, undo that, and import it again: one invoice is posted."""
    content = Path(sample).read_bytes()  # noqa: F821
    # A name that has to be chosen, and is remembered
    renamed = content.replace('"Livraison à la demande",'.encode(), b'"Course",')
    import_content(renamed).action_undo()
    done = import_content(content)
    done.move_ids[0].action_post()


def import_content(content):
    wizard = env["coopcycle.import.wizard"].create(
        {"file": base64.b64encode(content), "file_name": "export.csv"}
    )
    wizard.action_test()
    product = env["product.product"].search([("name", "=", "Livraison à la demande")])
    wizard.issue_ids.filtered(lambda each: each.ask == "product").product_id = product
    wizard.action_import()
    return wizard.import_id


# Magento


def import_documents(connection):
    connection.action_fetch_configuration()
    connection.payment_method_ids.invoice_rule = "validate"
    paypal = connection.payment_method_ids.filtered(
        lambda method: method.code == "paypal_express"
    )
    paypal.invoice_rule = "paid"
    connection.attempts_allowed = 1
    connection.user_id = env["res.users"].search([("login", "=", "zoe")])
    for code in ("orders", "shipments", "invoices", "credit_memos"):
        connection.run_operation(f"import_{code}")


def export_documents(connection):
    """Have an invoice in each state: exported, skipped, to export, waiting."""
    orders = env["sale.order"].search(
        [("magento_state", "=", "new"), ("state", "=", "sale")], order="id", limit=3
    )
    exported, refused, _pending = orders
    invoices = [invoice(order) for order in orders]
    invoices[0].action_magento_export()
    deliver(exported)
    connection.run_operation("export_shipments")
    ask_shop("admin/cancel", order_id=int(refused.magento_order_id))
    invoices[1].action_magento_export()
    unpaid = env["sale.order"].search(
        [
            ("magento_payment_method_id.code", "=", "paypal_express"),
            ("state", "=", "sale"),
            ("invoice_status", "=", "to invoice"),
        ],
        limit=1,
    )
    invoices.append(invoice(unpaid))
    env.invalidate_all()
    states = [each.magento_export_state for each in invoices]
    assert states == ["done", "skipped", "pending", "not_due"], states
    assert exported.picking_ids.magento_export_state == "done"


def invoice(order):
    made = order._create_invoices()
    made.action_post()
    return made


def deliver(order):
    for move in order.picking_ids.move_ids:
        move.quantity = move.product_uom_qty
    order.picking_ids.move_ids.picked = True
    order.picking_ids.with_context(skip_sms=True).button_validate()


def age_view():
    """Have a view as it was still earlier, with a field that is gone since."""
    view = env.ref("coopcycle_magento.account_move_view_form_magento")
    gone = '<field name="magento_invoice_number"/>'
    env.cr.execute(
        "UPDATE ir_ui_view SET arch_db = jsonb_build_object('en_US', %s) WHERE id = %s",
        [f'<data><xpath expr="//sheet">{gone}</xpath></data>', view.id],
    )


def ask_shop(path, **terms):
    address = f"{shop}/_simulator/{path}"  # noqa: F821
    urllib.request.urlopen(address, json.dumps(terms).encode(), timeout=30).close()


def reconcile(connection):
    """Compare all, and accept what differs in one order."""
    wizard = env["magento.reconciliation.wizard"].create(
        {
            "connection_id": connection.id,
            "period": "days",
            "date_from": "2020-01-01",
            "date_to": "2099-12-31",
        }
    )
    made = env["magento.reconciliation"].browse(wizard.action_reconcile()["res_id"])
    env["magento.reconciliation.ignore"].create(
        {"line_ids": [Command.link(made.line_ids[0].id)], "reason": "It is settled."}
    ).action_ignore()


plant()
env.cr.commit()
