from datetime import timedelta

from odoo import api, fields, models

from .running.transaction import commit

RETENTION_PARAMETER = "coopcycle_magento.log_retention_days"
DEFAULT_DAYS = 90
CHUNK = 1000


class IntegrationProcessLog(models.Model):
    """Cleaning up what nobody looks at any more."""

    _inherit = "integration.process.log"

    @api.autovacuum
    def _gc_old_logs(self):
        """Delete old logs, and empty the payloads of documents that ended as long ago.

        Payloads hold names and addresses. Both go in chunks, each committed.
        """
        days = self._get_retention_days()
        if not days:
            return
        before = fields.Datetime.now() - timedelta(days=days)
        old = [("started_at", "<", before), ("state", "!=", "running")]
        while logs := self.sudo().search(old, limit=CHUNK, order="id"):
            logs.line_ids.unlink()
            logs.unlink()
            commit(self.env)
        documents = self.env["magento.document"].sudo()
        finished = [
            ("write_date", "<", before),
            ("sync_state", "in", ("done", "skipped")),
            ("has_payload", "=", True),
        ]
        while batch := documents.search(finished, limit=CHUNK, order="id"):
            batch.payload = False
            self.env.flush_all()
            commit(self.env)

    @api.model
    def _get_retention_days(self):
        """Return for how many days logs are kept, 0 for ever."""
        parameters = self.env["ir.config_parameter"].sudo()
        days = parameters.get_param(RETENTION_PARAMETER, DEFAULT_DAYS)
        return int(days) if str(days).isdecimal() else 0
