from collections import Counter, defaultdict

from odoo import Command, _, api, models

from ....compat import (
    PAYMENT_IS_ENTRY,
    PAYMENT_OF_ENTRY,
    PAYMENT_TEXT,
    get_payment_lines,
    link_payments,
)

NOT_ANALYTIC = {"analytic_distribution": False}


class AccountPayment(models.Model):
    """A payment that the shop received."""

    _inherit = "account.payment"

    @api.model
    def _magento_prepare_vals(self, move, amount, date, method, invoice):
        """Return the values of a payment.

        :param move: the posted account.move that is paid
        :param float amount: in its currency
        :param date: the day on which the shop received it
        :param method: the `magento.payment.method`, which has the journal
        :param invoice: Magento's invoice, as it was read
        """
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": move.commercial_partner_id.id,
            "journal_id": method.payment_journal_id.id,
            "currency_id": move.currency_id.id,
            "amount": amount,
            "date": date,
            "destination_account_id": move._magento_get_owed().account_id[:1].id,
            PAYMENT_TEXT: _(
                "%(invoice)s, Magento %(number)s",
                invoice=move.name,
                number=invoice.increment_id or invoice.magento_id,
            ),
        }

    @api.model
    def _magento_register(self, values_by_move):
        """Post payments and reconcile them with the invoices that they pay.

        :param values_by_move: list of (account.move, values of its payment)
        :return: the payments
        """
        values_list = [values for _move, values in values_by_move]
        if not PAYMENT_IS_ENTRY:
            payments = self.create(values_list)
            payments.action_post()
            return payments._magento_settle([move for move, _values in values_by_move])
        names = self._magento_number(values_list)
        if {} in names and len(names) > 1:
            # Odoo itself numbers the first one of a period
            others = list(values_by_move)
            alone = [others.pop(names.index({}))]
            return self._magento_register(alone) | self._magento_register(others)
        quiet = self.with_context(magento_registering=True)
        payments = (
            quiet.with_context(
                skip_invoice_sync=True, check_move_validity=False, magento_entering=True
            )
            .create(self._magento_prepare_entries(values_list, names))
            .with_env(quiet.env)
        )
        payments.with_context(magento_posting=True).action_post()
        payments._magento_rank_customers()
        payments._magento_settle([move for move, _values in values_by_move])
        return payments.with_env(self.env)

    def _magento_settle(self, moves):
        """Reconcile payments with the account.moves that they pay, in this order.

        :return: the payments
        """
        self._magento_reconcile(moves)
        link_payments(self, moves)
        self.env["account.move"].union(*moves)._magento_note_paid()
        return self

    def _magento_reconcile(self, moves):
        """Reconcile payments with the account.moves that they pay, in this order."""
        plan = []
        for payment, move in zip(self, moves, strict=True):
            account = payment.destination_account_id
            lines = get_payment_lines(payment) | move._magento_get_owed()
            lines = lines.filtered(lambda line, a=account: line.account_id == a)
            if not lines - move.line_ids:
                continue  # Odoo books it with the bank's statement
            if lines._magento_may_differ_in_rate():
                lines.reconcile()  # of many at once, Odoo mixes up the differences
            else:
                plan.append(lines)
        # Taxes that fall due with a payment may need what differences of rates do
        is_plain = not self.company_id.tax_exigibility
        lines = self.env["account.move.line"]
        lines.with_context(no_exchange_difference=is_plain)._reconcile_plan(plan)

    def _magento_rank_customers(self):
        """Count what each customer has paid, as posting payments one by one does."""
        counts = Counter()
        for payment in self:
            counts.update(payment.partner_id | payment.partner_id.commercial_partner_id)
        ranked = defaultdict(self.env["res.partner"].browse)
        for partner, count in counts.items():
            ranked[count] |= partner
        for count, partners in ranked.items():
            partners._increase_rank("customer_rank", count)

    # What Odoo would do payment by payment

    @api.model
    def _magento_prepare_entries(self, values_list, names):
        """Return the values of payments with those of their entries.

        What Odoo computes of them is there already, and needs no writing afterwards.
        Odoo computes it all the same, and writes what it finds to be another.

        :param names: {"name": the number} for each payment
        """
        distribution = self.env["account.analytic.distribution.model"]
        common = {} if distribution.search_count([], limit=1) else NOT_ANALYTIC
        prepared = []
        for values, name in zip(values_list, names, strict=True):
            lines = self.new(values)._prepare_move_line_default_vals()
            for line in lines:
                balance = line["debit"] - line["credit"]
                line |= {
                    **common,
                    "move_name": name.get("name"),
                    "date": values["date"],
                    "ref": values.get(PAYMENT_TEXT),
                    "amount_residual": balance,
                    "amount_residual_currency": line["amount_currency"],
                }
            prepared.append(
                {
                    **values,
                    **name,
                    "amount_company_currency_signed": lines[0]["debit"],
                    "line_ids": list(map(Command.create, lines)),
                }
            )
        return prepared

    @api.model
    def _magento_number(self, values_list):
        """Return {"name": the next number} for each payment, {} if it begins a period.

        One alone is numbered by Odoo itself, which tries again where another process
        has taken its number.
        """
        if len(values_list) == 1:
            return [{}]
        entries, used, names = {}, Counter(), []
        for values in values_list:
            # No period is shorter than a month
            key = (values["journal_id"], values["date"].replace(day=1))
            if key not in entries:
                entries[key] = self._magento_find_last(values)
            entry, last = entries[key]
            if not last:
                names.append({})
                continue
            used[key[0], last] += 1
            template, parts = entry._get_sequence_format_param(last)
            parts["seq"] += used[key[0], last]
            names.append({"name": template.format(**parts)})
        return names

    @api.model
    def _magento_find_last(self, values):
        """Return the entry of a payment, not to be kept, and the number before its."""
        place = {"journal_id": values["journal_id"], "date": values["date"]}
        entry = self.env["account.move"].new(
            {**place, "move_type": "entry", PAYMENT_OF_ENTRY: self.new(place)}
        )
        return entry, entry._get_last_sequence()
