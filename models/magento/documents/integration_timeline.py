from odoo import _, api, models

from ...shared.timeline import EXCHANGED, ORDERED, Entry

# Those that are of the order, and not of a document that was made of it
OF_ORDERS = ("order", "order_cancel")


class IntegrationTimeline(models.AbstractModel):
    """What went to Magento and came from there, or waits to."""

    _inherit = "integration.timeline"

    @api.model
    def _find_entries(self, story):
        entries = super()._find_entries(story)
        documents = self.env["magento.document"].search(
            self._get_magento_domain(story), order="id"
        )
        kinds = dict(documents._fields["kind"]._description_selection(self.env))
        states = dict(documents._fields["sync_state"]._description_selection(self.env))
        for document in documents:
            kind = kinds[document.kind]
            is_sent = document.direction == "push"
            what = _("%s to Magento", kind) if is_sent else _("%s from Magento", kind)
            if document.sync_state != "done":
                state = states[document.sync_state]
                what = _("%(what)s: %(state)s", what=what, state=state)
            entries.append(
                Entry(
                    document.last_attempt_at or document.create_date,
                    EXCHANGED,
                    what,
                    document,
                    note=document.last_error or document.waiting_reason or "",
                )
            )
        return entries

    @api.model
    def _find_orders(self, story):
        for order in story.orders.filtered("magento_connection_id"):
            yield Entry(order.date_order, ORDERED, _("Ordered in Magento"), order)
        yield from super()._find_orders(story)

    @api.model
    def _get_magento_domain(self, story):
        """Return the domain of the documents of a `Story`."""
        orders = [("sale_order_id", "in", story.orders.ids)]
        if story.is_of_invoice:
            orders = ["&", ("kind", "in", OF_ORDERS), *orders]
        return [
            "|",
            "|",
            ("move_id", "in", story.invoices.ids),
            ("picking_id", "in", story.pickings.ids),
            *orders,
        ]
