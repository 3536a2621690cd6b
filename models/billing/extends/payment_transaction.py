from odoo import _, models

# What these hold back may be refused when it is posted
NOT_POSTED = ("review", "rejected", "held")


class PaymentTransaction(models.Model):
    """A payment that comes in posts no draft that a person has to look at first."""

    _inherit = "payment.transaction"

    def _reconcile_after_done(self):
        """Leave drafts that wait out; a refusal would take the payment back."""
        return self._billing_without_reviewed(super()._reconcile_after_done)

    def _post_process(self):  # since Odoo 18
        return self._billing_without_reviewed(super()._post_process)

    def _billing_without_reviewed(self, process):
        waiting = {
            transaction: transaction.invoice_ids._billing_filter_waiting(NOT_POSTED)
            for transaction in self.sudo()
        }
        for transaction, moves in waiting.items():
            if moves:
                transaction.invoice_ids -= moves
        res = process()
        for transaction, moves in waiting.items():
            if moves:
                transaction.invoice_ids |= moves
                transaction._billing_tell_paid(moves)
        return res

    def _billing_tell_paid(self, moves):
        """Let the approvers of drafts know that their customer has paid already."""
        text = _("Its customer has paid online already: %s.", self.reference)
        for move in moves:
            decisions = move.billing_decision_ids
            move.message_post(
                body=text,
                partner_ids=decisions.asked_user_id.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )
