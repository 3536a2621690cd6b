from bisect import bisect
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from odoo import fields
from odoo.tools import format_date
from odoo.tools.misc import formatLang, get_lang

from ....compat import QUANTITY_DIGITS, lock_date
from ....tools.coopcycle.columns import COLUMNS, normalise_header
from ....tools.text.amounts import is_currency
from ....tools.text.dates import read_date
from ....tools.text.names import name_key
from ...shared.findings import Findings
from .accounts import AccountMatcher
from .existing import ExistingInvoices
from .partners import PartnerMatcher
from .plan import InvoicePlan, LinePlan
from .products import ProductMatcher

# How a spreadsheet counts days, and the days that it makes of prices such as 12.50
FIRST_DAY = date(1899, 12, 30)
DATE_NUMBERS = range(10_959, 55_153)
YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Choices:
    """What the user decided: the switches of the screen, and a record for a value.

    `picked` (now) and `remembered` (from earlier imports) are {(kind, value key):
    record id, or role of a column}; the kinds are partner, product, account and column.
    """

    create_missing_partners: bool = False
    create_missing_products: bool = False
    skip_invoiced_orders: bool = False
    only_valid_invoices: bool = False
    update_changed_drafts: bool = False
    picked: dict = field(default_factory=dict)
    remembered: dict = field(default_factory=dict)


