from odoo import _, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class BillingDispatch(models.Model):
    """What was sent, in the archive."""

    _name = "billing.dispatch"
    _inherit = ["billing.dispatch", "billing.kept.mixin"]

    archived_file_ids = fields.One2many(
        "billing.archived.file", "dispatch_id", "Archived Files", readonly=True
    )
    file_count = fields.Integer("Files", readonly=True, help="How many files went.")

    def _archive(self, attachments):
        """Keep the files that go, as they are.

        :param attachments: `ir.attachment`
        """
        files = attachments.filtered(lambda each: each.type == "binary")
        self.env["billing.archived.file"]._keep(self, files)
        self._count_files(len(files))

    def _count_files(self, count):
        """Count files that went, past where all others are refused to."""
        query = SQL(
            "UPDATE billing_dispatch SET file_count = COALESCE(file_count, 0) + %s"
            " WHERE id = %s",
            count,
            self.id,
        )
        self.env.cr.execute(query)
        self.invalidate_recordset(["file_count"], flush=False)

    def _refuse_changes(self, vals_list):
        if any("file_count" in vals for vals in vals_list):
            self._refuse_removal()

    def _refuse_removal(self):
        if self:
            raise AccessError(_("What was sent is kept."))

    def _describe_missing(self, count):
        return _(
            "%(of)s: files that were sent and are not in the archive: %(count)s",
            of=self.display_name,
            count=count,
        )
