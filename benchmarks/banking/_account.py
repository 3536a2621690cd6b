"""A company's bank account with a made-up month, and all that its customers owe."""

import re

from odoo import Command
from odoo.tools import SQL

from ...compat import product_kind
from ..shared._rows import copy_rows
from . import _month

_NO_ALNUM = re.compile("[^0-9A-Z]")
FACTOR = 100
# Columns of an invoice, and of its lines, that are the amount
TOTALS = ("amount_untaxed", "amount_total", "amount_residual")
SIGNED_TOTALS = (
    "amount_untaxed_signed",
    "amount_total_signed",
    "amount_total_in_currency_signed",
    "amount_residual_signed",
)
PRICES = ("price_unit", "price_subtotal", "price_total")


class Account:
    """Plants a month: one of each kind by Odoo, the others as copies of their rows.

    :param env: of a database that has the addon
    :param month: `_month.Month`
    """

    def __init__(self, env, month):
        company = env.company
        if not company.chart_template:
            env["account.chart.template"].try_loading("generic_coa", company)
        self.env = env(context={**env.context, "tracking_disable": True})
        self.company = company.with_env(self.env)
        self.month = month
        self.bank = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
        )
        self.partners = self._plant_customers()
        self._tell_invoices()
        self._plant_invoices()
        self._plant_payments()
        self._plant_lines()
        self.env.cr.execute("ANALYZE")
        self.env.cr.commit()
        self.env.invalidate_all()

    def find_suggested(self):
        """Return {payment's id: suggestions}, as `_quality.measure` takes them."""
        self.env.cr.execute(
            """
            SELECT line.transaction_type::int, match.confidence = 'certain',
                   array_agg(substr(move.invoice_origin, 3)::int)
              FROM account_bank_statement_line AS line
              JOIN billing_match AS match ON match.statement_line_id = line.id
              JOIN billing_match_part AS part ON part.match_id = match.id
              JOIN account_move_line AS item ON item.id = part.item_id
              JOIN account_move AS move ON move.id = item.move_id
          GROUP BY line.id, match.id ORDER BY line.id, match.rank
            """
        )
        found = {payment.id: [] for payment in self.month.payments}
        for payment, is_certain, items in self.env.cr.fetchall():
            found[payment].append((frozenset(items), is_certain))
        return found

    # Customers

    def _plant_customers(self):
        """Return {customer's id: partner's id}."""
        partners = self.env["res.partner"].create(
            [{"name": each.name} for each in self.month.customers]
        )
        ids = dict(
            zip((each.id for each in self.month.customers), partners.ids, strict=True)
        )
        self.env["res.partner.bank"].create(
            [
                {"acc_number": each.iban, "partner_id": ids[each.id]}
                for each in self.month.customers
                if each.is_known
            ]
        )
        self.env.flush_all()
        return ids

    # What is open

    def _tell_invoices(self):
        """Put what is open into a table that rows are copied by."""
        self.env.cr.execute(
            """
            CREATE TEMPORARY TABLE plan (
                nr int, partner_id int, number text, sale text, shop text,
                reference text, amount numeric, date date, due date,
                discounted numeric, discount_until date, is_paid boolean
            )
            """
        )
        rows = [
            (
                each.id,
                self.partners[each.customer.id],
                each.number,
                each.order or None,
                each.shop or None,
                each.reference or None,
                each.amount / FACTOR,
                each.date,
                each.due,
                each.discounted and each.discounted / FACTOR,
                each.discount_until,
                each.provider is not None,
            )
            for each in self.month.invoices
        ]
        self.env.cr.execute_values("INSERT INTO plan VALUES %s", rows)

    def _plant_invoices(self):
        product = self.env["product.product"].create(
            {"name": "Lamp", "invoice_policy": "order", **product_kind("consu")}
        )
        partner = self.env["res.partner"].browse(next(iter(self.partners.values())))
        sale = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create({"product_id": product.id, "tax_id": False})
                ],
            }
        )
        sale.order_line.price_unit = 1
        sale.action_confirm()
        move = sale._create_invoices()
        # Its numbers are the month's alone
        move.journal_id = move.journal_id.copy({"code": "MONTH", "name": "Month"})
        move.action_post()
        move.name = "PLANTED"
        self.env.flush_all()
        partner_id, nr = SQL("plan.partner_id"), SQL("'M-' || plan.nr")
        unpaid = SQL("plan")
        copy_rows(
            self.env.cr,
            "account_move",
            SQL("row.id = %s AND NOT plan.is_paid", move.id),
            unpaid,
            name=SQL("plan.number"),
            move_type=SQL(
                "CASE WHEN amount < 0 THEN 'out_refund' ELSE 'out_invoice' END"
            ),
            partner_id=partner_id,
            commercial_partner_id=partner_id,
            payment_reference=SQL("plan.reference"),
            invoice_date=SQL("plan.date"),
            date=SQL("plan.date"),
            invoice_date_due=SQL("plan.due"),
            invoice_origin=nr,
            **_all(TOTALS, SQL("ABS(plan.amount)")),
            **_all(SIGNED_TOTALS, SQL("plan.amount")),
            access_token=SQL("NULL"),
        )
        is_owed = SQL("(row.display_type = 'payment_term')")
        for table, kind in (("payment_term", 1), ("product", -1)):
            amount = SQL("%s * plan.amount", kind)
            self._copy_lines(
                SQL("row.move_id = %s AND row.display_type = %s", move.id, table),
                amount,
                date_maturity=SQL("plan.due"),
                discount_date=SQL("plan.discount_until"),
                discount_amount_currency=SQL("plan.discounted"),
                **_all(PRICES, SQL("ABS(plan.amount)") if kind < 0 else SQL("0")),
                amount_residual=SQL("CASE WHEN %s THEN %s ELSE 0 END", is_owed, amount),
                amount_residual_currency=SQL(
                    "CASE WHEN %s THEN %s ELSE 0 END", is_owed, amount
                ),
            )
        copy_rows(
            self.env.cr,
            "sale_order",
            SQL("row.id = %s AND NOT plan.is_paid AND plan.sale IS NOT NULL", sale.id),
            SQL("plan"),
            name=SQL("plan.sale"),
            magento_increment_id=SQL("plan.shop"),
            client_order_ref=SQL("NULL"),
            origin=nr,
            access_token=SQL("NULL"),
        )
        copy_rows(
            self.env.cr,
            "sale_order_line",
            SQL("row.order_id = %s AND copy.origin IS NOT NULL", sale.id),
            SQL("sale_order AS copy"),
            order_id=SQL("copy.id"),
        )
        self.env.cr.execute(
            """
            INSERT INTO sale_order_line_invoice_rel (order_line_id, invoice_line_id)
            SELECT sold.id, line.id
              FROM sale_order AS sale
              JOIN sale_order_line AS sold ON sold.order_id = sale.id
              JOIN account_move AS move ON move.invoice_origin = sale.origin
              JOIN account_move_line AS line ON line.move_id = move.id
               AND line.display_type = 'product'
             WHERE move.move_type LIKE 'out_%' AND move.invoice_origin LIKE 'M-%'
            """
        )
        move.button_draft()
        move.with_context(force_delete=True).unlink()

    def _plant_payments(self):
        """Plant what was paid at a provider, who has not paid it out yet."""
        provider = self.env["payment.provider"].create(
            {"name": _month.PROVIDER_NAME, "code": "none", "state": "test"}
        )
        self.env.flush_all()
        self.env.cr.execute(  # its own module need not be there
            "UPDATE payment_provider SET code = 'stripe' WHERE id = %s", [provider.id]
        )
        partner = self.env["res.partner"].browse(next(iter(self.partners.values())))
        payment = self.env["account.payment"].create(
            {
                "amount": 1,
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": partner.id,
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        methods = self.env["payment.method"].with_context(active_test=False)
        method = methods.search([], limit=1)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": "planted",
                "amount": 1,
                "currency_id": self.company.currency_id.id,
                "partner_id": partner.id,
            }
        )
        self.env.flush_all()
        move = payment.move_id
        partner_id, nr = SQL("plan.partner_id"), SQL("'M-' || plan.nr")
        paid = SQL("plan")
        copy_rows(
            self.env.cr,
            "account_move",
            SQL("row.id = %s AND plan.is_paid", move.id),
            paid,
            name=SQL("'PAY/' || plan.nr"),
            ref=SQL("plan.number"),
            partner_id=partner_id,
            commercial_partner_id=partner_id,
            date=SQL("plan.date"),
            invoice_origin=nr,
            access_token=SQL("NULL"),
        )
        copy_rows(
            self.env.cr,
            "payment_transaction",
            SQL("row.id = %s AND plan.is_paid", transaction.id),
            paid,
            reference=SQL("'TX-' || plan.nr"),
            partner_id=partner_id,
        )
        copy_rows(
            self.env.cr,
            "account_payment",
            SQL("row.id = %s AND plan.is_paid", payment.id),
            SQL(
                "plan JOIN account_move AS copy"
                " ON copy.invoice_origin = 'M-' || plan.nr"
                " AND copy.move_type = 'entry'"
                " JOIN payment_transaction AS tx ON tx.reference = 'TX-' || plan.nr"
            ),
            move_id=SQL("copy.id"),
            payment_transaction_id=SQL("tx.id"),
            partner_id=partner_id,
            amount=SQL("plan.amount"),
        )
        receivable = partner.property_account_receivable_id
        for line in move.line_ids:
            is_owed = line.account_id == receivable
            amount = SQL("%s * plan.amount", -1 if is_owed else 1)
            left = SQL("0") if is_owed else amount
            self._copy_lines(
                SQL("row.id = %s", line.id),
                amount,
                payment_id=SQL(
                    "(SELECT id FROM account_payment WHERE move_id = copy.id)"
                ),
                reconciled=SQL("%s", is_owed),
                amount_residual=left,
                amount_residual_currency=left,
            )
        payment.action_draft()
        payment.unlink()

    def _copy_lines(self, which, amount, **instead):
        """Copy items into the entries that were copied, with other amounts."""
        copy_rows(
            self.env.cr,
            "account_move_line",
            which,
            SQL(
                "plan JOIN account_move AS copy"
                " ON copy.invoice_origin = 'M-' || plan.nr"
            ),
            move_id=SQL("copy.id"),
            move_name=SQL("copy.name"),
            date=SQL("copy.date"),
            partner_id=SQL("copy.partner_id"),
            debit=SQL("GREATEST(%s, 0)", amount),
            credit=SQL("GREATEST(-(%s), 0)", amount),
            balance=amount,
            amount_currency=amount,
            **instead,
        )

    # The bank

    def _plant_lines(self):
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": self.bank.id, "amount": 1, "payment_ref": "-"}
        )
        self.env.flush_all()
        self.env.cr.execute(
            """
            CREATE TEMPORARY TABLE told (
                nr int, amount numeric, date date, text text, name text, iban text
            )
            """
        )
        self.env.cr.execute_values(
            "INSERT INTO told VALUES %s",
            [
                (
                    each.id,
                    each.amount / FACTOR,
                    each.date,
                    each.text,
                    each.name or None,
                    each.iban or None,
                )
                for each in self.month.payments
            ],
        )
        copy_rows(
            self.env.cr,
            "account_move",
            SQL("row.id = %s", line.move_id.id),
            SQL("told"),
            name=SQL("'BANK/' || told.nr"),
            date=SQL("told.date"),
            access_token=SQL("NULL"),
        )
        of_told = SQL(
            "told JOIN account_move AS copy ON copy.name = 'BANK/' || told.nr"
        )
        copy_rows(
            self.env.cr,
            "account_bank_statement_line",
            SQL("row.id = %s", line.id),
            of_told,
            move_id=SQL("copy.id"),
            amount=SQL("told.amount"),
            amount_residual=SQL("-told.amount"),
            payment_ref=SQL("told.text"),
            partner_name=SQL("told.name"),
            account_number=SQL("told.iban"),
            transaction_type=SQL("told.nr::text"),
        )
        for item in line.move_id.line_ids:
            amount = SQL("%s * told.amount", 1 if item.balance > 0 else -1)
            copy_rows(
                self.env.cr,
                "account_move_line",
                SQL("row.id = %s", item.id),
                of_told,
                move_id=SQL("copy.id"),
                date=SQL("copy.date"),
                debit=SQL("GREATEST(%s, 0)", amount),
                credit=SQL("GREATEST(-(%s), 0)", amount),
                balance=amount,
                amount_currency=amount,
            )
        self.env.cr.execute(
            """
            UPDATE account_move AS move SET statement_line_id = line.id
              FROM account_bank_statement_line AS line WHERE line.move_id = move.id
            """
        )
        self.env.cr.execute(
            """
            UPDATE account_move_line AS item SET statement_line_id = line.id
              FROM account_bank_statement_line AS line WHERE line.move_id = item.move_id
            """
        )
        self.env.invalidate_all()
        line.unlink()


def _all(columns, value):
    return dict.fromkeys(columns, value)
