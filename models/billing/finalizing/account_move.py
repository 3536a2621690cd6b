from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...shared.reasons import add_reason
from ..extends.account_move_checks import CHECKED_TYPES
from ..groups import EMPLOYEES, MANAGER
from .reset import CONTEXT_KEY, Reset


class AccountMove(models.Model):
    """An invoice that a policy had posted is final: a credit note corrects it."""

    _inherit = "account.move"

    billing_is_final = fields.Boolean(
        "Final",
        compute="_compute_billing_is_final",
        compute_sudo=True,
        groups=EMPLOYEES,
        help="It was posted by a policy, or sent: a credit note corrects it.",
    )

    billing_resets = fields.Text(
        "Reset to a Draft",
        readonly=True,
        copy=False,
        groups=EMPLOYEES,
        help="When, by whom and why it was reset though it was final.",
    )

    @api.depends(
        "state",
        "move_type",
        "billing_decision_ids.state",
        "billing_decision_ids.policy_id",
    )
    def _compute_billing_is_final(self):
        final = self._billing_filter_final()
        for move in self:
            move.billing_is_final = move in final

    def _billing_filter_final(self):
        """Return those that are final as it is now."""
        return self.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type in CHECKED_TYPES
                and move._billing_is_out()
                and not move._billing_is_cancelled_elsewhere()
            )
        )

    def _billing_is_out(self):
        """Say whether a posted invoice is no longer the poster's alone."""
        self.ensure_one()
        return any(
            each.state == "posted" and each.policy_id
            for each in self.billing_decision_ids
        )

    def _billing_is_cancelled_elsewhere(self):
        """Say whether its electronic invoice was cancelled, as an authority approved.

        Odoo's module for these then resets and cancels the invoice itself.
        """
        self.ensure_one()
        return "edi_state" in self._fields and self.edi_state == "cancelled"

    def write(self, vals):
        """Let nobody reset or change what is final, but who says why.

        :raise UserError: somebody tries to
        """
        opened = (
            self if self._billing_opens(vals) else self._billing_filter_changed(vals)
        )
        opened._billing_check_not_final()
        return super().write(vals)

    def unlink(self):
        self._billing_check_not_final()
        return super().unlink()

    @api.model
    def _billing_get_final_fields(self):
        """Return the names of what stays as the customer has it."""
        lines = {"invoice_line_ids", "line_ids", "tax_totals"}  # guarded themselves
        return self._billing_get_watched_fields() - lines | {"name"}

    def _billing_filter_changed(self, vals):
        """Return those of which values change what the customer has."""
        return self.filtered(
            lambda move: move.state == "posted" and self._billing_changes(move, vals)
        )

    @api.model
    def _billing_changes(self, record, vals):
        """Say whether values change what the customer has of an invoice or a line."""
        names = record._billing_get_final_fields() & vals.keys()
        return any(self._field_will_change(record, vals, name) for name in names)

    @api.model
    def _billing_opens(self, vals):
        """Say whether values make an invoice one that may be changed."""
        return vals.get("state") in ("draft", "cancel") or not vals.get(
            "is_move_sent", True
        )

    def _billing_check_not_final(self):
        """Check that nothing of this is final, or that a Billing Manager resets it.

        :raise UserError: it is
        """
        if Reset.is_allowed(self.env):
            return
        if final := self.sudo()._billing_filter_final():
            raise UserError(
                _(
                    "%s is final: it was posted by a policy, or sent. Resolution:"
                    " make a credit note; or have a Billing Manager reset it, with"
                    " the reason.",
                    ", ".join(final.mapped("display_name")),
                )
            )

    def billing_reset(self, reason=None):
        """Reset invoices that are final to drafts.

        :param str reason: why, which is kept
        :return: True
        :raise UserError: no reason is given
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(_("Only Billing Managers reset what is final."))
        words = self.env["billing.decision"]._check_reason(reason)
        self.with_context(**{CONTEXT_KEY: Reset()}).button_draft()
        for move in self.sudo():
            move.billing_resets = add_reason(self.env, move.billing_resets, words)
        self._message_log_batch(
            bodies=dict.fromkeys(self.ids, _("Reset to a draft: %s", words))
        )
        return True

    def _compute_show_reset_to_draft_button(self):
        """Offer no button that would be refused."""
        res = super()._compute_show_reset_to_draft_button()
        for move in self:
            if move.sudo().billing_is_final:
                move.show_reset_to_draft_button = False
        return res
