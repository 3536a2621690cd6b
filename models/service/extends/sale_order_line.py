from odoo import api, fields, models

from ....compat import SOLD_UNIT, is_same_kind
from ..groups import OFFICE

METHOD = "service_order"


class SaleOrderLine(models.Model):
    """Labour that is delivered by service orders."""

    _inherit = "sale.order.line"

    qty_delivered_method = fields.Selection(selection_add=[(METHOD, "Service Orders")])
    billing_service_order_id = fields.Many2one(
        "billing.service.order",
        "Service Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=OFFICE,
        help="It was not quoted: it is of this job alone.",
    )
    billing_hours_ids = fields.One2many(
        "billing.service.hours", "sale_line_id", "Hours", readonly=True, groups=OFFICE
    )
    billing_part_ids = fields.One2many(
        "billing.service.part", "sale_line_id", "Parts", readonly=True, groups=OFFICE
    )

    @api.depends("product_id")
    def _compute_qty_delivered_method(self):
        labour = self.filtered(
            lambda line: not line.is_expense and line.product_id.billing_is_labour
        )
        labour.qty_delivered_method = METHOD
        return super(SaleOrderLine, self - labour)._compute_qty_delivered_method()

    @api.depends(
        "billing_hours_ids.billable",
        "billing_hours_ids.is_validated",
        "billing_hours_ids.order_id.date_done",
    )
    def _compute_qty_delivered(self):
        """Count the hours of jobs that were done, and credited and cancelled since."""
        labour = self.filtered(lambda line: line.qty_delivered_method == METHOD)
        for line in labour:
            hours = line.sudo().billing_hours_ids._filter_billable()
            done = hours.filtered(lambda each: each.order_id.date_done)
            line.qty_delivered = done._get_quantity(line[SOLD_UNIT])
        return super(SaleOrderLine, self - labour)._compute_qty_delivered()

    def _billing_count_jobs_room(self):
        """Return what of the ordered no job has done or used yet, in the own unit."""
        self.ensure_one()
        rows = (self.billing_hours_ids, self.billing_part_ids)
        return self.product_uom_qty - sum(
            each._filter_billable()._get_quantity(self[SOLD_UNIT]) for each in rows
        )

    def _billing_count_open_hours(self):
        """Return how many hours of the ordered no job has done yet."""
        self.ensure_one()
        hour = self.env.ref("uom.product_uom_hour")
        unit, room = self[SOLD_UNIT], max(self._billing_count_jobs_room(), 0.0)
        if not is_same_kind(unit, hour):  # sold by the piece
            return room
        return unit._compute_quantity(room, hour, round=False)

    def _billing_is_kit(self):
        """Say whether it leaves the stock as other products."""
        self.ensure_one()
        return bool(self.move_ids.product_id - self.product_id)

    def _billing_counts_jobs(self):
        """Say whether what a job used counts on this line."""
        self.ensure_one()
        is_labour = self.qty_delivered_method == METHOD
        return is_labour or self.qty_delivered_method == "stock_move"

    def _billing_is_service_on_order(self):
        is_labour = self.qty_delivered_method == METHOD
        return not is_labour and super()._billing_is_service_on_order()
