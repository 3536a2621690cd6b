from odoo import _, api, models

from ....tools.coopcycle.api.endings import FAILED
from ...shared.timeline import DELIVERED, Entry


class IntegrationTimeline(models.AbstractModel):
    """What couriers have brought."""

    _inherit = "integration.timeline"

    @api.model
    def _find_entries(self, story):
        entries = super()._find_entries(story)
        for delivery in story.pickings.coopcycle_delivery_ids:
            note = delivery.courier_notes or ""
            if delivery.done_at:
                what, when = _("Delivered by courier"), delivery.done_at
            elif delivery.courier_state == FAILED:
                what, when = _("The courier could not deliver"), delivery.read_at
            else:
                continue
            entries.append(Entry(when, DELIVERED, what, delivery, note=note))
        return entries
