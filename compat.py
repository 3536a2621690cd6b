"""What has another name, or another form, in another version of Odoo.

Nothing else asks for the version. Names are those of the newest version.
"""

from collections import defaultdict
from uuid import uuid4

from odoo import models
from odoo.release import version_info
from odoo.tools import SQL

SINCE_18 = version_info[0] >= 18
SINCE_19 = version_info[0] >= 19


# The ORM


class _Constraint:
    """A constraint of a table, under a name of its own in its class."""

    def __init__(self, definition: str, message: str):
        self._rest = (definition, message)

    def __set_name__(self, owner, name: str):
        kept = vars(owner).get("_sql_constraints", [])
        owner._sql_constraints = [*kept, (name.removeprefix("_"), *self._rest)]


Constraint = models.Constraint if SINCE_19 else _Constraint

# A number that says nothing when it is summed up in a list
NOT_SUMMED = {"aggregator" if SINCE_18 else "group_operator": False}

QUANTITY_DIGITS = "Product Unit" if SINCE_19 else "Product Unit of Measure"
QUANTITY_DIGITS_ID = (
    "uom.decimal_product_uom" if SINCE_19 else "product.decimal_product_uom"
)


def check_access(records, operation):
    """Check that the user may do something with records.

    :raise AccessError: the user may not
    """
    if SINCE_18:
        records.check_access(operation)
    else:
        records.check_access_rights(operation)
        records.check_access_rule(operation)


def has_access(records, operation):
    """Say whether the user may do something with records."""
    if SINCE_18:
        return records.has_access(operation)
    return records.check_access_rights(operation, raise_exception=False) and bool(
        not records or records._filter_access_rules_python(operation) == records
    )


def filter_readable(records):
    """Return the records that the user may read, of those that there are."""
    if SINCE_18:
        return records._filtered_access("read")
    if not records.check_access_rights("read", raise_exception=False):
        return records.browse()
    return records._filter_access_rules("read")


def check_fields(records, names):
    """Check that the user may read fields.

    :raise AccessError: the user may not
    """
    known = [name for name in names if name in records._fields]
    if SINCE_19:
        for name in known:
            records._check_field_access(records._fields[name], "read")
    elif known:
        records.check_field_access_rights("read", known)


def among(query: SQL, is_found=True):
    """Return a domain of the records whose ids a query finds, or of the others."""
    return [("id", "in" if is_found else "not in", SQL("(%s)", query))]


def get_computation_key():
    """Return the values of a sold line whose cents no other line takes.

    Newer versions round what the lines of an invoice come to, and have lines make up.
    """
    return {"extra_tax_data": {"computation_key": uuid4().hex}} if SINCE_19 else {}


def is_of_many(operator):
    """Say whether a search method may leave an operator to Odoo.

    Newer ones ask with several values where one was asked for, and then value by value.
    """
    return SINCE_19 and operator in ("in", "not in")


# Sold lines

SOLD_TAXES = "tax_ids" if SINCE_19 else "tax_id"
SOLD_UNIT = "product_uom_id" if SINCE_19 else "product_uom"


def tax_totals(order, lines, shares):
    """Return the totals below the lines of a sale order.

    :param lines: the lines that they are of
    :param shares: {sale.order.line: {account.tax: amount}}
    :return: the value of the field `tax_totals`
    """
    taxes = order.env["account.tax"]
    if not SINCE_18:
        return taxes._prepare_tax_totals(
            [line._convert_to_tax_base_line_dict() for line in lines],
            order.currency_id,
            tax_lines=[
                taxes._convert_to_tax_line_dict(
                    line,
                    currency=line.currency_id,
                    tax_repartition_line=tax.invoice_repartition_line_ids.filtered(
                        lambda each: each.repartition_type == "tax"
                    )[:1],
                    tax_amount=amount,
                )
                for line, amounts in shares.items()
                for tax, amount in amounts.items()
            ],
        )
    base_lines = [
        line._prepare_base_line_for_taxes_computation(
            manual_tax_amounts={
                str(tax.id): {"tax_amount_currency": amount}
                for tax, amount in shares.get(line, {}).items()
            }
            or None
        )
        for line in lines
    ]
    company = order.company_id
    taxes._add_tax_details_in_base_lines(base_lines, company)
    taxes._round_base_lines_tax_details(base_lines, company)
    return taxes._get_tax_totals_summary(
        base_lines=base_lines, currency=order.currency_id, company=company
    )


