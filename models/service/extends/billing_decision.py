from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ....compat import SOLD_UNIT
from ...billing.capturing.billing_decision import MOST_TRIED
from ...shared.running.transaction import lock_rows


class BillingDecision(models.Model):
    """A service order that is done is billed by the same machine as a delivery."""

    _inherit = "billing.decision"

    event = fields.Selection(
        selection_add=[("service", "Service Order")], ondelete={"service": "cascade"}
    )
    service_order_id = fields.Many2one(
        "billing.service.order",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    is_by_hand = fields.Boolean(
        "By Hand", readonly=True, help="A person wants a draft of it."
    )

    def _get_source(self):
        return self.service_order_id or super()._get_source()

    def _is_own_source(self):
        return self._get_kind() == "service" or super()._is_own_source()

    def _needs_no_policy(self):
        return self.is_by_hand or super()._needs_no_policy()

    def _heeds(self, policy):
        """Heed none that makes nothing where a person wants a draft."""
        is_dry = self.is_by_hand and policy.phase == "dry_run"
        return not is_dry and super()._heeds(policy)

    def _get_grouping(self):
        return "delivery" if self.is_by_hand else super()._get_grouping()

    # What is billed

    def _find_billable(self):
        if not self._is_own_source():
            return super()._find_billable()
        found = []
        for line, rows in self.service_order_id._get_sold_rows().items():
            quantity = sum(row._get_quantity(line[SOLD_UNIT]) for row in rows)
            moves = self.env["stock.move"].union(*(row._get_moves() for row in rows))
            found.append((line, quantity, moves))
        return found

    def _prepare_planned_values(self, line):
        """Let labour that was quoted say who, when and what, too."""
        values = super()._prepare_planned_values(line)
        order = self.service_order_id
        if order and not line.billing_service_order_id:
            if hours := order.hours_ids._filter_billable()._filter_sold_as(line):
                text = order._get_labour_text(hours, line.name)
                values = {**values, "name": text}
        return values

    def _share_claims(self, planned, common, claims):
        if not self._is_own_source():
            return super()._share_claims(planned, common, claims)
        line = planned.line
        rows = self.service_order_id._get_sold_rows().get(line)
        if not rows:  # what only comes along, as the price of a delivery
            return [{**common, "quantity": planned.quantity}]
        quantities = {row: row._get_quantity(line[SOLD_UNIT]) for row in rows}
        each = planned.quantity / sum(quantities.values())
        return [
            {**common, **claim, "quantity": each * quantities[row] * share}
            for row in rows
            for share, claim in row._prepare_claims(claims)
        ]

    def _why_nothing_billable(self):
        if not self._is_own_source():
            return super()._why_nothing_billable()
        order = self.service_order_id
        lines = order.hours_ids.sale_line_id | order.part_ids.sale_line_id
        return self._why_billed(lines) or (
            "nothing_billable",
            _("Nothing of %s is billable.", order.name),
        )

    def _get_origin_names(self):
        own = self.service_order_id.mapped("name")
        return own or super()._get_origin_names()

    # Trying a policy

    @api.model
    def _find_events_to_try(self, policy, since):
        found = super()._find_events_to_try(policy, since)
        if policy.event_service:
            jobs = self.env["billing.service.order"].sudo()
            done = jobs.search(
                [
                    ("company_id", "=", policy.company_id.id),
                    ("state", "=", "done"),
                    ("date_done", ">=", since),
                ],
                order="date_done desc",
                limit=MOST_TRIED,
            )
            found += [order._get_event() for order in done]
        return found

    def _prepare_trial(self):
        for decision in self.filtered(lambda each: each.event == "service"):
            # The key is that of the job's event
            id_ = int(decision.event_key.rpartition(":")[2])
            decision.service_order_id = decision.service_order_id.browse(id_)
        return super()._prepare_trial()

    # How it goes on

    def _go_on(self, history, findings, number):
        """Leave a draft that a person wanted, and that has no policy, to people."""
        if self.policy_id:
            return super()._go_on(history, findings, number)
        return self._leave_to_people()

    def _approve_by_policy(self):
        """Leave a draft to the person who wanted it."""
        by_hand = self.filtered("is_by_hand")
        by_hand._leave_to_people()
        return super(BillingDecision, self - by_hand)._approve_by_policy()

    def _leave_to_people(self):
        return self._update_state(
            ("pending", "held"),
            "drafted",
            decision="draft",
            reason_code="by_hand",
            reason=_("A person wanted it: %s.", self.trigger_user_id[:1].name or ""),
            error_code=False,
            last_error=False,
        )

    def _get_note(self, record):
        if self.policy_id:
            return super()._get_note(record)
        link = record._get_html_link(title=record.display_name)
        return link + f": {self.reason or ''}"

    @api.model
    def _record_jobs(self, events):
        """Return the decisions about events of jobs.

        :param events: {billing.service.order: Event}
        """
        orders = {event.key: order for order, event in events.items()}
        made = self.sudo().browse(self._record([*events.values()], "user"))
        for decision in made:
            decision.service_order_id = orders[decision.event_key]
        return made.sorted("id")

    def _get_events_again(self):
        """Return the events of billing the jobs of these once more: {job: Event}."""
        return {
            decision.service_order_id: decision._get_event_again() for decision in self
        }

    def _bill_again(self, reason):
        """Note which job it is that is billed once more."""
        lock_rows(self.service_order_id)
        ids = super()._bill_again(reason)
        for decision in self.sudo().browse(ids):
            order = decision.origin_id.service_order_id
            if order:
                decision.write({"service_order_id": order.id, "is_by_hand": True})
        return ids

    def _check_draft(self):
        """Check that a job's draft waits for people.

        :raise UserError: it is posted, or it is decided just now
        """
        if self.move_id.state == "draft":
            return
        raise UserError(
            _(
                "%(order)s is billed already by %(invoice)s. Resolution: credit that"
                " first, then press Bill Again.",
                order=self.service_order_id.name,
                invoice=self.move_id.display_name or "",
            )
        )
