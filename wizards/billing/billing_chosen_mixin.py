from odoo import _, api, fields, models
from odoo.exceptions import UserError


class BillingChosenMixin(models.AbstractModel):
    """A question about the decisions, or the invoices, that a user has chosen."""

    _name = "billing.chosen.mixin"
    _description = "Chosen Decisions"
    _inherit = ["integration.entry.mixin"]

    decision_ids = fields.Many2many(
        "billing.decision",
        required=True,
        default=lambda self: self._get_chosen(),
    )
    decision_count = fields.Integer(compute="_compute_decision_count")

    @api.depends("decision_ids")
    def _compute_decision_count(self):
        for wizard in self:
            wizard.decision_count = len(wizard.decision_ids)

    @api.model
    def _get_chosen(self):
        """Return the decisions that are meant, of invoices those that wait.

        :raise UserError: there are none
        """
        model = self.env.context.get("active_model")
        ids = self.env.context.get("active_ids") or []
        decisions = self.env["billing.decision"]
        if model == "account.move":
            decisions = self.env[model].browse(ids)._billing_get_waiting_decisions()
        elif model == "billing.decision":
            decisions = self._filter_chosen(decisions.browse(ids))
        if not decisions:
            raise UserError(self._get_none_text())
        return decisions

    @api.model
    def _filter_chosen(self, decisions):
        """Return those of the chosen decisions that the question is about."""
        return decisions

    @api.model
    def _get_none_text(self):
        return _("Nothing of what you chose waits for an approval.")
