from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...compat import Constraint


class BillingReminderLevel(models.Model):
    """One step of a plan: from which day on, and what happens."""

    _name = "billing.reminder.level"
    _description = "Reminder Level"
    _inherit = ["integration.guard.mixin"]
    _order = "plan_id, number"

    plan_id = fields.Many2one(
        "billing.reminder.plan", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    number = fields.Integer(
        "Level",
        required=True,
        default=1,
        help="An invoice climbs from one level to the next, and leaves none out.",
    )
    days = fields.Integer(
        "Days Overdue",
        required=True,
        default=5,
        help="Due today is not overdue. For customers who pay well it comes 7 days"
        " later, for slow ones 3 days earlier.",
    )
    days_between = fields.Integer(
        "Days Since the Last One",
        required=True,
        default=7,
        help="So many days after the last reminder of the same invoice, at least.",
    )
    action = fields.Selection(
        [("mail", "Write to the Customer"), ("activity", "Ask Somebody")],
        required=True,
        default="mail",
    )
    template_id = fields.Many2one(
        "mail.template",
        domain="[('model', '=', 'billing.reminder')]",
        ondelete="restrict",
    )
    attach_invoices = fields.Boolean(
        "With the Invoices", help="Their PDFs go with the mail."
    )
    responsible = fields.Selection(
        [
            ("salesperson", "The Salesperson"),
            ("collector", "The Collector"),
            ("user", "A User"),
        ],
        "Who",
        required=True,
        default="salesperson",
        help="Who is asked, and who signs the mail.",
    )
    user_id = fields.Many2one("res.users")

    _number_unique = Constraint(
        "unique(plan_id, number)", "Each level is in its plan once."
    )
    _number_positive = Constraint("CHECK(number > 0)", "The first level is 1.")
    _days_positive = Constraint(
        "CHECK(days > 0 AND days_between >= 0)",
        "What is due today is not overdue: 1 day is the least.",
    )
    _template_given = Constraint(
        "CHECK(action != 'mail' OR template_id IS NOT NULL)",
        "A level that writes to the customer has a template.",
    )
    _user_given = Constraint(
        "CHECK(responsible != 'user' OR user_id IS NOT NULL)",
        "Say which user is asked.",
    )

    @api.depends("number", "plan_id.name")
    def _compute_display_name(self):
        for level in self:
            level.display_name = _(
                "%(plan)s, level %(number)s",
                plan=level.plan_id.name,
                number=level.number,
            )

    @api.constrains("template_id")
    def _check_template_id(self):
        """A text about other records would tell the customer of those."""
        for template in self.template_id:
            if template.model != "billing.reminder":
                raise ValidationError(
                    _("%s is no template of reminders.", template.display_name)
                )

    @api.onchange("plan_id")
    def _onchange_plan_id(self):
        """Go on with the number after the last one."""
        others = self.plan_id.level_ids - self
        self.number = max(others.mapped("number"), default=0) + 1

    def _get_days_after_cancelling(self):
        """Return how many days what a person cancelled waits: as if it had gone.

        Where nothing comes after it, it is the same level again that waits.
        """
        self.ensure_one()
        levels = self.plan_id.level_ids.sorted("number")
        following = levels.filtered(lambda level: level.number > self.number)[:1]
        return max(self.days_between, following.days_between) or self.days

    def _get_users(self, salesperson):
        """Return who is asked, and who else is if that one may not see it.

        :param salesperson: `res.users` of the invoices, perhaps none
        """
        self.ensure_one()
        collector = self.company_id.billing_collector_id
        order = {
            "salesperson": (salesperson, collector),
            "collector": (collector, salesperson),
            "user": (self.user_id, collector, salesperson),
        }
        return [user for user in order[self.responsible] if user]
