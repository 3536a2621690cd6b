"""What the tests need, and Odoo calls otherwise in another version."""

import threading
from base64 import b64encode
from contextlib import contextmanager
from functools import wraps
from unittest.mock import patch

from odoo.http import root
from odoo.modules import module as odoo_module

from ...compat import QUANTITY_DIGITS_ID, SINCE_18, SINCE_19, get_payment_lines

if SINCE_19:
    from odoo.addons.base.models.ir_qweb import IrQweb as QWeb
    from odoo.addons.base.models.res_partner import ResPartner as Partner
else:
    from odoo.addons.base.models.ir_qweb import IrQWeb as QWeb
    from odoo.addons.base.models.res_partner import Partner

__all__ = ["Partner", "QWeb"]

GROUPS = "group_ids" if SINCE_19 else "groups_id"
# Which no longer closes, since the newest version, what an accountant may still open
PERIOD_LOCK = "sale_lock_date" if SINCE_18 else "period_lock_date"
ACCOUNT_COMPANY = "company_ids" if SINCE_18 else "company_id"
# Odoo 18 rounds what prices with taxes come to, and no line can say otherwise
SPREADS_CENTS = SINCE_18 and not SINCE_19
# What a stock.move has to have
MOVE_NAME = {} if SINCE_19 else {"name": "Present"}
TAKES_ARCHIVED_ACCOUNTS = SINCE_19
# The oldest lets them create variants alone, and the newest has a right of its own
ACCOUNTANTS_CREATE_PRODUCTS = SINCE_18 and not SINCE_19
# Which electronic invoice a customer takes
EDI_FORMAT = "invoice_edi_format" if SINCE_18 else "ubl_cii_format"
LIST = "list" if SINCE_18 else "tree"


@contextmanager
def anybody_may_call(case):
    """Let others than a test's own client call its server, in the same transaction.

    Within it the test itself leaves the database alone.
    """
    case.env.flush_all()
    if SINCE_19:
        with case.allow_requests(all_requests=True):
            yield
    elif SINCE_18:
        with patch.object(case, "check_test_cursor", lambda *_args: None):
            yield
    else:
        yield


@contextmanager
def peppol_demonstration(env):
    """Have Odoo's module for Peppol answer as its own demonstration does.

    The oldest version has no demonstration while it is tested.
    """
    env["ir.config_parameter"].sudo().set_param("account_peppol.edi.mode", "demo")
    if SINCE_18:
        yield
        return
    from odoo.addons.account_peppol.tools import demo_utils

    answer = demo_utils._demo_behaviour["_make_request"]

    def call(user, address, params=None):
        return answer(None, user, address, params)

    users = type(env["account_edi_proxy_client.user"])
    with patch.object(users, "_make_request", call):
        yield


def register_on_peppol(company, identification):
    """Let a company count as one that sends by Peppol, in the demonstration."""
    env = company.env
    if SINCE_18:
        keys = env["certificate.key"]
        key = {"private_key_id": keys._generate_rsa_private_key(company).id}
    else:
        key = {"private_key": b64encode(b"none")}
    company.account_peppol_proxy_state = "receiver" if SINCE_18 else "active"
    env["account_edi_proxy_client.user"].create(
        {
            "id_client": "demonstration",
            "company_id": company.id,
            "proxy_type": "peppol",
            "edi_mode": "demo",
            "edi_identification": identification,
            **key,
        }
    )


def peppol_answers(env, answer):
    """Patch what Odoo's service says of invoices that Peppol has.

    :param answer: a function of an invoice's message
    """
    users = type(env["account_edi_proxy_client.user"])
    name = "_call_peppol_proxy" if SINCE_18 else "_make_request"

    def call(_user, address, params=None):
        if address.endswith("get_document"):
            return {each: answer(each) for each in params["message_uuids"]}
        return {}

    return patch.object(users, name, call)


def verify_on_peppol(partner, company):
    """Let a customer count as found on Peppol."""
    partner.env.flush_all()  # what is computed of its address would come later
    if SINCE_18:
        partner.with_company(company).peppol_verification_state = "valid"
    else:
        partner.account_peppol_is_endpoint_valid = True


def run_cron(cron):
    """Do what a scheduled action does, in the transaction of the test."""
    cron.with_user(cron.user_id).ir_actions_server_id.run()


def lower_tax(totals):
    """Return an invoice's totals with less tax, as its form writes them."""
    if SINCE_18:
        totals["subtotals"][0]["tax_groups"][0]["tax_amount_currency"] -= 1
    else:
        for groups in totals["groups_by_subtotal"].values():
            groups[0]["tax_group_amount"] -= 1
    return totals


def price_included(is_included=True):
    """Return the values of a tax that is, or is not, in the price."""
    if not SINCE_18:
        return {"price_include": is_included}
    kind = "tax_included" if is_included else "tax_excluded"
    return {"price_include_override": kind}


def map_tax(position, tax, other):
    """Let a fiscal position have one tax for another."""
    if SINCE_19:
        other.fiscal_position_ids |= position
        other.original_tax_ids |= tax
    else:
        values = {"tax_src_id": tax.id, "tax_dest_id": other.id}
        position.tax_ids = [(0, 0, values)]


