from odoo import models
from odoo.fields import Command

from ....compat import prepare_move_name, prepare_order_link


class BillingServiceOrder(models.Model):
    """What a transfer of a job's parts contains; another addon changes values."""

    _inherit = "billing.service.order"

    def _prepare_picking_vals(self, kind, source, target, moves):
        """Return the values of the transfer of a job's parts.

        :param kind: `stock.picking.type`
        :param source: `stock.location`
        :param target: `stock.location`
        :param moves: list of values of `stock.move`
        """
        self.ensure_one()
        places = {"location_id": source.id, "location_dest_id": target.id}
        link = prepare_order_link(self.sale_order_id)
        return {
            **places,
            **link,
            "picking_type_id": kind.id,
            "partner_id": (self.address_id or self.partner_id).id,
            "company_id": self.company_id.id,
            "origin": self.name,
            "billing_is_apart": True,
            "billing_service_order_id": self.id,
            "move_ids": [Command.create({**move, **places, **link}) for move in moves],
        }

    def _prepare_move_vals(self, part):
        """Return the values of the move of a part."""
        return {
            **prepare_move_name(part.product_id),
            "product_id": part.product_id.id,
            "product_uom_qty": part._get_leaving(),
            "product_uom": part.unit_id.id,
            "sale_line_id": part.sale_line_id.id,
            "company_id": self.company_id.id,
        }
