from odoo import Command, fields, models

from .delivery_check import DeliveryCheck


class CoopcycleReconciliation(models.Model):
    """What the courier bills is compared with the deliveries that were made.

    Who may invoice in CoopCycle reads it there; a shop has the courier's bills.
    """

    _inherit = "coopcycle.reconciliation"

    def _compare(self):
        own = self.connection_id.sudo()
        count, totals, lines = 0, [], []
        if own.username or not own.application_key:
            count, totals, lines = super()._compare()
        if own.application_key:
            check = DeliveryCheck(own, self._get_period())
            check = check.read_items() if own.username else check.read_bills()
            count = count or check.count()
            lines += [self._prepare_check_vals(*each) for each in check.find()]
        return count, totals, lines

    def _prepare_check_vals(self, cause, number, billed, delivery):
        """Return the values of an order that does not fit.

        :param billed: a `Billed`
        :param delivery: `coopcycle.delivery`, or None
        """
        day = billed.day
        if delivery and delivery.done_at:
            day = fields.Datetime.context_timestamp(self, delivery.done_at).date()
        return {
            "order_number": number,
            "day": day,
            "cause_code": cause,
            "amount": billed.amount,
            "billed_amount": delivery.order_total - delivery.order_tax
            if delivery
            else 0.0,
            "delivery_id": delivery.id if delivery else False,
            "move_ids": [Command.set(sorted(billed.move_ids))],
        }
