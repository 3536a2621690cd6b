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
