from odoo import _, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_compare

from ..importing import group_by_order


class AccountMove(models.Model):
    """The import that made an invoice; no order of it is ever billed twice."""

    _name = "account.move"
    _inherit = ["account.move", "integration.guard.mixin"]

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
        self._coopcycle_check_orders()
        return super()._post(soft=soft)

    def _coopcycle_check_orders(self):
        """Keep an order from being billed twice, by a copy or a revived invoice.

        :raise UserError: an order of these invoices is on another confirmed one
        """
        own = self.filtered(lambda move: not move.reversed_entry_id)
        own = own.filtered("coopcycle_connection_id")
        own.coopcycle_connection_id._take_turns()
        for connection, moves in own.grouped("coopcycle_connection_id").items():
            numbers = set(moves.line_ids.mapped("coopcycle_order_number")) - {False}
            if not numbers:
                continue
            billed = group_by_order(connection.sudo()._find_billed_orders(numbers))
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

    def _coopcycle_filter_billing(self, connection):
        """Return the invoices that still bill their orders, of those not cancelled.

        An invoice that confirmed credit notes undo wholly bills nothing any more.

        :param connection: the `coopcycle.connection` of the orders
        """
        if not self:
            return self
        self.env.cr.execute(
            SQL(
                """
                SELECT move.id, ABS(move.amount_total), SUM(ABS(credit.amount_total))
                  FROM account_move move
                  JOIN account_move credit ON credit.reversed_entry_id = move.id
                 WHERE move.id = ANY(%s) AND credit.state = 'posted'
                   AND move.currency_id = credit.currency_id
              GROUP BY move.id, move.amount_total
                """,
                self.ids,
            )
        )
        rounding = connection.company_id.currency_id.rounding
        reversed_ids = {
            move_id
            for move_id, total, credited in self.env.cr.fetchall()
            if float_compare(credited, total, precision_rounding=rounding) >= 0
        }
        return self.browse([id_ for id_ in self.ids if id_ not in reversed_ids])

    def _coopcycle_get_sign(self):
        """Return -1 for a credit note, whose amounts are the file's turned round."""
        return -1 if self.move_type == "out_refund" else 1
