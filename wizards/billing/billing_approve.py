from odoo import _, api, fields, models

from ...models.shared.notifying import notify


class BillingApprove(models.TransientModel):
    """*Approve*: drafts that wait are posted, with a note that is kept."""

    _name = "billing.approve"
    _description = "Approve Invoices"
    _inherit = ["billing.chosen.mixin"]

    move_ids = fields.Many2many("account.move", compute="_compute_move_ids")
    changed_count = fields.Integer(compute="_compute_move_ids")
    note = fields.Char(help="Kept with the decisions.")

    @api.depends("decision_ids")
    def _compute_move_ids(self):
        for wizard in self:
            wizard.move_ids = wizard.decision_ids.move_id
            wizard.changed_count = len(wizard.move_ids.filtered("billing_changes"))

    @api.model
    def _filter_chosen(self, decisions):
        return decisions.filtered(lambda each: each.state == "review")

    def action_approve(self):
        """Approve them, and say what came of it."""
        self.ensure_one()
        decisions = self.decision_ids
        decisions.approve(self.note)
        held = decisions.filtered(lambda each: each.state == "held")
        if held:
            names = ", ".join(held.mapped("display_name"))
            return notify(_("Approved, but held: %s", names), "warning")
        if posted := decisions.filtered(lambda each: each.state == "posted"):
            return notify(_("Posted: %s", len(posted.move_id)))
        return notify(_("Approved. They are posted within five minutes."))
