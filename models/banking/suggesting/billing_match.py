from odoo import _, api, models
from odoo.tools import SQL, format_date

from ....compat import PAYMENT_MEMO
from ....tools.matching.rules import Rules
from ..billing_bank import JOURNAL_TYPES
from .amounts import Units

MOST_SHOWN = 60


class BillingMatch(models.Model):
    """What suggestions are made of, and the words for their reasons."""

    _inherit = "billing.match"

    @api.model
    def _prepare_rules(self, company):
        """Return the measures by which bank lines of a company are matched."""
        return Rules()

    @api.model
    def _query_lines(self, company):
        """Return the SQL of the bank lines of which something is open."""
        return SQL(
            """
            SELECT line.id, move.date, item.currency_id,
                   -SUM(item.amount_currency) AS amount,
                   CONCAT_WS(' ', line.payment_ref, move.ref,
                       regexp_replace(move.narration, '<[^>]*>', ' ', 'g')) AS text,
                   line.partner_name, line.account_number,
                   partner.commercial_partner_id AS customer_id
              FROM account_bank_statement_line AS line
              JOIN account_move AS move ON move.id = line.move_id
              JOIN account_journal AS journal ON journal.id = move.journal_id
              JOIN account_move_line AS item ON item.move_id = move.id
               AND item.account_id = journal.suspense_account_id
         LEFT JOIN res_partner AS partner ON partner.id = line.partner_id
             WHERE move.company_id = %s AND move.state = 'posted'
               AND journal.type IN %s AND line.is_reconciled IS NOT TRUE
          GROUP BY line.id, move.id, item.currency_id, partner.id
          ORDER BY move.date, line.id
            """,
            company.id,
            JOURNAL_TYPES,
        )

    @api.model
    def _query_items(self, companies, receivable, others):
        """Return the SQL of what is open.

        :param companies: whose items these are
        :param receivable: `account.account` of what customers owe
        :param others: of registered payments that the bank has not confirmed
        """
        return SQL(
            """
            SELECT item.id, item.move_id, item.currency_id, item.date,
                   COALESCE(item.date_maturity, item.date) AS due,
                   item.amount_residual_currency AS amount,
                   item.discount_date, item.discount_amount_currency AS discounted,
                   move.payment_state = 'not_paid' AS is_unpaid,
                   partner.commercial_partner_id AS partner_id,
                   move.name, move.ref, move.payment_reference, item.payment_id,
                   %(memo)s AS memo
              FROM account_move_line AS item
              JOIN account_move AS move ON move.id = item.move_id
              JOIN res_partner AS partner ON partner.id = item.partner_id
         LEFT JOIN account_payment AS payment ON payment.id = item.payment_id
             WHERE item.parent_state = 'posted' AND item.reconciled IS NOT TRUE
               AND item.company_id = ANY(%(companies)s)
               AND item.statement_line_id IS NULL
               AND item.amount_residual_currency != 0
               AND (item.account_id = ANY(%(receivable)s) AND item.payment_id IS NULL
                 OR item.account_id = ANY(%(others)s)
                    AND payment.partner_type = 'customer')
          ORDER BY item.id
            """,
            companies=companies.ids,
            receivable=receivable.ids,
            others=others.ids,
            memo=PAYMENT_MEMO,
        )

    @api.model
    def _query_orders(self, move_ids):
        """Return the SQL of (entry's id, number of an order that it bills)."""
        return SQL(
            """
            SELECT DISTINCT line.move_id, number
              FROM account_move_line AS line
              JOIN sale_order_line_invoice_rel AS link ON link.invoice_line_id = line.id
              JOIN sale_order_line AS sold ON sold.id = link.order_line_id
              JOIN sale_order AS sale ON sale.id = sold.order_id
        CROSS JOIN LATERAL unnest(ARRAY[
                       sale.name, sale.client_order_ref, sale.magento_increment_id
                   ]) AS number
             WHERE line.move_id = ANY(%(ids)s) AND number IS NOT NULL
             UNION
            SELECT line.move_id, line.coopcycle_order_number
              FROM account_move_line AS line
             WHERE line.move_id = ANY(%(ids)s)
               AND line.coopcycle_order_number IS NOT NULL
             UNION
            SELECT document.move_id, document.increment_id
              FROM magento_document AS document
             WHERE document.move_id = ANY(%(ids)s) AND document.increment_id IS NOT NULL
            """,
            ids=move_ids,
        )

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_why(self):
        units, texts = Units(self.env), self._get_reason_texts()
        for match in self:
            match.why = "\n".join(
                texts[code] % match._show(data, units)
                for code, data in match.reasons or ()
                if code in texts
            )

    def _show(self, data, units):
        """Return what the words of a reason need, as people read it."""
        shown = {name: str(value)[:MOST_SHOWN] for name, value in data.items()}
        currency = self.currency_id
        for name in ("paid", "due", "fee"):
            if name in data:
                amount = units.amount(data[name], currency.id)
                shown[name] = currency.format(amount)
        if {"paid", "due"} <= data.keys():
            gap = units.amount(abs(data["due"] - data["paid"]), currency.id)
            shown["gap"] = currency.format(gap)
        if "line" in data:
            lines = self.env["account.bank.statement.line"].sudo()
            other = lines.browse(data["line"]).exists()
            shown["line"] = format_date(self.env, other.date) if other else "?"
        return shown

    @api.model
    def _get_reason_texts(self):
        """Return {code of a reason or a doubt: words}, with what is named in each."""
        return {
            "chosen": _("A person has chosen it."),
            "reference": _("The reference %(text)s is this one's."),
            "number": _("The number %(text)s is written."),
            "order": _("The order %(text)s is written."),
            "number_short": _("The end of its number, %(text)s, is written."),
            "some_named": _("Some of these are written: %(text)s."),
            "number_swapped": _("%(text)s is written: two digits are swapped."),
            "customer_known": _("The line has this customer."),
            "customer_iban": _("It is this customer's account."),
            "customer_memory": _("This payer has paid for this customer before."),
            "customer_name": _("The payer has this customer's name."),
            "customer_name_part": _("The payer's name is like this customer's."),
            "exact": _("The amount is what is due."),
            "discount": _("%(gap)s less than due: the discount for early payment."),
            "discount_late": _("%(gap)s less than due: a discount, but too late."),
            "sum_named": _("The amount is the sum of all that is written."),
            "balance": _("The amount is all that the customer owes."),
            "sum": _("The amount is the sum of %(count)s of the customer's."),
            "charges": _("%(gap)s less than due, as banks keep for charges."),
            "partial": _("A part of the %(due)s that are due."),
            "overpaid": _("%(gap)s more than is due."),
            "payout": _("%(count)s payments of %(due)s, less a fee of %(fee)s."),
            "only_amount": _("Nothing else of this amount is open."),
            "only_item": _("The customer owes nothing else."),
            "timely": _("It was paid about when it was due."),
            "other_customer": _("But: the payer is known as somebody else."),
            "names_another": _("But: %(text)s is written, which is another one."),
            "names_unknown": _("But: %(text)s is written, of which nothing is open."),
            "later": _("But: it is dated after the payment."),
            "amount_common": _("But: somebody else owes this amount, too."),
            "also_for": _("But: the line of %(line)s pays it, too."),
        }
