from odoo import Command, _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..billing.groups import MANAGER
from ..shared.opening import open_form


class BillingReminderPlan(models.Model):
    """When a customer is reminded of what is overdue, level by level."""

    _name = "billing.reminder.plan"
    _description = "Reminder Plan"
    _inherit = ["integration.guard.mixin"]
    _order = "company_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The first plan of a company is the one of all customers."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    level_ids = fields.One2many(
        "billing.reminder.level", "plan_id", "Levels", copy=True
    )

    @api.constrains("company_id")
    def _check_company_id(self):
        """Customers have plans of their company."""
        payers = self.env["billing.payer"].sudo().search([("plan_id", "in", self.ids)])
        payers._check_company(["plan_id"])

    @api.model
    def _get_default(self, company):
        """Return the plan of all customers of a company, made if it never had any.

        :return: none if all of them are archived
        """
        plans_sudo = self.sudo().with_company(company)
        plans = plans_sudo.with_context(active_test=False).search(
            [("company_id", "=", company.id)]
        )
        if not plans:
            return plans_sudo.create(self._prepare_default(company))
        return plans.filtered("active")[:1].with_env(plans_sudo.env)

    @api.model
    def _prepare_default(self, company):
        """Return the values of the plan that a company begins with."""
        return {
            "name": _("Usual"),
            "company_id": company.id,
            "level_ids": [
                Command.create({"number": number, **values})
                for number, values in enumerate(self._prepare_default_levels(), 1)
            ],
        }

    @api.model
    def _prepare_default_levels(self):
        """Return the values of the levels of such a plan."""

        def mail(name):
            template = self.env.ref(f"coopcycle_magento.billing_reminder_{name}")
            return {"action": "mail", "template_id": template.id}

        def ask(who):
            return {"action": "activity", "responsible": who}

        return [
            {"days": 5, "days_between": 0, **mail("first")},
            {"days": 15, "days_between": 7, **mail("second")},
            {"days": 30, "days_between": 10, **mail("last")},
            {"days": 45, "days_between": 10, **ask("salesperson")},
            {"days": 60, "days_between": 10, **ask("collector")},
        ]

    def _get_steps(self, payer_class):
        """Return the levels with their days for a class of customers.

        :return: list of (level, days overdue), the first level first
        """
        shift = self.env["billing.payer"]._get_shift(payer_class)
        return [
            (level, max(level.days + shift, 1))
            for level in self.level_ids.sorted("number")
        ]

    # Buttons

    @api.model
    def action_start(self):
        """Have reminders proposed in the user's company, by the plan that it has.

        :raise AccessError: the user is no manager of billing
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(_("Only managers of billing start reminders."))
        company = self.env.company
        plan = self._get_default(company)
        if not plan:
            raise UserError(
                _("All plans of the company are archived. Resolution: restore one.")
            )
        company.sudo()._billing_start_reminders()
        return open_form(plan.sudo(False))
