"""What a policy would have done with what happened lately; nothing is written."""

from dataclasses import dataclass

from odoo import _

from .drafting import Drafting


@dataclass(frozen=True)
class Tried:
    """What a policy would have done with one delivery or order.

    :param decision: "ignore", "hold", "draft" or "post"
    :param str reason: in a user's words
    :param event: a value of the field `event` of decisions
    :param picking: `stock.picking`, or an empty record
    :param order: `sale.order`
    :param float amount: without tax, in the order's currency
    """

    decision: str
    reason: str
    event: str
    picking: object
    order: object
    amount: float


class Trial(Drafting):
    """Decides as if nobody had billed anything yet, by one policy alone.

    It is to be run in a savepoint that is taken back: it writes as any deciding does.

    :param decisions: `billing.decision` that were made for it; elevated
    :param policy: `billing.policy`
    :param since: the moment (UTC) since which things happened
    """

    def __init__(self, decisions, policy, since):
        super().__init__(decisions)
        self.policies = policy.with_env(self.env)
        self.first_day = self.policies._to_company_day(since)
        self.deliveries.forget_claims()
        self.entries.forget_claims()

    def run(self):
        """Return a list of `Tried`."""
        super().run()
        return [self._tell(decision) for decision in self.decisions]

    def _get_free(self, line):
        return self._get_free_of_delivered(line)

    def _get_free_of_delivered(self, line):
        return self.quantities[line].delivered - self.taken.get(line, 0.0)

    def _get_free_of_order(self, line):
        return self.quantities[line].ordered - self.taken.get(line, 0.0)

    def _get_window(self, decision):
        return self.first_day, self.policies._to_company_day(self._now())

    def _waits_for_others(self, decision):
        return False

    def _is_dry(self, policy):
        return True

    def _tell(self, decision):
        kind = {"held": "hold", "would": "post"}.get(decision.state, "ignore")
        reason = decision.reason or ""
        if decision.reason_code == "no_policy":
            reason = _("It is outside of the policy's scope.")
        if kind == "post":
            reasons = self._foresee_reasons(decision)
            kind = "draft" if reasons else "post"
            reason = "\n".join(text for _code, text in reasons)
        return Tried(
            kind,
            reason,
            decision.event,
            decision.picking_id.sudo(False),
            decision.sale_order_id.sudo(False),
            decision.amount_untaxed,
        )

    def _foresee_reasons(self, decision):
        """Return why a person would look, as far as that is known: [(code, text)]."""
        order = decision.sale_order_id
        return decision._foresee_review(
            self.histories.get(order.partner_invoice_id),
            order.partner_invoice_id,
            order.currency_id._convert(
                decision.amount_total,
                self.company.currency_id,
                self.company,
                self._now().date(),
            ),
        )
