from operator import attrgetter

from odoo import _, fields, models

from ....compat import check_access
from ...shared.opening import open_records
from ..capturing import Capture, Event
from ..groups import READERS

BY_ID = attrgetter("id")


class StockPicking(models.Model):
    """A transfer that is done is written down for billing, and nothing more."""

    _inherit = "stock.picking"

    billing_decision_ids = fields.One2many(
        "billing.decision",
        "picking_id",
        "Billing Decisions",
        readonly=True,
        groups=READERS,
    )
    billing_is_apart = fields.Boolean(
        "Billed Otherwise",
        readonly=True,
        copy=False,
        help="It is billed by what it belongs to, and by no policy for deliveries.",
    )
    billing_move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        compute="_compute_billing_moves",
        groups=READERS,
        help="Invoices that bill this delivery.",
    )
    billing_move_count = fields.Integer(
        compute="_compute_billing_moves",
        groups=READERS,
    )

    def _compute_billing_moves(self):
        lines = self.env["billing.decision.line"].sudo()
        moves_by_picking = {}
        for line in lines.search([("stock_move_id.picking_id", "in", self.ids)]):
            picking = line.stock_move_id.picking_id
            moves_by_picking.setdefault(picking.id, set()).add(
                line.decision_id.move_id.id
            )
        for picking in self:
            ids = moves_by_picking.get(picking.id, set()) - {False}
            picking.billing_move_ids = self.env["account.move"].browse(sorted(ids))
            picking.billing_move_count = len(ids)

    def _action_done(self):
        res = super()._action_done()
        if self:  # Odoo also says that none are done
            Capture(self.env).try_record("delivery", self._billing_get_events)
        return res

    def _billing_get_events(self):
        """Return what of these transfers some policy may want."""
        policies = self.env["billing.policy"]
        now = fields.Datetime.now()
        wanted = self.browse()
        for kind, pickings in self.grouped("picking_type_id").items():
            company, warehouse = kind.company_id, kind.warehouse_id
            if policies._is_wanted(company, "delivery", now, warehouse):
                wanted |= pickings
        return (
            wanted._billing_get_delivery_events() + wanted._billing_get_return_events()
        )

    def _billing_get_delivery_events(self):
        """Return the events of what customers got: one for each order."""
        common = self.filtered(lambda picking: not picking.billing_is_apart)
        moves = common.sudo().move_ids
        sold = moves._billing_find_done_at_customers("location_dest_id")
        return common._billing_get_order_events("delivery", "picking", sold)

    def _billing_get_return_events(self):
        """Return the events of what came back and is to be credited."""
        moves = self.sudo().move_ids
        if not any(moves.mapped("to_refund")):
            return []
        returned = moves.filtered("to_refund")._billing_find_done_at_customers(
            "location_id"
        )
        return self._billing_get_order_events("return", "return", returned)

    def _billing_get_order_events(self, event, prefix, moves):
        """Return an event for each order that some moves are of.

        :param moves: `stock.move` of which those of what was sold count
        """
        events = []
        for picking in self.sudo():
            counting = picking.move_ids & moves
            orders = counting.sale_line_id.order_id.sorted(BY_ID)
            for number, order in enumerate(orders):
                suffix = f":order:{order.id}" if number else ""
                events.append(
                    Event(
                        key=f"{prefix}:{picking.id}{suffix}",
                        event=event,
                        company=picking.company_id,
                        at=picking.date_done or max(counting.mapped("date")),
                        picking=picking,
                        order=order,
                    )
                )
        return events

    def action_billing_open_moves(self):
        """Open the invoices that bill this delivery."""
        self.ensure_one()
        check_access(self, "read")
        return open_records(_("Invoices"), self.billing_move_ids)