def archive_account(account, is_archived=True):
    if SINCE_19:
        account.active = not is_archived
    else:
        account.deprecated = is_archived


def forget_income_account(product, company):
    """Let neither the category of a product nor the company have an account for it."""
    product.categ_id.property_account_income_categ_id = False
    if SINCE_19:
        company.income_account_id = False


def get_tax_groups(sale):
    """Return the amount of each group of taxes in the totals of a sale order."""
    totals = sale.tax_totals
    if SINCE_18:
        [subtotal] = totals["subtotals"]
        return [group["tax_amount_currency"] for group in subtotal["tax_groups"]]
    groups = totals["groups_by_subtotal"]["Untaxed Amount"]
    return [group["tax_group_amount"] for group in groups]


def give_outstanding_account(company):
    """Let payments of a company be booked when they are made, as before 18.0."""
    if SINCE_18:
        accounts = company.env["account.account"].with_company(company)
        values = {"code": "101999", "name": "Outstanding Receipts"}
        account = accounts.create(
            {**values, "account_type": "asset_current", "reconcile": True}
        )
        journals = company.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "in", ("bank", "cash"))]
        )
        journals.inbound_payment_method_line_ids.payment_account_id = account


def unpay(payment):
    """Take a payment back, so that what it paid is owed again.

    Since 19.0 one that is set to a draft stays with the invoice that it pays.
    """
    payment.action_draft()
    get_payment_lines(payment).remove_move_reconcile()


def read_groups(model, domain, name):
    """Return (head, records) of each group of a list, as the screen shows it."""
    if SINCE_19:
        groups, key = model.formatted_read_group(domain, [name]), "__extra_domain"
    else:
        groups, key = model.read_group(domain, [], [name]), "__domain"
    return [(group[name], model.search([*domain, *group[key]])) for group in groups]


def set_rounding(unit, digits):
    """Let quantities of a unit have so many decimals."""
    if SINCE_19:
        unit.env.ref(QUANTITY_DIGITS_ID).sudo().digits = digits
        unit.invalidate_recordset(["rounding"])
    else:
        unit.rounding = 10**-digits


def get_cached(cache):
    """Return what one of the registry's caches has, by key."""
    return dict(cache.snapshot if SINCE_19 else cache.d)


def put_cached(cache, values):
    """Put values into one of the registry's caches."""
    if SINCE_19:
        cache.update(values)
    else:
        cache.d.update(values)


def read_manifests():
    """Read what all modules say of themselves, which Odoo keeps.

    A page would ask for it in several threads, and Python 3.11 has a mistake in that.
    """
    if SINCE_19:
        odoo_module.Manifest.all_addon_manifests()
    else:
        root.statics  # noqa: B018


@contextmanager
def as_in_production():
    """Let Odoo do what it does where nothing is tested, after the commit, too."""
    thread = threading.current_thread()
    with (
        patch.object(odoo_module, "current_test", False),
        patch.object(thread, "testing", False, create=True),
    ):
        yield


@contextmanager
def sends_mail(env):
    """Let Odoo send mails during a test, as it does in production."""
    server = type(env["ir.mail_server"])
    if SINCE_19:
        with patch.object(server, "_disable_send", lambda *_args: False):
            yield
    elif SINCE_18:
        with (
            patch.object(server, "connect", _out_of_test(server.connect)),
            patch.object(server, "send_email", _out_of_test(server.send_email)),
        ):
            yield
    else:
        with patch.object(server, "_is_test_mode", lambda _self: False):
            yield


def _out_of_test(method):
    """Return a method that does what it does where nothing is tested."""

    @wraps(method)
    def call(*args, **options):
        with patch.object(odoo_module, "current_test", False):
            return method(*args, **options)

    return call


def portal_files(move):
    """Return the names of what a customer gets who downloads an invoice."""
    if SINCE_18:
        return [each["filename"] for each in move._get_invoice_legal_documents_all()]
    return move._get_invoice_legal_documents().mapped("name")


# Projects and costs


def get_cost_account(order):
    """Return the analytic account by whose costs a sale order is found."""
    if SINCE_18:
        order.project_id = order.project_id or order.project_ids[:1]
        return order.project_id.account_id
    if not order.analytic_account_id:
        order._create_analytic_account()
    return order.analytic_account_id


def post_expense(expense):
    """Approve what an employee spent, and post it."""
    if SINCE_19:
        expense.action_submit()
        expense.action_approve()
        if action := expense.action_post():
            wizard = expense.env[action["res_model"]].browse(action["res_id"])
            wizard.action_post_entry()
        return
    sheet = expense.env["hr.expense.sheet"].create(
        {
            "name": expense.name,
            "employee_id": expense.employee_id.id,
            "company_id": expense.company_id.id,
            "expense_line_ids": [(6, 0, expense.ids)],
        }
    )
    if SINCE_18:  # which asks where it was paid from
        method = sheet.payment_method_line_id
        method.payment_account_id = method.journal_id.default_account_id
    sheet.action_submit_sheet()
    sheet.action_approve_expense_sheets()
    post = "action_sheet_move_post" if SINCE_18 else "action_sheet_move_create"
    getattr(sheet, post)()
