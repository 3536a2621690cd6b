from odoo import _, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    coopcycle_import_id = fields.Many2one(
        "coopcycle.import",
        "CoopCycle Import",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    # Copied, like the order numbers of the lines: a copy bills the same orders
    coopcycle_connection_id = fields.Many2one(
        "coopcycle.connection",
        "CoopCycle Instance",
        readonly=True,
        index="btree_not_null",
    )
    coopcycle_external_id = fields.Char(
        "CoopCycle External ID",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The invoice's id in CoopCycle's export: <export>-<store>.",
    )

    def _post(self, soft=True):
        """Keep drafts from being confirmed while their import still runs."""
        running = self.sudo().coopcycle_import_id.filtered(
            lambda import_: import_.state in ("queued", "running")
        )
        if running:
            raise UserError(
                _(
                    "The import “%s” is still running. Resolution: confirm its invoices"
                    " when it is done.",
                    running[0].display_name,
                )
            )
        return super()._post(soft=soft)
