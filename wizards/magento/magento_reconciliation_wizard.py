from dateutil.relativedelta import relativedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError


class MagentoReconciliationWizard(models.TransientModel):
    """*Reconcile*: choose the shop and the days."""

    _name = "magento.reconciliation.wizard"
    _description = "Reconcile with Magento"

    connection_id = fields.Many2one(
        "magento.connection",
        required=True,
        default=lambda self: self.env["magento.connection"].search([], limit=1),
    )
    period = fields.Selection(
        [
            ("this_month", "This Month, Until Today"),
            ("last_month", "Last Month"),
            ("days", "Other Days"),
        ],
        required=True,
        default="this_month",
    )
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)

    @api.model
    def default_get(self, fields_list):
        """Propose this month."""
        values = super().default_get(fields_list)
        first, last = self._get_days("this_month")
        return {"date_from": first, "date_to": last, **values}

    @api.onchange("period")
    def _onchange_period(self):
        if self.period and self.period != "days":
            self.date_from, self.date_to = self._get_days(self.period)

    def _get_days(self, period):
        today = fields.Date.context_today(self)
        first = today.replace(day=1)
        if period == "last_month":
            return first - relativedelta(months=1), first - relativedelta(days=1)
        return first, today

    def action_reconcile(self):
        """Compare the orders.

        :return: the action that opens the result
        :raise UserError: the days are in no order
        """
        self.ensure_one()
        if self.date_from > self.date_to:
            raise UserError(_("The last day cannot be before the first one."))
        return (
            self.env["magento.reconciliation"]
            ._begin(self.connection_id, self.date_from, self.date_to)
            .action_show()
        )
