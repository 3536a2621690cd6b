from odoo import fields, models

from ....compat import Constraint

MODES = [
    ("off", "Off"),
    ("propose", "Propose"),
    ("send", "Send by Itself"),
]


class ResCompany(models.Model):
    """Whether, and how, a company reminds its customers."""

    _inherit = "res.company"

    billing_remind = fields.Selection(MODES, "Reminders", required=True, default="off")
    billing_bank_days = fields.Integer(
        "Bank Data Too Old After",
        default=5,
        help="Nobody is reminded while the newest line of the bank is older. 0: the"
        " bank's lines are not looked at.",
    )
    billing_sent_since = fields.Date(
        "Sent from Here Since",
        help="Invoices of earlier days count as sent: nothing tells how they went.",
    )
    billing_collector_id = fields.Many2one(
        "res.users", "Collector", help="Sees to whoever no reminder has helped with."
    )

    _billing_bank_days_positive = Constraint(
        "CHECK(billing_bank_days >= 0)", "Bank data are good for 0 days or more."
    )

    def write(self, vals):
        """Let what waits wait for a person, once reminders are switched off."""
        res = super().write(vals)
        if vals.get("billing_remind") == "off":
            self.env["billing.reminder"].sudo().search(
                [
                    ("company_id", "in", self.ids),
                    ("state", "=", "queued"),
                    ("message_id", "=", False),
                ]
            ).state = "proposed"
        return res

    def _billing_start_reminders(self):
        """Have reminders proposed from today on; what is chosen already stays."""
        for company in self:
            if company.billing_remind == "off":
                company.billing_remind = "propose"
            if not company.billing_sent_since:
                company.billing_sent_since = self.env["billing.reminder"]._get_today(
                    company
                )
            if not company.billing_collector_id:
                company.billing_collector_id = self.env.user
        self.env["billing.operation"]._go_on_later("ir_cron_billing_find_reminders")
