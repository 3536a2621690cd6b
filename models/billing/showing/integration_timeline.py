from odoo import _, api, models

from ...shared.timeline import DECIDED, Entry, Story


class IntegrationTimeline(models.AbstractModel):
    """What policies decided, who approved it, and which deliveries an invoice bills."""

    _inherit = "integration.timeline"

    @api.model
    def _get_story_of_account_move(self, move):
        """Leave out deliveries of the same orders that other invoices bill."""
        story = super()._get_story_of_account_move(move)
        story.pickings = story.invoices.billing_picking_ids or story.pickings
        return story

    @api.model
    def _get_story_of_billing_decision(self, decision):
        invoices = decision.move_id
        return Story(
            decision,
            decision.sale_order_id | decision.line_ids.sale_line_id.order_id,
            invoices | self._find_reversals(invoices),
            decision.picking_id | decision.line_ids.stock_move_id.picking_id,
        )

    @api.model
    def _find_entries(self, story):
        entries = super()._find_entries(story)
        decisions = self.env["billing.decision"].search(
            self._get_decision_domain(story), order="id"
        )
        for decision in decisions:
            entries += self._tell_decision(decision)
        return entries

    @api.model
    def _get_decision_domain(self, story):
        """Return the domain of the decisions of a `Story`."""
        if story.record._name == "billing.decision":
            return [("id", "in", story.record.ids)]
        domain = [("move_id", "in", story.invoices.ids)]
        if story.is_of_invoice:
            return domain
        return ["|", ("sale_order_id", "in", story.orders.ids), *domain]

    @api.model
    def _tell_decision(self, decision):
        """Return the entries of a decision: it was made, and what a person said."""
        is_open = decision.state in ("pending", "held") or not decision.decision
        field = decision._fields["state" if is_open else "decision"]
        words = dict(field._description_selection(self.env))
        entries = [
            Entry(
                decision.create_date,
                DECIDED,
                _("Decision: %s", words[decision[field.name]]),
                decision,
                who=decision.actor_id.name or decision.trigger_user_id.name,
                note=decision.reason,
            )
        ]
        if decision.approved_at:
            is_rejected = decision.state == "rejected"
            entries.append(
                Entry(
                    decision.approved_at,
                    DECIDED,
                    _("Draft rejected") if is_rejected else _("Draft approved"),
                    decision,
                    who=decision.approver_id.name,
                    note=decision.approval_note,
                )
            )
        return entries

    @api.model
    def _find_posted(self, invoices):
        """Know of what automation posts when that was, where Odoo keeps no note."""
        moments = {
            decision.move_id.id: (decision.posted_at, decision.actor_id.name)
            for decision in invoices.billing_decision_ids.filtered("posted_at")
        }
        return {**moments, **super()._find_posted(invoices)}
