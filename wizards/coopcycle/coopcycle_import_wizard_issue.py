from odoo import api, fields, models

from ...models.coopcycle.coopcycle_mapping import KEYS
from ...tools.coopcycle.columns import COLUMNS


class CoopcycleImportWizardIssue(models.TransientModel):
    """A finding on the Test screen, with what the user chooses to resolve it."""

    _name = "coopcycle.import.wizard.issue"
    _inherit = "coopcycle.issue.mixin"
    _description = "Finding of a CoopCycle Test"
    _order = "id"

    wizard_id = fields.Many2one(
        "coopcycle.import.wizard", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="wizard_id.company_id")
    ask = fields.Selection(
        [
            ("partner", "Customer"),
            ("product", "Product"),
            ("account", "Account"),
            ("column", "Column"),
        ],
        readonly=True,
        help="What can be chosen here to resolve the finding.",
    )
    key = fields.Char(
        compute="_compute_key", help="The value as imports compare and remember it."
    )
    partner_id = fields.Many2one("res.partner", "Customer")
    product_id = fields.Many2one("product.product")
    account_id = fields.Many2one("account.account")
    column_role = fields.Selection(list(COLUMNS.items()), "Read as")

    @api.depends("ask", "value")
    def _compute_key(self):
        for issue in self:
            issue.key = issue.ask and KEYS[issue.ask](issue.value or "")

    def write(self, vals):
        if "column_role" in vals:
            # The new column has numbers or dates to learn from: decide again
            self.wizard_id.write({"decimal_separator": False, "date_order": False})
        return super().write(vals)

    def _get_chosen(self):
        """Return the id of the chosen record, or the role of the chosen column."""
        self.ensure_one()
        return (
            self.partner_id.id
            or self.product_id.id
            or self.account_id.id
            or self.column_role
        )

    @api.model
    def _prepare_vals(self, finding):
        fields_by_ask = {
            "partner": "partner_id",
            "product": "product_id",
            "account": "account_id",
            "column": "column_role",
        }
        vals = {**super()._prepare_vals(finding), "ask": finding.ask or False}
        if finding.chosen:
            vals[fields_by_ask[finding.ask]] = finding.chosen
        return vals
