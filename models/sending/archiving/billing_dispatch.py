from odoo import _, fields, models


class BillingDispatch(models.Model):
    """What was sent, in the archive."""

    _inherit = "billing.dispatch"

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
        self.file_count += len(files)

    def _describe_missing(self, count):
        return _(
            "%(of)s: files that were sent and are not in the archive: %(count)s",
            of=self.display_name,
            count=count,
        )
