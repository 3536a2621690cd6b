"""CoopCycle's file imported by this addon, by Odoo's own import and by the bare ORM.

Every case runs on the same database, which has last month's invoices, with the same
file. Ours and the bare ORM (one batched `create` of the same values) are the median of
three after a warm-up; what takes minutes runs once: Odoo's own import (`load`) and the
large cases.
"""

import base64
import csv
import io

from odoo.tools import mute_logger

from ...compat import product_kind
from ...models.coopcycle.importing import InvoiceWriter
from ...tests.simulators.coopcycle.invoicing import HEADER, PRODUCT
from ..shared._measure import clock, median, peak_memory

# What a user assigns these columns to in Odoo's own import
ODOO_FIELDS = [
    "id",
    "invoice_date",
    "partner_id",
    "invoice_line_ids/account_id",
    "invoice_line_ids/product_id",
    "invoice_line_ids/name",
    "invoice_line_ids/price_unit",
    "invoice_line_ids/quantity",
]
ACCOUNT = "706000"


def run(env, full=False):
    """Measure each case.

    :param env: of a fresh database that has the addon
    :param bool full: add the large cases, without Odoo's own import
    :rtype: list[dict]
    """
    _prepare_company(env)
    cases = [
        _measure(env, rows=250, invoices=1, with_odoo_import=True),
        _measure(env, rows=1000, invoices=50, with_odoo_import=True),
    ]
    if full:
        cases += [
            _measure(env, rows=5_000, invoices=100, runs=1),
            _measure(env, rows=20_000, invoices=400, runs=1),
        ]
    return cases


def _measure(env, rows, invoices, with_odoo_import=False, runs=3):
    records = _make_records(rows, invoices)
    content = _make_file(records)
    queries, test_queries = [], []
    with peak_memory() as peak:
        ours = median(lambda: _import(env, content, queries), runs)
    return {
        "rows": rows,
        "invoices": invoices,
        "ours_s": ours,
        "odoo_import_s": _odoo_import(env, records) if with_odoo_import else None,
        "bare_orm_s": median(lambda: _bare_orm(env, content), runs),
        "queries": queries[-1],
        "peak_mib": peak[0],
        "test_s": median(lambda: _test(env, content, test_queries)),
        "test_queries": test_queries[-1],
    }


def _test(env, content, queries):
    wizard = _make_wizard(env, content)
    with clock(env, queries) as seconds:
        wizard.action_test()
    env.cr.rollback()
    return seconds[0]


def _import(env, content, queries):
    """Import as the button does; what it leaves to the background is waited for."""
    wizard = _make_wizard(env, content)
    with clock(env, queries) as seconds:
        wizard.action_import()
        import_ = wizard.import_id
        if import_.state == "queued":
            env.cr.commit()
            import_._run_in_background(deadline=float("inf"))
    assert import_.state == "done", import_.error
    if import_.line_count > 1000:
        import_.action_undo()
        env.cr.commit()
    _start_over(env)
    return seconds[0]


def _start_over(env):
    """Forget what a run wrote, and let PostgreSQL know how large its tables are."""
    env.cr.rollback()
    env.invalidate_all()
    env.cr.execute("ANALYZE account_move, account_move_line")
    env.cr.commit()


def _bare_orm(env, content):
    wizard = _make_wizard(env, content)
    check = wizard._check_file()
    writer = InvoiceWriter(wizard._create_import())
    writer.set_prices(check.to_write)
    prepare_vals = writer.import_._prepare_invoice_vals
    vals_list = [prepare_vals(plan) for plan in check.to_write]
    env.flush_all()
    with clock(env, []) as seconds:
        env["account.move"].with_context(tracking_disable=True).create(vals_list)
    _start_over(env)
    return seconds[0]


def _odoo_import(env, records):
    # It tries all rows at once, which fails loudly, and then one after the other
    quiet = mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_model")
    with clock(env, []) as seconds, quiet:
        result = (
            env["account.move"]
            .with_context(
                default_move_type="out_invoice", import_file=True, tracking_disable=True
            )
            .load(ODOO_FIELDS, records)
        )
    assert result["ids"], result["messages"][:3]
    _start_over(env)
    return seconds[0]


def _prepare_company(env):
    env["account.chart.template"].try_loading("generic_coa", env.company)
    env["product.product"].create({"name": PRODUCT, **product_kind("service")})
    env["account.account"].create(
        {"code": ACCOUNT, "name": "Deliveries", "account_type": "income"}
    )
    env["res.partner"].create(
        [{"name": _partner(number), "is_company": True} for number in range(400)]
    )
    last_month = _make_file(_make_records(1000, 50, month="05"))
    _make_wizard(env, last_month).action_import()
    env.cr.commit()
    _start_over(env)


def _partner(number):
    return f"Coopérative {number}"


def _make_records(rows, invoices, month="06"):
    """Return the file's rows as lists of text, in the order of the header."""
    return [
        [
            f"export-{month}-{number * invoices // rows:07x}",
            f"2025-{month}-13",
            _partner(number * invoices // rows),
            ACCOUNT,
            PRODUCT,
            f"{PRODUCT} - {number % 12}.50 km (Commande #B{month}-{number})",
            f"{4 + number % 90}.{number % 10}",
            "1",
        ]
        for number in range(rows)
    ]


def _make_file(records):
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(records)
    return base64.b64encode(output.getvalue().encode())


def _make_wizard(env, content):
    wizard = env["coopcycle.import.wizard"].create(
        {"file": content, "file_name": "bench.csv"}
    )
    env.flush_all()
    return wizard
