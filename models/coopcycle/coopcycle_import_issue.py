from odoo import fields, models


class CoopcycleImportIssue(models.Model):
    """A finding that was shown when an import began; it stays for the record."""

    _name = "coopcycle.import.issue"
    _inherit = ["coopcycle.issue.mixin", "integration.guard.mixin"]
    _description = "CoopCycle Import Finding"
    _order = "id"

    import_id = fields.Many2one(
        "coopcycle.import",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="import_id.company_id", store=True)
