from collections import Counter

from odoo import Command, _, api, models

from ....compat import PAYMENT_OF_ENTRY


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
            "ref": _(
                "%(invoice)s, Magento %(number)s",
                invoice=move.name,
                number=invoice.increment_id or invoice.magento_id,
            ),
        }

    @api.model
    def _magento_register(self, values_by_move):
        """Post payments and reconcile them with the invoices that they pay.

        :param values_by_move: list of (account.move, values of its payment)
        :return: the payments, in this order
        """
        first, others = values_by_move[:1], values_by_move[1:]
        values_list = [values for _move, values in values_by_move]
        if others and not self._magento_find_last(first[0][1])[1]:
            # Odoo itself numbers the first one of a period
            return self._magento_register(first) | self._magento_register(others)
        payments = self.with_context(
            skip_invoice_sync=True, check_move_validity=False, magento_registering=True
        ).create(
            [
                {**values, **self._magento_prepare_entry(values), **name}
                for values, name in zip(
                    values_list, self._magento_number(values_list), strict=True
                )
            ]
        )
        payments.action_post()
        pairs = []
        for payment, (move, _values) in zip(payments, values_by_move, strict=True):
            account = payment.destination_account_id
            lines = payment.line_ids | move._magento_get_owed()
            pairs.append(lines.filtered(lambda x, a=account: x.account_id == a))
        payments.env["account.move.line"]._reconcile_plan(pairs)
        moves = self.env["account.move"].union(*(move for move, _x in values_by_move))
        moves._magento_note_paid()
        return payments.with_env(self.env)

    # What Odoo would do payment by payment

    @api.model
    def _magento_prepare_entry(self, values):
        lines = self.new(values)._prepare_move_line_default_vals()
        return {"line_ids": list(map(Command.create, lines))}

    @api.model
    def _magento_number(self, values_list):
        """Return {"name": the next number} for each payment.

        One alone is numbered by Odoo itself, which tries again where another process
        has taken its number.
        """
        if len(values_list) == 1:
            return [{}]
        entries, used, names = {}, Counter(), []
        for values in values_list:
            key = (values["journal_id"], values["date"])
            if key not in entries:
                entries[key] = self._magento_find_last(values)
            entry, last = entries[key]
            if not last:
                names.append({})
                continue
            used[last] += 1
            template, parts = entry._get_sequence_format_param(last)
            parts["seq"] += used[last]
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
