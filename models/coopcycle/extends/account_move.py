from odoo import _, fields, models
from odoo.exceptions import UserError

from ..importing import BilledOrders, group_by_order


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
        self._check_coopcycle_orders()
        return super()._post(soft=soft)

    def _check_coopcycle_orders(self):
        """Keep an order from being billed twice, by a copy or a revived invoice.

        :raise UserError: an order of these invoices is on another confirmed one
        """
        own = self.filtered(lambda move: not move.reversed_entry_id)
        for connection, moves in own.grouped("coopcycle_connection_id").items():
            numbers = set(moves.line_ids.mapped("coopcycle_order_number")) - {False}
            if not connection or not numbers:
                continue
            billed = group_by_order(BilledOrders(connection.sudo()).orders(numbers))
            for order, move_ids in billed.items():
                live = self.sudo().browse(sorted(move_ids))
                confirmed = (live & moves) | live.filtered_domain(
                    [("state", "=", "posted")]
                )
                if len(confirmed) > 1:
                    raise UserError(
                        _(
                            "CoopCycle's order %(order)s would be invoiced twice:"
                            " %(invoices)s. Resolution: delete its line on one of them,"
                            " or reverse the confirmed invoice with a credit note.",
                            order=order,
                            invoices=", ".join(confirmed.mapped("display_name")),
                        )
                    )
