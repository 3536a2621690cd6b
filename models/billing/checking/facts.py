"""What checks need to know of many invoices, read once for all of them."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from odoo import fields
from odoo.tools import SQL, format_date


@dataclass(frozen=True)
class Rate:
    """What a currency is worth since a day, in units for one of the company's."""

    day: date
    value: float


class Facts:
    """The facts of invoices of one company.

    Each is read when the first check asks for it, for all invoices at once; nothing asks
    another system.

    :param moves: `account.move`, elevated, in their company
    """

    def __init__(self, moves):
        self.env = moves.env
        self.moves = moves
        self.company = moves.company_id
        self.today = fields.Date.context_today(moves)
        self._lines = {
            move: move.invoice_line_ids.filtered(
                lambda line: line.display_type == "product"
            )
            for move in moves
        }

    # Invoices

    def get_lines(self, move):
        """Return the lines that are no sections or notes."""
        return self._lines[move]

    def get_day(self, move):
        """Return the day of an invoice, which is today if it has none."""
        return move.invoice_date or self.today

    def get_orders(self, move):
        """Return the sales orders of an invoice."""
        return self.get_lines(move).sale_line_ids.order_id

    @staticmethod
    def get_name(line):
        """Return by what people know a line."""
        return line.product_id.display_name or (line.name or "").partition("\n")[0]

    def format_day(self, day):
        """Return a day as the user writes it."""
        return format_date(self.env, day)

    # Rates

    def get_rates(self, move):
        """Return the newest rate of an invoice's currency and the one before it.

        :return: at most two of `Rate`, the newest first
        """
        return self._rates.get((move.currency_id.id, self.get_day(move)), [])

    @cached_property
    def _rates(self):
        own = self.company.currency_id
        asked = {
            (currency, self.get_day(move))
            for move in self.moves
            if move.currency_id and move.currency_id != own
            for currency in move.currency_id + own
        }
        if not asked:
            return {}
        self.env["res.currency.rate"].flush_model()
        self.env.cr.execute(self._query_rates(asked))
        found = {}
        for currency_id, asked_day, day, value in self.env.cr.fetchall():
            found.setdefault((currency_id, asked_day), []).append(Rate(day, value))
        return {
            (currency_id, day): [
                Rate(rate.day, rate.value / self._get_own(found, day)) for rate in rates
            ]
            for (currency_id, day), rates in found.items()
        }

    def _get_own(self, found, day):
        """Return the rate of the company's currency, which most have none of."""
        rates = found.get((self.company.currency_id.id, day))
        return (rates and rates[0].value) or 1.0

    def _query_rates(self, asked):
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
            self.company.root_id.id,
        )
