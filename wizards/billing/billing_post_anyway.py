from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...models.billing.groups import APPROVER


class BillingPostAnyway(models.TransientModel):
    """*Post Anyway*: an approver accepts the errors of an invoice, and says why."""

    _name = "billing.post.anyway"
    _description = "Post an Invoice in Spite of Errors"
    _inherit = ["integration.entry.mixin"]

    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    errors = fields.Text(compute="_compute_errors")
    reason = fields.Text(required=True)

    @api.depends("move_id")
    def _compute_errors(self):
        for wizard in self:
            findings = wizard.move_id.billing_finding_ids.filtered(
                lambda finding: finding.severity == "error" and not finding.is_accepted
            )
            wizard.errors = "\n".join(findings.mapped("message"))

    def action_post(self):
        """Keep who accepts what and why, and post the invoice.

        :raise AccessError: the user approves nothing
        :raise UserError: there is no reason
        """
        self.ensure_one()
        if not self.env.user.has_group(APPROVER):
            raise AccessError(_("Only approvers post invoices in spite of errors."))
        if not self.reason.strip():
            raise UserError(_("Say why the invoice is posted in spite of the errors."))
        self.move_id._billing_accept(self.reason.strip())
        return self.move_id.action_post() or {"type": "ir.actions.act_window_close"}
