from odoo import fields, models

from .opening import open_named


class IntegrationProcessLogLine(models.Model):
    """One thing that happened in a run, linked to the record it happened to."""

    _name = "integration.process.log.line"
    _inherit = ["integration.guard.mixin"]
    _description = "Process Log Line"
    _order = "id"
    _rec_name = "log_id"

    log_id = fields.Many2one(
        "integration.process.log",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="log_id.company_id", store=True)
    level = fields.Selection(
        [("info", "Information"), ("warning", "Warning"), ("error", "Error")],
        required=True,
        readonly=True,
        default="info",
    )
    message = fields.Text(required=True, readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)

    def action_open_record(self):
        """Open what the line is about."""
        self.ensure_one()
        return open_named(self)