# Products and units


def product_kind(kind):
    """Return the values of a kind of product.

    :param kind: `service`, `consu` for goods that nobody counts, `product` for others
    """
    if not SINCE_18:
        return {"detailed_type": kind}
    if kind == "product":
        return {"type": "consu", "is_storable": True}
    return {"type": kind, "is_storable": False}


def convert_quantity(quantity: SQL, unit: str, other: str) -> SQL:
    """Return the SQL of a quantity of one unit in another one of the same kind.

    :param unit: the alias of the row of `uom_uom` that the quantity is of
    :param other: the alias of the row of the one that is wanted
    """
    factors = [SQL.identifier(alias, "factor") for alias in (unit, other)]
    if SINCE_19:  # how many of the reference unit it is, no longer the inverse
        factors.reverse()
    one, wanted = (SQL("COALESCE(%s, 1)", factor) for factor in factors)
    return SQL("(%s / %s * %s)", quantity, one, wanted)


# Partners


def get_telephone(partner):
    """Return the number by which somebody is reached on the way, "" if there is none.

    Newer versions know no other number of mobile phones.
    """
    mobile = "" if SINCE_19 else partner.mobile
    return mobile or partner.phone or ""


# Stock


def is_scrapped(move):
    """Say whether a stock.move throws goods away."""
    if SINCE_19:
        return move.location_dest_usage == "inventory"
    return move.scrapped


def prepare_move_name(product):
    """Return the values of a stock.move that say what it is of."""
    return {} if SINCE_19 else {"name": product.display_name}


def prepare_order_link(order):
    """Return the values of a stock.picking that let it belong to a sale order.

    Newer versions find that out from the sold lines of its moves.
    """
    if SINCE_19:
        return {}
    if not order.procurement_group_id:
        values = order.order_line[:1]._prepare_procurement_group_vals()
        order.procurement_group_id = order.env["procurement.group"].create(values)
    return {"group_id": order.procurement_group_id.id}


def is_same_kind(unit, other):
    """Say whether quantities of one unit can be told in another one."""
    if SINCE_19:
        return unit._has_common_reference(other)
    return unit.category_id == other.category_id


def get_final_place(move):
    """Return where a move's goods go in the end; later steps may not be there yet."""
    if SINCE_18:
        return move.location_final_id or move.location_dest_id
    return move.location_dest_id


def create_return(wizard):
    """Return the stock.picking of the return that a wizard describes."""
    if SINCE_18:
        return wizard._create_return()
    return wizard.env["stock.picking"].browse(wizard._create_returns()[0])


# Invoices

REVERSALS = "reversal_move_ids" if SINCE_18 else "reversal_move_id"
PAYMENT_OF_ENTRY = "origin_payment_id" if SINCE_18 else "payment_id"
PAYMENT_TEXT = "memo" if SINCE_18 else "ref"
# Since 18.0 it has one, or none before the bank's statement
PAYMENT_IS_ENTRY = not SINCE_18
# The SQL of a payment's text where it has one besides its entry's reference
PAYMENT_MEMO = SQL("payment.memo") if SINCE_18 else SQL("NULL")


def set_to_check(moves, is_to_check):
    """Mark entries that nothing posts by itself; newer versions have no such mark."""
    if not SINCE_18:
        moves.to_check = is_to_check


def get_payment_lines(payment):
    """Return the journal items of a payment."""
    return payment.move_id.line_ids if SINCE_18 else payment.line_ids


def link_payments(payments, moves):
    """Let invoices know the payments that pay them, each in the same place."""
    if SINCE_18:
        for payment, move in zip(payments, moves, strict=True):
            move.matched_payment_ids |= payment


def find_pending_payments(moves):
    """Return the payments that invoices know, and that are in no entry yet."""
    payments = moves.env["account.payment"]
    if not SINCE_18:
        return payments
    return moves.matched_payment_ids.filtered(
        lambda payment: not payment.move_id and payment.state in ("in_process", "paid")
    )


def get_unpaid(move):
    """Return what no payment pays of an invoice, in its currency."""
    unpaid = move.amount_residual
    if SINCE_18:
        unbooked = move.matched_payment_ids.filtered(
            lambda payment: (
                not payment.move_id and payment.state in ("in_process", "paid")
            )
        )
        unpaid -= sum(
            payment.currency_id._convert(
                payment.amount, move.currency_id, move.company_id, payment.date
            )
            for payment in unbooked
        )
    return unpaid


