from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from .billing_finding import finding_key


class BillingOverride(models.Model):
    """An approver posts an invoice in spite of errors, and says why; it is for good.

    What is accepted is what was found then: another price that is wrong is refused
    again.
    """

    _name = "billing.override"
    _description = "Billing Override"
    _inherit = ["integration.guard.mixin"]
    _order = "id desc"
    _rec_name = "reason"

    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    move_name = fields.Char("Number", readonly=True, help="As it was then.")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        "res.users", "Approver", required=True, readonly=True, ondelete="restrict"
    )
    accepted_at = fields.Datetime("Accepted", required=True, readonly=True)
    codes = fields.Char(required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True)
    values = fields.Json(readonly=True)
    values_text = fields.Text("Errors", compute="_compute_values_text")

    @api.depends("values")
    def _compute_values_text(self):
        for override in self:
            override.values_text = "\n".join(
                each["message"] for each in override.values or []
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(_("What was accepted is kept: it is part of the record."))

    def write(self, vals):  # pylint: disable=method-required-super
        """Refuse changes, even to the program itself."""
        raise AccessError(_("What was accepted does not change any more."))

    @api.model
    def _accept(self, user, found, reason):
        """Keep who accepts which errors, and why.

        :param user: `res.users`
        :param found: {account.move: [Finding]}
        :param str reason: why, in the user's words
        """
        return self.create(
            [
                self._prepare_vals(user, move, findings, reason)
                for move, findings in found.items()
                if findings
            ]
        )

    def _prepare_vals(self, user, move, findings, reason):
        """Return the values of an override of the errors of one invoice."""
        return {
            "move_id": move.id,
            "move_name": move.display_name,
            "company_id": move.company_id.id,
            "user_id": user.id,
            "accepted_at": fields.Datetime.now(),
            "codes": ", ".join(sorted({finding.code for finding in findings})),
            "reason": reason,
            "values": [
                {"key": list(finding_key(finding)), "message": finding.message}
                for finding in findings
            ],
        }

    @api.model
    def _get_accepted(self, moves):
        """Return {account.move: keys of the findings that approvers accepted}.

        :param moves: of which invoices
        """
        accepted, ids = {}, [move.id for move in moves]
        for override in self.search([("move_id", "in", ids)]) if ids else ():
            keys = accepted.setdefault(override.move_id, set())
            keys.update(tuple(each["key"]) for each in override.values or [])
        return accepted
