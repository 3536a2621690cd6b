from datetime import timedelta

from odoo import Command, _, api, fields, models
from odoo.exceptions import UserError

from ...compat import check_access

DAYS, MOST_DAYS = 30, 3660


class BillingPolicyTrial(models.TransientModel):
    """*Try on the Last 30 Days*: what a policy would have done. Nothing is made."""

    _name = "billing.policy.trial"
    _description = "Try a Policy"
    _inherit = ["integration.entry.mixin"]

    policy_id = fields.Many2one("billing.policy", required=True)
    days = fields.Integer("On the Last Days", default=DAYS, required=True)
    line_ids = fields.One2many("billing.policy.trial.line", "trial_id")
    line_count = fields.Integer("Tried", compute="_compute_counts")
    post_count = fields.Integer("By Itself", compute="_compute_counts")
    draft_count = fields.Integer("A Person First", compute="_compute_counts")
    hold_count = fields.Integer("Held", compute="_compute_counts")
    ignore_count = fields.Integer("Not Billed", compute="_compute_counts")

    @api.depends("line_ids.decision")
    def _compute_counts(self):
        for trial in self:
            kinds = trial.line_ids.mapped("decision")
            trial.line_count = len(kinds)
            for kind in ("post", "draft", "hold", "ignore"):
                trial[f"{kind}_count"] = kinds.count(kind)

    def action_try(self):
        """Try the policy, and show what came of it."""
        self.ensure_one()
        check_access(self.policy_id, "write")
        if not 1 <= self.days <= MOST_DAYS:
            raise UserError(_("Try it on 1 to %s days.", MOST_DAYS))
        since = fields.Datetime.now() - timedelta(days=self.days)
        tried = self.env["billing.decision"]._try_policy(self.policy_id, since)
        self.line_ids = [
            Command.clear(),
            *(Command.create(self._prepare_line(each)) for each in tried),
        ]
        return {
            "type": "ir.actions.act_window",
            "name": _("What It Would Have Done"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _prepare_line(self, tried):
        """Return the values of a line.

        :param tried: `Tried`
        """
        return {
            "decision": tried.decision,
            "reason": tried.reason,
            "event": tried.event,
            "picking_id": tried.picking.id,
            "done_at": tried.picking.sudo().date_done,
            "order_id": tried.order.id,
            "amount": tried.amount,
        }
