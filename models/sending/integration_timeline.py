from odoo import _, api, models

from ..shared.timeline import SENT, Entry

# Of these somebody has to do something
STUCK = ("held", "failed", "bounced")


class IntegrationTimeline(models.AbstractModel):
    """How invoices went to customers, and what is known of that."""

    _inherit = "integration.timeline"

    @api.model
    def _find_entries(self, story):
        entries = super()._find_entries(story)
        for dispatch in story.invoices.billing_dispatch_ids:
            entries += self._tell_dispatch(dispatch)
        return entries

    @api.model
    def _tell_dispatch(self, dispatch):
        """Return the entries of one version of an invoice on its way."""
        way = dispatch._get_channel_label(dispatch.channel) or ""
        entries = [
            Entry(
                dispatch.create_date,
                SENT,
                _("To be sent: %s", way),
                dispatch,
                who=dispatch.user_id.name,
                note=dispatch.again_reason or dispatch.reason,
            )
        ]
        for name, words, who in (
            ("sent_at", _("Sent: %s", way), dispatch.posted_user_id.name),
            ("accepted_at", _("Accepted: %s", way), ""),
            ("seen_at", _("Opened by the customer"), ""),
        ):
            if dispatch[name]:
                entry = Entry(dispatch[name], SENT, words, dispatch, who=who)
                entry.note = dispatch.recipient if name == "sent_at" else ""
                entries.append(entry)
        if dispatch.state in STUCK:
            states = dict(dispatch._fields["state"]._description_selection(self.env))
            entries.append(
                Entry(
                    dispatch.write_date,
                    SENT,
                    _("Sending: %s", states[dispatch.state]),
                    dispatch,
                    note=dispatch.last_error,
                )
            )
        return entries
