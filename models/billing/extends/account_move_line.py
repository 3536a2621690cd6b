from odoo import api, fields, models


class AccountMoveLine(models.Model):
    """An invoice line, the goods that it bills, and who changed it in review."""

    _inherit = "account.move.line"

    billing_line_ids = fields.One2many(
        "billing.decision.line", "invoice_line_id", "Decision Lines", readonly=True
    )
    billing_stock_move_ids = fields.Many2many(
        "stock.move",
        string="Delivered With",
        compute="_compute_billing_stock_moves",
        compute_sudo=True,
        help="The goods that this line bills.",
    )

    @api.depends("billing_line_ids.stock_move_id")
    def _compute_billing_stock_moves(self):
        for line in self:
            line.billing_stock_move_ids = line.billing_line_ids.stock_move_id

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.move_id._billing_note_editor()
        return lines

    @api.model
    def _billing_get_watched_fields(self):
        """Return the names of what a person changes who changes the line."""
        return {
            "product_id", "name", "quantity", "product_uom_id", "price_unit",
            "discount", "tax_ids", "account_id", "sequence", "move_id",
        }  # fmt: skip

    def write(self, vals):
        # Odoo leaves out what would change nothing, before the guard sees it
        self._refuse_guarded(self._find_guarded(vals))
        moves = self.move_id
        res = super().write(vals)
        if self._billing_get_watched_fields() & vals.keys():
            (moves | self.move_id)._billing_note_editor()
        return res

    def unlink(self):
        moves = self.move_id
        res = super().unlink()
        moves.exists()._billing_note_editor()
        return res
