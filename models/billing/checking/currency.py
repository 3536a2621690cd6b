"""The currency of an invoice, and the rate at which it is booked."""

from odoo.tools.translate import _lt

from ...shared.findings import ERROR, WARNING
from .check import Check

# Beyond it, a rate is more likely mistyped than moved
MAX_RELATIVE_CHANGE = 0.05


class CurrencyInactive(Check):
    code = "currency_inactive"
    severity = ERROR
    text = _lt(
        "The currency %(value)s is not active, and Odoo posts nothing in it."
        " Resolution: activate it in Invoicing ▸ Configuration ▸ Currencies, or change"
        " the currency."
    )

    def find(self, move, facts):
        if not move.currency_id.active:
            yield {"value": move.currency_id.name or "", "record": move.currency_id}


class _ForeignCheck(Check):
    """A check of what is not in the company's own currency."""

    def applies(self, move, facts):
        return move.currency_id and move.currency_id != facts.company.currency_id


class RateMissing(_ForeignCheck):
    code = "rate_missing"
    severity = ERROR
    text = _lt(
        "%(currency)s has no rate on %(day)s or before it, and Odoo would book the"
        " invoice at another one: at 1.0 if there is none at all. Resolution: enter the"
        " rate in Invoicing ▸ Configuration ▸ Currencies."
    )

    def find(self, move, facts):
        if not facts.get_rates(move):
            yield {
                "value": f"{move.currency_id.name} {facts.get_day(move)}",
                "record": move.currency_id,
                "currency": move.currency_id.name,
                "day": facts.format_day(facts.get_day(move)),
            }


class RateStale(_ForeignCheck):
    code = "rate_stale"
    severity = WARNING
    text = _lt(
        "The newest rate of %(currency)s for %(day)s is of %(rate_day)s. Resolution:"
        " update the rates in Invoicing ▸ Configuration ▸ Currencies."
    )

    def find(self, move, facts):
        day = facts.get_day(move)
        for rate in facts.get_rates(move)[:1]:
            if (day - rate.day).days > facts.company.billing_rate_days:
                yield {
                    "value": f"{move.currency_id.name} {rate.day}",
                    "record": move.currency_id,
                    "currency": move.currency_id.name,
                    "day": facts.format_day(day),
                    "rate_day": facts.format_day(rate.day),
                }


class RateDiffers(_ForeignCheck):
    code = "rate_differs"
    severity = WARNING
    text = _lt(
        "The rate of %(currency)s is %(rate)s, %(percent)s %% off the %(other)s before"
        " it. Resolution: look whether it is typed right, in Invoicing ▸ Configuration"
        " ▸ Currencies."
    )
    reasons = {
        "order": (
            WARNING,
            _lt(
                "The rate of %(currency)s is %(rate)s, %(percent)s %% off the %(other)s"
                " of the order. Resolution: look whether it is typed right, in"
                " Invoicing ▸ Configuration ▸ Currencies, or agree on another price."
            ),
        )
    }

    def find(self, move, facts):
        rates = [rate.value for rate in facts.get_rates(move)]
        for order in facts.get_orders(move):
            if order.currency_id == move.currency_id and rates:
                yield from self._compare(move, rates[0], order.currency_rate, "order")
        if len(rates) > 1:
            yield from self._compare(move, *rates, "")

    def _compare(self, move, rate, other, reason):
        change = abs(rate / other - 1) if other else 0.0
        if change > MAX_RELATIVE_CHANGE:
            yield {
                "value": f"{move.currency_id.name} {rate:.6g} ≠ {other:.6g}",
                "record": move.currency_id,
                "currency": move.currency_id.name,
                "rate": f"{rate:.6g}",
                "other": f"{other:.6g}",
                "percent": f"{100 * change:.0f}",
                "reason": reason,
            }
