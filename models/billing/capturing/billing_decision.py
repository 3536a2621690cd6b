from dataclasses import replace

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ....compat import check_access
from ..deciding.trial import Trial
from ..groups import API, USER
from .capture import Capture, Event
from .poll import Poll

# So many deliveries are tried at once, the latest ones, and so many orders with work
MOST_TRIED = 500
# PostgreSQL counts no further
LARGEST_ID = 2**31


class BillingDecision(models.Model):
    """What other programs and people ask to be billed."""

    _inherit = "billing.decision"

    @api.model
    def bill_pickings(self, picking_ids):
        """Have deliveries billed by the policies; each is taken up once only.

        :param picking_ids: ids of `stock.picking` that are done, and that the user may
            read
        :return: [{"picking_id", "decision_id", "state", "reason"}] in their order;
            what is not there, not done or no delivery has no decision
        """
        if not any(map(self.env.user.has_group, (USER, API))):
            raise AccessError(_("You may not have deliveries billed."))
        ids = self._check_ids(picking_ids)
        pickings = self.env["stock.picking"].search([("id", "in", ids)])
        check_access(pickings, "read")
        events = pickings.sudo().filtered(lambda each: each.state == "done")
        self.sudo()._record(events._billing_get_delivery_events(), "api")
        found = self.sudo().search([("picking_id", "in", pickings.ids)])
        by_picking = {each.picking_id.id: each for each in found.sorted("id")}
        return [self._describe_picking(id_, by_picking.get(id_)) for id_ in ids]

    @api.model
    def _check_ids(self, ids):
        """Return ids that came from outside.

        :raise UserError: one is none
        """
        if not isinstance(ids, list | tuple) or not all(
            isinstance(id_, int) and 0 < id_ < LARGEST_ID for id_ in ids
        ):
            raise UserError(_("These are no ids of deliveries: %s.", str(ids)[:200]))
        return list(ids)

    @api.model
    def _describe_picking(self, picking_id, decision):
        return {
            "picking_id": picking_id,
            "decision_id": decision.id if decision else False,
            "state": decision.state if decision else False,
            "reason": (decision.reason or "") if decision else "",
        }

    @api.model
    def _record(self, events, trigger):
        """Write events down.

        :param events: list of `Event`
        :return: the ids of their decisions
        """
        Capture(self.env, trigger).record(events)
        keys = [event.key for event in events]
        return self.sudo().search([("event_key", "in", keys)]).ids

    def _get_event_again(self):
        """Return the event of billing once more what a decision is about."""
        self.ensure_one()
        number = self.search_count([("origin_id", "=", self.id)]) + 1
        return Event(
            key=f"again:{self.id}:{number}",
            event="again",
            company=self.company_id,
            at=fields.Datetime.now(),
            picking=self.picking_id,
            order=self.sale_order_id,
            origin=self,
        )

    @api.model
    def _try_policy(self, policy, since):
        """Return what a policy would have done with what happened since a moment.

        Nothing of it lasts.

        :param policy: `billing.policy`
        :param since: UTC
        :return: list of `Tried`
        """
        events = [
            replace(event, key=f"try:{event.key}", at=fields.Datetime.now())
            for event in self._find_events_to_try(policy, since)
        ]
        savepoint = self.env.cr.savepoint()
        try:
            decisions = self.sudo().browse(self.sudo()._record(events, "user"))
            decisions._prepare_trial()
            return Trial(decisions, policy, since).run() if decisions else []
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    def _prepare_trial(self):
        """Complete decisions that were made to try a policy."""

    @api.model
    def _find_events_to_try(self, policy, since):
        """Return what happened since a moment, if a policy is for that: `Event`s."""
        first = policy._to_company_day(since)
        found = Poll(policy.company_id).find_since(policy, first)[:MOST_TRIED]
        if policy.event_delivery:
            pickings = self.env["stock.picking"].sudo()
            found += pickings.search(
                [
                    ("company_id", "=", policy.company_id.id),
                    ("state", "=", "done"),
                    ("date_done", ">=", since),
                    ("sale_id", "!=", False),
                ],
                order="date_done desc",
                limit=MOST_TRIED,
            )._billing_get_delivery_events()
        return found