def get_unbooked_payments(company, partner_ids):
    """Return what customers paid that is in no entry yet, and for no invoice.

    :param partner_ids: of commercial partners
    :return: {(commercial partner's id, currency's id): amount}
    """
    if not SINCE_18:
        return {}
    found = defaultdict(float)
    groups = company.env["account.payment"]._read_group(
        [
            ("company_id", "in", company.parent_ids.ids),
            "|",
            ("partner_id", "in", list(partner_ids)),
            ("partner_id.commercial_partner_id", "in", list(partner_ids)),
            ("partner_type", "=", "customer"),
            ("payment_type", "=", "inbound"),
            ("state", "in", ("in_process", "paid")),
            ("move_id", "=", False),
            ("invoice_ids", "=", False),
        ],
        ["partner_id", "currency_id"],
        ["amount:sum"],
    )
    for partner, currency, amount in groups:
        for owner in partner | partner.commercial_partner_id:
            found[owner.id, currency.id] += amount
    return found


def untaxed_of_one(taxes, price, company):
    """Return the price of one without its taxes, not rounded."""
    currency = company.currency_id
    if not SINCE_18:
        unrounded = taxes.with_context(round=False, round_base=False)
        return unrounded.compute_all(price, currency=currency)["total_excluded"]
    line = taxes._prepare_base_line_for_taxes_computation(
        None, currency_id=currency, tax_ids=taxes, price_unit=price, quantity=1.0
    )
    taxes._add_tax_details_in_base_line(line, company, rounding_method="round_globally")
    return line["tax_details"]["raw_total_excluded_currency"]


def keep_untaxed(taxes, price, quantity, company):
    """Return the values of an invoice line that let its amount without tax as it is.

    Where taxes are in a price, Odoo would rather let what both come to as it is.
    """
    if not SINCE_19:
        return {}
    line = taxes._prepare_base_line_for_taxes_computation(
        None,
        currency_id=company.currency_id,
        tax_ids=taxes,
        price_unit=price,
        quantity=quantity,
    )
    taxes._add_tax_details_in_base_line(line, company)
    taxes._round_base_lines_tax_details([line], company)
    details = line["tax_details"]
    line["manual_total_excluded_currency"] = details["total_excluded_currency"]
    line["manual_tax_amounts"] = {
        str(found["tax"].id): {
            name: found[name]
            for name in ("base_amount_currency", "tax_amount_currency")
        }
        for found in details["taxes_data"]
    }
    return {"extra_tax_data": taxes._export_base_line_extra_tax_data(line)}


def get_taxes(line):
    """Return {account.tax: amount} of an invoice line as Odoo computes it."""
    amounts = defaultdict(float)
    if SINCE_18:
        base_line = line.move_id._prepare_product_base_line_for_taxes_computation(line)
        taxes, company = line.env["account.tax"], line.company_id
        taxes._add_tax_details_in_base_line(base_line, company)
        taxes._round_base_lines_tax_details([base_line], company)
        for found in base_line["tax_details"]["taxes_data"]:
            amounts[found["tax"]] += found["tax_amount_currency"]
        return amounts
    computed = line.tax_ids.compute_all(
        line.price_unit * (1 - line.discount / 100),
        currency=line.currency_id,
        quantity=line.quantity,
        product=line.product_id,
        partner=line.partner_id,
    )
    return line.env["account.tax"]._sum_up(computed)


def lock_date(company, journal):
    """Return the last day that is locked for the user, also for taxes, in a journal."""
    if SINCE_18:
        fiscal = company._get_user_fiscal_lock_date(journal)
        return max(fiscal, company.user_tax_lock_date)
    return max(company._get_user_fiscal_lock_date(), company.max_tax_lock_date)


def is_locked(company, date, has_tax, journal):
    """Say whether a date lies in a period that is closed for anybody in a journal."""
    if SINCE_18:
        company = company.with_context(ignore_exceptions=True)
        return bool(company._get_violated_lock_dates(date, has_tax, journal))
    if company._get_violated_lock_dates(date, has_tax):
        return True
    return bool(company.period_lock_date and date <= company.period_lock_date)


# Accounts


def is_archived(account):
    """Say whether an account is no longer to be used."""
    return not account.active if SINCE_19 else account.deprecated


