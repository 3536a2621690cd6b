from odoo import _, api, models

from ..shared.timeline import ORDERED, Entry


class IntegrationTimeline(models.AbstractModel):
    """The files of CoopCycle from which invoices came in."""

    _inherit = "integration.timeline"

    @api.model
    def _find_entries(self, story):
        entries = super()._find_entries(story)
        for import_ in story.invoices.coopcycle_import_id:
            entries.append(
                Entry(
                    import_.create_date,
                    ORDERED,
                    _("CoopCycle's file imported"),
                    import_,
                    who=import_.user_id.name,
                )
            )
        return entries
