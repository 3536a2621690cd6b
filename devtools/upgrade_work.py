"""Go on working after the upgrade, and write down what is wrong then.

Run in Odoo's shell, which gives ``env``, on what upgrade_plant.py made; with
``sample``, the file of CoopCycle's that came in already, and ``folder``, where it is
written.
"""

import base64
import json
from pathlib import Path

ADDON = "coopcycle_magento"
user = env.ref("base.user_admin")  # noqa: F821
env = env(user=user)  # noqa: F821


def work():
    connection = env["magento.connection"].search([])
    yield from check_views()
    yield from import_orders(connection)
    yield from export_invoice()
    yield from import_file()


def check_views():
    """Check every view of the models that the addon has views of."""
    views = env["ir.ui.view"]
    known = [("model", "=", views._name), ("module", "=", ADDON)]
    own = views.browse(env["ir.model.data"].search(known).mapped("res_id"))
    for view in views.search([("model", "in", own.mapped("model"))]):
        try:
            view._check_xml()
        except Exception as error:  # whatever it is, it is said of the view
            yield f"View {view.xml_id or view.name}: {error}"


def import_orders(connection):
    """Nothing is new, when once was followed what the old version did not look at."""
    orders = [("magento_connection_id", "=", connection.id)]
    before = env["sale.order"].search_count(orders)
    connection.run_operation("import_orders")
    log = connection.run_operation("import_orders")
    after = env["sale.order"].search_count(orders)
    if log.state == "failed" or log.done_count or after != before:
        said = "; ".join(log.line_ids.mapped("message"))
        yield f"The second import of orders: {before} orders are {after}. {said}"


def export_invoice():
    """What was left to export goes to the shop."""
    left = env["account.move"].search([("magento_export_state", "=", "pending")])
    if len(left) != 1:
        yield f"{len(left)} invoices are to be exported, not the one that was planted."
        return
    said = left.action_magento_export()["params"]["message"]
    if left.magento_export_state != "done":
        yield f"The invoice is not exported: {said}"


def import_file():
    """The file that came in before is recognised, and comes in no more."""
    content = Path(sample).read_bytes()  # noqa: F821
    wizard = env["coopcycle.import.wizard"].create(
        {"file": base64.b64encode(content), "file_name": "again.csv"}
    )
    wizard.action_import()
    if wizard.import_id or not wizard.earlier_import_id:
        yield "The file of before was not recognised, and came in a second time."


Path(folder, "work.json").write_text(json.dumps(list(work())))  # noqa: F821