def allows_account(journal, account):
    """Say whether a journal may have entries on an account."""
    if SINCE_19:
        return True
    return (
        not account.allowed_journal_ids or journal in account.allowed_journal_ids
    ) and (
        not journal.account_control_ids
        or account in journal.account_control_ids
        or account == journal.default_account_id
    )


def income_account(product, company):
    """Return the account of what is sold of a product: its own, or its category's."""
    product = product.with_company(company)
    if SINCE_19:
        return product._get_product_accounts()["income"]
    category = product.categ_id or product.product_tmpl_id._get_default_category_id()
    return (
        product.property_account_income_id
        or category.with_company(company).property_account_income_categ_id
    )


# Sending invoices

SendModel = models.AbstractModel if SINCE_18 else models.TransientModel


def get_mail_template(move):
    """Return Odoo's template of the mail with which an invoice is sent."""
    found = move._get_mail_template()
    return found if SINCE_18 else move.env.ref(found)


# What Odoo's sender is asked for in 17.0, by the names of newer versions
_BOXES = {
    "email": "checkbox_send_mail",
    "peppol": "checkbox_send_peppol",
    "snailmail": "checkbox_send_by_post",
}


def send(move, method=None, template=None, is_electronic=False):
    """Make an invoice's documents, and send it by Odoo's own sender.

    :param str method: `email`, `peppol` or `snailmail`; None: it is not sent
    :param template: `mail.template` of the mail
    :param is_electronic: the electronic invoice is made as well
    :raise UserError: it could not be; no pro forma goes in its place
    """
    sender = move.env["account.move.send"]
    is_electronic = is_electronic or method == "peppol"
    if SINCE_18:
        settings = {"mail_template": template} if template else {}
        if not is_electronic:
            settings["invoice_edi_format"] = False
        sender._generate_and_send_invoices(
            move, sending_methods=[method] if method else [], **settings
        )
        return
    if is_electronic and "ubl_cii_xml_id" in move._fields:
        taken = move.partner_id.commercial_partner_id.ubl_cii_format
        if taken and not move.ubl_cii_xml_id:
            detach_documents(move)  # beside a PDF that is there, none is made
    boxes = {box: name == method for name, box in _BOXES.items()}
    boxes |= {"checkbox_ubl_cii_xml": is_electronic, "checkbox_download": False}
    wizard = sender.create(
        {
            "move_ids": move.ids,
            "mail_template_id": template.id if template else False,
            **{name: box for name, box in boxes.items() if name in sender._fields},
        }
    )
    wizard.action_send_and_print(force_synchronous=True, allow_fallback_pdf=False)


def get_electronic_invoices(moves):
    """Return the electronic invoices that there are, as `ir.attachment`."""
    if "ubl_cii_xml_id" in moves._fields:
        return moves.ubl_cii_xml_id
    return moves.env["ir.attachment"]


def is_peppol_active(company):
    """Say whether a company sends by Peppol, Odoo's module being installed."""
    state = company.account_peppol_proxy_state
    if SINCE_18:
        users = company.env["account_edi_proxy_client.user"]
        return state in users._get_can_send_domain()
    return state == "active"


def is_on_peppol(move):
    """Say whether an invoice can go to its customer by Peppol, as Odoo has it."""
    partner = move.partner_id.commercial_partner_id.with_company(move.company_id)
    if not (partner.peppol_eas and partner.peppol_endpoint):
        return False
    if SINCE_18:
        return partner.peppol_verification_state == "valid"
    return partner.is_peppol_edi_format and partner.account_peppol_is_endpoint_valid


def detach_documents(moves):
    """Let the documents of invoices be made anew; the old ones stay as attachments.

    Newer versions do that by themselves where an invoice is reset to draft, but for
    what this transaction has read before.
    """
    names = [
        name
        for name in ("invoice_pdf_report", "ubl_cii_xml")
        if f"{name}_id" in moves._fields
    ]
    if not SINCE_18:
        attachments = moves.env["ir.attachment"].sudo()
        attachments.search(
            [
                ("res_model", "=", moves._name),
                ("res_id", "in", moves.ids),
                ("res_field", "in", [f"{name}_file" for name in names]),
            ]
        ).res_field = False
    moves.invalidate_recordset(
        [f"{name}_{kind}" for name in names for kind in ("id", "file")]
    )
