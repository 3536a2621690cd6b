import hashlib

from markupsafe import Markup

from odoo import _, api, models
from odoo.tools import plaintext2html
from odoo.tools.misc import formatLang

from ....compat import set_to_check
from ...shared.findings import WARNING
from .work import WORK


class BillingDecision(models.Model):
    """What is looked at when a draft is made, and who has to see it first."""

    _inherit = "billing.decision"

    @api.model
    def _take_drafts(self, made, histories):
        """Decide how drafts that were just made go on.

        :param made: list of (`PlannedInvoice`, `account.move`)
        :param histories: `Histories` of their customers
        """
        moves = self.env["account.move"].union(*(move for _planned, move in made))
        findings = moves._billing_find()
        counts = self._count_made(made)
        by_move = {}
        for planned, move in made:
            decisions = by_move.get(move, self.browse())
            by_move[move] = decisions | planned.decisions
        all_ids = self.union(*by_move.values()).ids
        for move, decisions in by_move.items():
            # What is read of one is read of all
            decisions = decisions.with_prefetch(all_ids)
            move = move.with_prefetch(moves.ids)
            decisions._note_draft(move, histories.get(move.partner_id))
        for move, decisions in by_move.items():
            policy = decisions.policy_id
            counts[policy] = counts.get(policy, 0) + 1
            decisions.with_prefetch(all_ids)._go_on(
                histories.get(move.partner_id), findings.get(move, []), counts[policy]
            )
        waiting = self.union(
            *(each for each in by_move.values() if each[0].state == "review")
        )
        waiting._ask_approvers()
        self.union(*by_move.values())._note_what_was_made()

    @api.model
    def _count_made(self, made):
        """Return {policy: how many invoices were made before these}.

        Of policies that have a person look at the first ones, and no further than that.

        :param made: list of (`PlannedInvoice`, `account.move`)
        """
        policies = self.union(*(planned.decisions for planned, _move in made)).policy_id
        return {
            policy: self.sudo().search_count(
                [("policy_id", "=", policy.id), ("was_made", "=", True)],
                limit=policy.review_first,
            )
            for policy in policies.filtered("review_first")
        }

    def _note_draft(self, move, history):
        """Note the draft that decisions made together, and what they were made on.

        :param move: `account.move`
        :param history: `History` of the customer
        """
        payload = move._billing_get_payload()
        self.write(
            {
                "move_id": move.id,
                "was_made": True,
                "actor_id": self.env.uid,
                "partner_id": move.partner_id.id,
                "currency_id": move.currency_id.id,
                "amount_untaxed": move.amount_untaxed,
                "amount_total": move.amount_total,
                "facts": self._prepare_facts(move, history),
                "payload": payload,
                "fingerprint": move._billing_get_fingerprint(payload),
            }
        )

    def _go_on(self, history, findings, number):
        """Hold a draft, have a person look at it, or let it be posted by itself.

        :param history: `History` of the customer
        :param findings: list of `Finding` of the checks
        :param int number: the how many-th invoice of the policy it is
        """
        move = self.move_id
        errors = move._billing_get_errors({move: findings}).get(move)
        is_credit = move.move_type == "out_refund"
        if errors:
            self.decision = "credit" if is_credit else "draft"
            self._hold(errors[0].code, "\n".join(each.message for each in errors))
        elif reasons := self[0]._get_review_reasons(move, history, findings, number):
            self._ask_for_review("credit" if is_credit else "draft", reasons)
        else:
            self._approve_by_policy()

    def _approve_by_policy(self):
        """Let a draft be posted by itself."""
        policy = self.policy_id
        self._update_state(
            ("pending", "held"),
            "approved",
            decision=policy.phase,
            reason_code="by_policy",
            reason=_("The policy %s posts it by itself.", policy.name),
            error_code=False,
            last_error=False,
        )

    def _ask_for_review(self, decision, reasons):
        """Have a person look at a draft.

        :param str decision: a value of the field `decision`
        :param reasons: list of (code, text)
        """
        approver = self.policy_id._get_approver(self.sale_order_id[:1])
        text = "\n".join(text for _code, text in reasons)
        self._update_state(
            ("pending", "held", "approved"),
            "review",
            decision=decision,
            needs_review=True,
            asked_user_id=approver.id,
            reason_code=reasons[0][0],
            reason=_("A person posts it: %s", text),
            review_reason=text,
            error_code=False,
            last_error=False,
        )
        set_to_check(self.move_id, True)

    # Work

    def _is_work(self):
        """Say whether it is about hours, milestones or costs."""
        return self._get_kind() in WORK

    def _why_no_work(self):
        """Return why nothing of the work is to be billed: (code, text)."""
        lines = self.sale_order_id.order_line.filtered(
            lambda line: line._billing_get_work() == self._get_kind()
        )
        return self._why_billed(lines) or (
            "nothing_delivered",
            _("Nothing of it is there any more, or left to be billed."),
        )

    # What is billed, where it is neither a delivery nor an order that says it

    def _is_own_source(self):
        """Say whether decisions of this kind say themselves what is billed."""
        return False

    def _find_billable(self):
        """Return [(sold line, how much of it at most, stock.move)] that it bills."""
        raise NotImplementedError

    def _prepare_planned_values(self, line):
        """Return the values of the invoice line of a sold line that are not its own.

        :param line: `sale.order.line`
        """
        return {}

    def _share_claims(self, planned, common, claims):
        """Return the values of the decision lines of a planned line.

        :param planned: `PlannedLine`
        :param dict common: what they have in common
        :param claims: `Claims` of the goods
        """
        raise NotImplementedError

    def _why_nothing_billable(self):
        """Return why nothing of it is to be billed: (code, text)."""
        raise NotImplementedError

    @api.model
    def _why_billed(self, lines):
        """Return (code, text) where sold lines are on invoices, else None.

        :param lines: `sale.order.line`
        """
        invoices = lines.invoice_lines.move_id.filtered(
            lambda move: move.state != "cancel" and move.move_type == "out_invoice"
        )
        if not invoices:
            return None
        names = ", ".join(invoices.mapped("display_name"))
        return "billed_already", _("Billed already by %s.", names)

    def _heeds(self, policy):
        """Say whether it is decided by the policy that is for it."""
        return True

    def _get_grouping(self):
        """Return with what it shares an invoice: a value of the policy's `grouping`."""
        grouping = self.policy_id._get_grouping() if self.policy_id else "delivery"
        # Hours, milestones and costs that are found at once are one invoice
        return "order" if grouping == "delivery" and self._is_work() else grouping

    def _needs_no_policy(self):
        """Say whether a person wants a draft of it, whatever the policies say."""
        return False

    def _get_origin_names(self):
        """Return the names of what the invoice of these decisions comes from."""
        orders, pickings = self.sale_order_id, self.picking_id
        return [*orders.mapped("name"), *pickings.mapped("name")]

    # Who looks first

    def _get_review_reasons(self, move, history, findings, number):
        """Return why a person looks at a draft first: [(code, text)], none if nobody.

        :param move: `account.move`
        :param history: `History` of the customer
        :param findings: list of `Finding`
        :param int number: the how many-th invoice of the policy it is
        """
        policy = self.policy_id
        reasons = []
        if move.move_type == "out_refund":
            reasons.append(("credit", _("A person looks at each credit note.")))
        if policy.phase == "draft":
            reasons.append(("phase", _("The policy makes drafts only.")))
        reasons += self._foresee_review(
            history, move.partner_id, abs(move.amount_total_signed)
        )
        if number <= policy.review_first:
            reasons.append(
                (
                    "first",
                    _(
                        "It is number %(number)s of the first %(first)s.",
                        number=number,
                        first=policy.review_first,
                    ),
                )
            )
        elif policy.review_sample and self._is_sample(policy.review_sample):
            reasons.append(
                ("sample", _("It is the one in %s chosen.", policy.review_sample))
            )
        if policy.review_on_warning:
            reasons += [
                (each.code, each.message)
                for each in findings
                if each.severity == WARNING
            ]
        return reasons

    def _foresee_review(self, history, partner, total):
        """Return why a person looks at whatever a customer gets for an amount.

        :param history: `History` of the customer
        :param partner: `res.partner`
        :param float total: with tax, in the company's currency
        :return: list of (code, text)
        """
        policy = self.policy_id
        currency = policy.company_id.currency_id
        reasons = []
        above = policy.review_above
        if above and currency.compare_amounts(total, above) > 0:
            shown = formatLang(self.env, above, currency_obj=currency)
            reasons.append(("amount", _("It is above %s.", shown)))
        if policy.review_new_customer and self._is_new_customer(history):
            reasons.append(
                (
                    "new_customer",
                    _("The customer is new; invoices posted: %s.", history.posted),
                )
            )
        if policy.review_bad_payer and self._is_bad_payer(partner, history):
            reasons.append(("bad_payer", _("The customer pays badly.")))
        return reasons

    def _is_sample(self, one_in):
        """Say whether chance has chosen it; the same choice whenever it is asked."""
        digest = hashlib.sha256(self.event_key.encode()).digest()
        return int.from_bytes(digest[:8], "big") % one_in == 0

    def _is_new_customer(self, history):
        few = history.posted < self.policy_id.review_new_customer
        return few or (history.posted == 1 and not history.paid)

    def _is_bad_payer(self, partner, history):
        trust = partner.commercial_partner_id.trust
        return trust == "bad" or history.long_overdue > 0

    # What was looked at

    def _prepare_facts(self, move, history):
        """Return what the decision was made on, as JSON; never bank data."""
        moves = self.line_ids.stock_move_id
        orders = self.sale_order_id
        return {
            "orders": orders.mapped("name"),
            "customer_orders": [
                each for each in orders.mapped("client_order_ref") if each
            ],
            "deliveries": self.picking_id.mapped("name"),
            "customer": {
                "id": move.commercial_partner_id.id,
                "name": move.commercial_partner_id.display_name,
                "posted": history.posted,
                "paid": history.paid,
                "average_delay_days": round(history.average_delay, 1),
                "overdue": history.overdue,
                "open": round(history.open_amount, 2),
                "open_credit": round(history.credit, 2),
            },
            "currency": move.currency_id.name,
            "company_currency": move.company_currency_id.name,
            "taxes": sorted(set(move.invoice_line_ids.tax_ids.mapped("name"))),
            "fiscal_position": move.fiscal_position_id.name or "",
            "payment_term": move.invoice_payment_term_id.name or "",
            "journal": move.journal_id.code,
            "lots": sorted(
                name for name in set(moves.move_line_ids.mapped("lot_id.name")) if name
            ),
        }

    # Whom it is told

    def _ask_approvers(self):
        """Ask the approvers of drafts to look at them: activities, and one mail each.

        Nobody gets an activity for each of very many drafts: then it is one, on the
        policy.
        """
        for approver, decisions in self.grouped("asked_user_id").items():
            if decisions._are_many(approver):
                decisions._ask_for_many(approver)
            else:
                decisions._ask_for_each(approver)

    def _are_many(self, approver):
        open_count = self.env["mail.activity"].search_count(
            [
                ("user_id", "=", approver.id),
                ("res_model", "=", "account.move"),
                ("activity_type_id", "=", self._get_activity_type().id),
            ],
            limit=self._get_most_activities(),
        )
        return open_count + len(self.move_id) > self._get_most_activities()

    @api.model
    def _get_most_activities(self):
        """Return how many drafts one approver is asked to look at one by one."""
        return 20

    @api.model
    def _get_activity_type(self):
        return self.env.ref("coopcycle_magento.billing_activity_approve")

    def _ask_for_each(self, approver):
        for decision in self:
            note = plaintext2html(decision.review_reason or "")
            # Whoever answers for the policy asks: a robot has no address
            asking = decision.move_id.with_user(decision.policy_id.user_id).sudo()
            asking.activity_schedule(
                activity_type_id=self._get_activity_type().id,
                user_id=approver.id,
                note=note,
            )

    def _ask_for_many(self, approver):
        for policy, decisions in self.grouped("policy_id").items():
            known = policy.activity_ids.filtered(
                lambda each: (
                    each.user_id == approver
                    and each.activity_type_id == self._get_activity_type()
                )
            )
            if not known:
                policy.with_user(policy.user_id).sudo().activity_schedule(
                    activity_type_id=self._get_activity_type().id,
                    user_id=approver.id,
                    note=_("%s drafts or more wait.", len(decisions.move_id)),
                )

    def _note_what_was_made(self):
        """Note on invoices, orders and deliveries what was made, by which rule, why."""
        made = self.filtered("sale_order_id")  # what an import made, it has noted
        made._note("sale_order_id", about="move_id")
        made._note("picking_id", about="move_id")
        made._note("move_id", about="sale_order_id")

    def _note(self, on, about):
        """Note on records of one field, all at once, what another field's are for."""
        bodies = {}
        for decision in self.filtered(on):
            record_id = decision[on].id
            note = decision._get_note(decision[about])
            bodies[record_id] = bodies.get(record_id, Markup()) + note
        if bodies:
            self[on].browse(bodies)._message_log_batch(bodies=bodies)

    def _get_note(self, record):
        """Return a link to a record, which policy made the invoice, and why."""
        self.ensure_one()
        return Markup("<div>%s: %s</div>") % (
            record._get_html_link(title=record.display_name),
            _(
                "made by the policy %(policy)s. %(reason)s",
                policy=self.policy_id.name,
                reason=self.reason or "",
            ),
        )
