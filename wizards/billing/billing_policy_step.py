from odoo import _, api, fields, models


class BillingPolicyStep(models.TransientModel):
    """*Promote* and *Demote*: a policy goes a step further or back, on its figures."""

    _name = "billing.policy.step"
    _description = "Promote or Demote a Policy"

    policy_id = fields.Many2one(
        "billing.policy",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    direction = fields.Selection(
        [("promote", "Promote"), ("demote", "Demote")], required=True
    )
    phase = fields.Selection(
        related="policy_id.phase", related_sudo=False, string="Now"
    )
    new_phase = fields.Selection(
        selection=lambda self: self.env["billing.policy"]._get_phases(),
        string="Then",
        compute="_compute_new_phase",
    )
    consequence = fields.Text(compute="_compute_new_phase")
    made_count = fields.Integer(related="policy_id.made_count", related_sudo=False)
    reviewed_text = fields.Char(related="policy_id.reviewed_text", related_sudo=False)
    automatic_share = fields.Float(
        related="policy_id.automatic_share", related_sudo=False
    )
    unchanged_share = fields.Float(
        related="policy_id.unchanged_share", related_sudo=False
    )
    wrong_count = fields.Integer(related="policy_id.wrong_count", related_sudo=False)
    held_count = fields.Integer(related="policy_id.held_count", related_sudo=False)
    review_count = fields.Integer(related="policy_id.review_count", related_sudo=False)

    @api.depends("policy_id", "direction")
    def _compute_new_phase(self):
        consequences = self._get_consequences()
        for step in self:
            policy = step.policy_id
            is_promotion = step.direction == "promote"
            step.new_phase = (
                policy.next_phase if is_promotion else policy.previous_phase
            )
            step.consequence = consequences.get(step.new_phase)

    def _get_consequences(self):
        """Return {phase: what happens in it from then on}."""
        return {
            "dry_run": _("Nothing is made any more; what would be is written down."),
            "draft": _("Each invoice is made as a draft, and a person posts it."),
            "post": _(
                "Invoices are posted without a person, but for those of “A Person Looks"
                " First”. Nothing is sent."
            ),
            "post_send": _(
                "As “Post”; and each posted invoice is sent to its customer at once."
            ),
        }

    def action_go(self):
        """Go the step."""
        self.ensure_one()
        if self.direction == "promote":
            self.policy_id.action_promote()
        else:
            self.policy_id.action_demote()
        return {"type": "ir.actions.act_window_close"}
