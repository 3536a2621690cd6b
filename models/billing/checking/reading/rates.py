from dataclasses import dataclass
from datetime import date

from odoo.tools import SQL


@dataclass(frozen=True)
class Rate:
    """What a currency is worth since a day, in units for one of the company's."""

    day: date
    value: float


def read_rates(company, asked):
    """Return the newest rate of each currency on a day, and the one before it.

    :param company: `res.company`
    :param asked: {(res.currency, day)}, none of the company's own
    :return: {(id of the currency, day): at most two of `Rate`, the newest first}
    """
    own = company.currency_id
    asked = {*asked, *((own, day) for _currency, day in asked)}
    company.env["res.currency.rate"].flush_model()
    company.env.cr.execute(_query(company, asked))
    found = {}
    for currency_id, asked_day, day, value in company.env.cr.fetchall():
        found.setdefault((currency_id, asked_day), []).append(Rate(day, value))
    # The company's own currency has a rate only where another one is the measure
    own_rates = {
        day: rates[0].value
        for (currency_id, day), rates in found.items()
        if currency_id == own.id
    }
    return {
        (currency_id, day): [
            Rate(rate.day, rate.value / (own_rates.get(day) or 1.0)) for rate in rates
        ]
        for (currency_id, day), rates in found.items()
    }


def _query(company, asked):
    """Find rates as Odoo does: those of the company before those of all."""
    return SQL(
        """
        SELECT asked.currency_id, asked.day, rate.name, rate.rate::float
          FROM unnest(%s::int[], %s::date[]) AS asked (currency_id, day)
    CROSS JOIN LATERAL (
                SELECT name, rate, company_id FROM res_currency_rate
                 WHERE currency_id = asked.currency_id AND name <= asked.day
                   AND (company_id IS NULL OR company_id = %s)
              ORDER BY company_id, name DESC LIMIT 2
               ) AS rate
      ORDER BY asked.currency_id, asked.day, rate.company_id, rate.name DESC
        """,
        [currency.id for currency, _day in asked],
        [day for _currency, day in asked],
        company.root_id.id,
    )
