from odoo import Command, _, api, fields, models

from .coopcycle_reconciliation_line import CAUSES
from .delivery_check import DeliveryCheck

CODES = [code for code, _label in CAUSES]


class CoopcycleReconciliation(models.Model):
    """What the courier bills is compared with the deliveries that were made.

    Who may invoice in CoopCycle reads it there; a shop has the courier's bills.
    """

    _inherit = "coopcycle.reconciliation"

    line_ids = fields.One2many(domain=[("cause_code", "not in", CODES)])
    check_line_ids = fields.One2many(
        "coopcycle.reconciliation.line",
        "reconciliation_id",
        "Courier's Bill",
        readonly=True,
        domain=[("cause_code", "in", CODES)],
    )
    is_checked = fields.Boolean(readonly=True)
    check_count = fields.Integer("Deliveries Checked", readonly=True)
    check_different_count = fields.Integer("Deliveries That Differ", readonly=True)

    @api.depends("is_checked", "check_count", "check_different_count")
    def _compute_conclusion(self):
        return super()._compute_conclusion()

    def _get_conclusion(self):
        orders = super()._get_conclusion()
        if self.state != "done" or not self.is_checked:
            return orders
        if self.check_different_count:
            text = _(
                "The courier's bill: %(different)s of %(count)s deliveries differ.",
                different=self.check_different_count,
                count=self.check_count,
            )
        else:
            text = _("The courier's bill: %s deliveries, all equal.", self.check_count)
        return f"{orders} {text}" if self.total_ids else text

    def _compare(self, deadline):
        own = self.connection_id.sudo()
        if not own.application_key:
            return super()._compare(deadline)
        check = DeliveryCheck(own, self._get_period())
        vals = super()._compare(deadline) if own.username else {}
        check = check.read_items() if own.username else check.read_bills()
        found = check.find()
        return {
            **vals,
            "is_checked": True,
            "check_count": check.count(),
            "check_different_count": len(found),
            "check_line_ids": [
                Command.clear(),
                *(Command.create(self._prepare_check_vals(*each)) for each in found),
            ],
        }

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
