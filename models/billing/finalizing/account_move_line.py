from odoo import api, models


class AccountMoveLine(models.Model):
    """The lines of what is final are as the customer has them."""

    _inherit = "account.move.line"

    @api.model
    def _billing_get_final_fields(self):
        """Return the names of what stays as the customer has it."""
        return self._billing_get_watched_fields() | {
            "debit", "credit", "balance", "amount_currency", "currency_id",
            "partner_id", "display_type",
        }  # fmt: skip

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._billing_check_not_final()
        return lines

    def write(self, vals):
        """Change nothing that the customer has, nor put anything there.

        :raise UserError: somebody tries to
        """
        self._billing_filter_changed(vals)._billing_check_not_final()
        res = super().write(vals)
        if "move_id" in vals:
            self._billing_check_not_final()
        return res

    def unlink(self):
        self._billing_check_not_final()
        return super().unlink()

    def _billing_filter_changed(self, vals):
        moves = self.env["account.move"]
        return self.filtered(
            lambda line: (
                line.parent_state == "posted" and moves._billing_changes(line, vals)
            )
        )

    def _billing_check_not_final(self):
        self.move_id._billing_check_not_final()
