from odoo import fields, models


class CoopcycleImport(models.Model):
    """An import may be of what was fetched, rather than of a file of somebody's."""

    _inherit = "coopcycle.import"

    fetch_id = fields.Many2one(
        "coopcycle.fetch",
        "Fetched By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _delete_drafts(self):
        """Let what was settled by these drafts wait for its import again."""
        res = super()._delete_drafts()
        fetches_sudo = self.env["coopcycle.fetch"].sudo()
        settled = fetches_sudo.search(
            [
                ("connection_id", "in", self.connection_id.ids),
                ("is_settled", "=", True),
            ]
        )
        for fetch in settled:
            fetch._settle()
        return res
