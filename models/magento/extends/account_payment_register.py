from odoo import _, api, models


class AccountPaymentRegister(models.TransientModel):
    """How a payment that the shop received is registered."""

    _inherit = "account.payment.register"

    @api.model
    def _magento_prepare_vals(self, move, amount, date, method, invoice):
        """Return the values of the wizard that registers a payment.

        :param move: the posted account.move that is paid
        :param float amount: in its currency
        :param date: the day on which the shop received it
        :param method: the `magento.payment.method`, which has the journal
        :param invoice: Magento's invoice, as it was read
        """
        return {
            "journal_id": method.payment_journal_id.id,
            "currency_id": move.currency_id.id,
            "amount": amount,
            "payment_date": date,
            "payment_difference_handling": "open",
            "communication": _(
                "%(invoice)s, Magento %(number)s",
                invoice=move.name,
                number=invoice.increment_id or invoice.magento_id,
            ),
        }