class InvoiceCheck:
    """Turns a parsed file into invoice plans and findings. Writes nothing.

    After `run()`: `findings`, `plans` (one for each External ID, less the rows that the
    user leaves out) and `to_write` (the plans that an import would create or update;
    empty while something blocks it).
    """

    def __init__(self, connection, parsed, choices, checksum, current_import=None):
        """Prepare the check of one file.

        :param connection: the `coopcycle.connection` it belongs to
        :param parsed: the `ParsedFile`
        :param choices: the user's `Choices`
        :param str checksum: of the file's bytes
        :param current_import: the `coopcycle.import` that is being run or resumed
        """
        self.env = connection.env
        self.connection = connection
        self.company = connection.company_id
        self.currency = self.company.currency_id
        self.parsed = parsed
        self.choices = choices
        self.findings = Findings(self.env, connection._get_finding_messages())
        self.existing = ExistingInvoices(
            connection, choices, self.findings, checksum, current_import
        )
        self.plans = []
        self.to_write = []

    def run(self):
        """Decide everything, each question in a fixed number of queries."""
        self._word_faults_of_file()
        self.existing.check_imports()
        self._group_rows_into_invoices()
        if self.plans:
            self._find_journal()
            self._find_partners()
            self._find_products()
            self._find_accounts()
            self._check_currencies()
            self._check_oddities()
            self._check_prices()
            self._check_orders_in_file()
            self.plans = self.existing.check_orders(self.plans)
            self._check_totals_and_dates()
            self.connection._check_plans(self.plans, self.findings)
            self.existing.compare(self.plans)
        self._select_plans_to_write()
        return self

    # What the file alone tells

    def _word_faults_of_file(self):
        for fault in self.parsed.faults:
            params = dict(fault.params)
            reason = params.pop("reason", "") or params.pop("kind", "")
            if fault.code in ("partner_missing", "product_missing"):
                reason = "empty"
            if fault.code == "column_unknown":
                params.update(ask="column")
            if fault.code == "date_ambiguous":
                params.update(suggestion=self._propose_date_order(fault.value))
            self.findings.add(
                fault.code,
                fault.rows,
                column=fault.column,
                value=fault.value,
                reason=reason,
                **{"encoding": self.parsed.dialect.encoding, **params},
            )
        for (kind, header), role in self.choices.picked.items():
            if kind == "column" and header in map(normalise_header, self.parsed.header):
                self.findings.add(
                    "column_assigned",
                    value=header,
                    assigned=COLUMNS[role],
                    ask="column",
                    chosen=role,
                )

    def _propose_date_order(self, text):
        """Return the order of the company's language in words, if it fits the date."""
        lang = get_lang(self.env, self.company.partner_id.lang)
        # Like 25 Dec 2025, the month may be a word
        date_format = lang.date_format.lower().replace("b", "m")
        order = "".join(sorted("dmy", key=date_format.find))
        selection = self.env["coopcycle.import"]._fields["date_order"]
        labels = dict(selection._description_selection(self.env))
        return labels.get(order, "") if read_date(text, order) else ""

    def _group_rows_into_invoices(self):
        rows_by_id = defaultdict(list)
        for row in self.parsed.rows:
            if row.external_id:
                rows_by_id[row.external_id].append(row)
        for external_id, rows in rows_by_id.items():
            first = rows[0]
            plan = InvoicePlan(
                external_id, first.partner, first.store_hash, first.invoice_date
            )
            plan.lines = [LinePlan(row, self._amount(row)) for row in rows]
            self.plans.append(plan)
            partners = {name_key(row.partner) for row in rows}
            dates = {row.invoice_date for row in rows if row.invoice_date}
            if len(partners) > 1 or len(dates) > 1:
                self.findings.add("conflicting_header", plan.rows, value=external_id)

    def _amount(self, row):
        """Return a row's amount without tax, rounded as the currency is."""
        if row.price_unit is None or row.quantity is None:
            return Decimal()
        return self._round(row.price_unit * row.quantity)

    def _round(self, amount):
        rounding = Decimal(str(self.currency.rounding))
        return (amount / rounding).quantize(Decimal(1), ROUND_HALF_UP) * rounding

    # What its words stand for in Odoo

    def _find_journal(self):
        self.journal = self.connection._get_sales_journal()
        if not self.journal:
            self.findings.add("journal_missing", company=self.company.name)
        for plan in self.plans:
            plan.journal_id = self.journal.id

    def _find_partners(self):
        rows_by_store = defaultdict(list)
        for plan in self.plans:
            rows_by_store[plan.store_hash, plan.partner].extend(plan.rows)
        matcher = PartnerMatcher(self.connection, self.choices, self.findings)
        partners = matcher.match(rows_by_store)
        for plan in self.plans:
            plan.partner_id = partners[plan.store_hash, plan.partner]

    def _find_products(self):
        rows_by_name = self._rows_by(lambda line: line.row.product)
        matcher = ProductMatcher(self.connection, self.choices, self.findings)
        products = matcher.match(rows_by_name)
        for line in self._lines():
            line.product_id = products[line.row.product]

    def _find_accounts(self):
        rows_by_account = self._rows_by(
            lambda line: (line.row.account, line.product_id)
        )
        matcher = AccountMatcher(
            self.connection, self.journal, self.choices, self.findings
        )
        accounts = matcher.match(rows_by_account)
        for line in self._lines():
            line.account_id = accounts[line.row.account, line.product_id]

    def _rows_by(self, key):
        rows = defaultdict(list)
        for line in self._lines():
            rows[key(line)].append(line.row.number)
        return rows

    def _lines(self):
        return (line for plan in self.plans for line in plan.lines)

    # What its numbers and dates lead to

    def _check_currencies(self):
        """Find prices in another currency than the company's."""
        currency, rows = self.currency, defaultdict(list)
        for line in self._lines():
            sign = line.row.currency
            if sign and not is_currency(sign, currency.name, currency.symbol or ""):
                rows[sign].append(line.row.number)
        for sign, numbers in rows.items():
            self.findings.add(
                "currency_other",
                numbers,
                column="price_unit",
                value=sign,
                currency=currency.name,
            )

    def _check_oddities(self):
        """Find what may be right, and is no more than likely to be wrong."""
        for line in self._lines():
            row = line.row
            if row.quantity not in (None, 1) and row.price_unit is not None:
                self.findings.add(
                    "quantity_not_one",
                    [row.number],
                    column="quantity",
                    value=f"{row.quantity:f}",
                    amount=self._format_amount(line.amount),
                )
            if self._is_like_date(row.price_unit):
                day = FIRST_DAY + timedelta(days=int(row.price_unit))
                self.findings.add(
                    "price_like_date",
                    [row.number],
                    column="price_unit",
                    value=f"{row.price_unit:f}",
                    date=format_date(self.env, day),
                )
            if row.invoice_date and self._is_far(row.invoice_date):
                self.findings.add(
                    "date_far",
                    [row.number],
                    column="invoice_date",
                    value=format_date(self.env, row.invoice_date),
                )

    def _is_like_date(self, price):
        """Say whether a price has no decimals and is the number of a day."""
        return (
            price is not None
            and self.currency.decimal_places > 0
            and not price.as_tuple().exponent
            and int(price) in DATE_NUMBERS
        )

    def _is_far(self, day):
        today = fields.Date.context_today(self.env.user)
        return not today - 3 * YEAR <= day <= today + YEAR

    def _check_prices(self):
        """Find prices and quantities that Odoo would round to another amount."""
        precision = self.env["decimal.precision"]
        price_step = Decimal(1).scaleb(-precision.precision_get("Product Price"))
        quantity_step = Decimal(1).scaleb(-precision.precision_get(QUANTITY_DIGITS))
        for line in self._lines():
            price, quantity = line.row.price_unit, line.row.quantity
            if price is None or quantity is None:
                continue
            if quantity == 1 and price == self._round(price):
                continue
            kept_price = price.quantize(price_step, ROUND_HALF_UP)
            kept_quantity = quantity.quantize(quantity_step, ROUND_HALF_UP)
            if self._round(price * kept_quantity) != line.amount:
                self.findings.add(
                    "quantity_invalid",
                    [line.row.number],
                    column="quantity",
                    value=str(quantity),
                    reason="precision",
                    accuracy=QUANTITY_DIGITS,
                )
            elif self._round(kept_price * kept_quantity) != line.amount:
                self.findings.add(
                    "price_invalid",
                    [line.row.number],
                    column="price_unit",
                    value=str(price),
                    reason="precision",
                )
            elif price * quantity != line.amount:
                self.findings.add(
                    "price_rounded",
                    [line.row.number],
                    column="price_unit",
                    value=str(price),
                    amount=self._format_amount(line.amount),
                )

    def _check_orders_in_file(self):
        rows = self._rows_by(lambda line: line.row.order_number)
        for order, numbers in rows.items():
            if order and len(numbers) > 1:
                self.findings.add(
                    "order_twice_in_file", numbers, column="label", value=order
                )

    def _check_totals_and_dates(self):
        locked_until = lock_date(self.company, self.journal)
        for plan in self.plans:
            if plan.amount < 0:
                self.findings.add(
                    "total_negative",
                    plan.rows,
                    column="price_unit",
                    value=plan.external_id,
                    amount=self._format_amount(plan.amount),
                )
            if plan.date and plan.date <= locked_until:
                self.findings.add(
                    "period_locked",
                    plan.rows,
                    column="invoice_date",
                    value=format_date(self.env, plan.date),
                    lock_date=format_date(self.env, locked_until),
                )

    def _format_amount(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self.currency)

    # What may be written

    def _select_plans_to_write(self):
        """Keep the plans without an error; all of them, or none unless asked."""
        error_rows = self.findings.error_rows() | self._rows_beside_unassigned_ones()
        valid = [plan for plan in self.plans if not error_rows.intersection(plan.rows)]
        if self.choices.only_valid_invoices:
            self.plans = valid
        if self._has_error_of_whole_file():
            return
        if error_rows and not self.choices.only_valid_invoices:
            return
        self.to_write = [
            plan for plan in valid if plan.external_id not in self.existing.unchanged
        ]
        if not self.to_write:
            self.findings.add("nothing_to_import")

    def _has_error_of_whole_file(self):
        """Say whether an error concerns more than the rows that it is in."""
        return any(
            not error.rows or error.code == "date_ambiguous"
            for error in self.findings.errors()
        )

    def _rows_beside_unassigned_ones(self):
        """Return the rows around damaged ones that do not tell their invoice.

        Such a row may belong to the invoice of the row before or after it, so neither
        of these invoices is whole.
        """
        known = [row.number for row in self.parsed.rows if row.external_id]
        neighbours = set()
        for number in self.findings.error_rows().difference(known):
            position = bisect(known, number)
            neighbours.update(known[max(position - 1, 0) : position + 1])
        return neighbours


def totals_by_partner(plans):
    """Return [(customer, invoices, lines, amount without tax)], largest first."""
    invoices, lines, amounts = Counter(), Counter(), Counter()
    for plan in plans:
        invoices[plan.partner] += 1
        lines[plan.partner] += len(plan.lines)
        amounts[plan.partner] += plan.amount
    return [
        (partner, invoices[partner], lines[partner], amount)
        for partner, amount in amounts.most_common()
    ]
