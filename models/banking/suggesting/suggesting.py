"""Suggestions for all that is open at a company's bank accounts."""

import hashlib
import json
from collections import defaultdict
from dataclasses import replace

from odoo.tools import SQL

from ....tools.matching.matcher import Matcher
from ....tools.matching.records import Line
from .amounts import Units
from .items import OpenItems

# Without these nothing that is shown differs
_NOTHING = ()


class Suggesting:
    """Reads what is open, has it matched, and keeps what is suggested.

    :param company: `res.company`, elevated
    """

    def __init__(self, company):
        self.env = company.env
        self.company = company
        self.units = Units(self.env)
        self.matches = self.env["billing.match"]
        self.lines = self._read_lines()

    def find(self):
        """Return {line's id: suggestions}, the best first, without what was refused."""
        if not self.lines:
            return {}
        items = OpenItems(self.company, self.units)
        matcher = Matcher(
            items.find(),
            items.find_payers(),
            self.env["billing.match.memory"]._recall(self.company),
            items.find_providers(),
            self.matches._prepare_rules(self.company),
        )
        self.rows = {row["id"]: row for row in items.rows}
        found = matcher.match(self.lines)
        refused, taken = self._read_refused(), self._read_taken()
        return {
            line_id: [
                replace(each, confidence="likely")
                if each.is_certain and _items(each) & taken
                else each
                for each in suggestions
                if _items(each) not in refused[line_id]
            ]
            for line_id, suggestions in found.items()
        }

    def keep(self, found, line_ids):
        """Replace what is suggested for some lines, where that differs.

        :param found: of `find`
        :return: for how many lines something is suggested
        """
        line_ids = self._find_still_open(line_ids)
        known = self._read_known(line_ids)
        signed = {
            line_id: [_sign(each) for each in found.get(line_id, _NOTHING)]
            for line_id in line_ids
        }
        changed = [id_ for id_ in line_ids if signed[id_] != known.get(id_, [])]
        self.matches.search(
            [
                ("statement_line_id", "in", changed),
                ("state", "in", ("suggested", "stale")),
            ]
        ).unlink()
        lines = {line.id: line for line in self.lines}
        vals_list = [
            self._prepare_vals(lines[id_], rank, suggestion)
            for id_ in changed
            for rank, suggestion in enumerate(found.get(id_, _NOTHING), start=1)
        ]
        made = self.matches.create(vals_list)
        self.env["billing.match.part"].create(
            [
                {
                    "match_id": match.id,
                    "company_id": vals["company_id"],
                    "currency_id": vals["currency_id"],
                    "item_id": part.item,
                    "amount": self.units.amount(part.amount, vals["currency_id"]),
                }
                for match, vals, suggestion in zip(
                    made,
                    vals_list,
                    (each for id_ in changed for each in found.get(id_, _NOTHING)),
                    strict=True,
                )
                for part in suggestion.parts
            ]
        )
        return sum(bool(found.get(id_)) for id_ in line_ids)

    def _prepare_vals(self, line, rank, suggestion):
        currency = line.currency
        customers = {self.rows[part.item]["partner_id"] for part in suggestion.parts}
        return {
            "statement_line_id": line.id,
            "company_id": self.company.id,
            "currency_id": currency,
            "rank": rank,
            "score": suggestion.score,
            "confidence": suggestion.confidence,
            "kind": suggestion.kind,
            "reasons": _reasons(suggestion),
            "signature": _sign(suggestion),
            "partner_id": customers.pop() if len(customers) == 1 else False,
            "open_amount": self.units.amount(line.amount, currency),
            "amount": self.units.amount(
                sum(part.amount for part in suggestion.parts), currency
            ),
            "difference": self.units.amount(suggestion.difference, currency),
        }

    def _read_lines(self):
        self.env["account.bank.statement.line"].flush_model()
        self.env["account.move"].flush_model()
        self.env["account.move.line"].flush_model()
        self.env.cr.execute(self.matches._query_lines(self.company))
        lines = [
            Line(
                id=row["id"],
                currency=row["currency_id"],
                amount=self.units.count(row["amount"], row["currency_id"]),
                date=row["date"],
                text=row["text"] or "",
                name=row["partner_name"] or "",
                iban=row["account_number"] or "",
                customer=row["customer_id"],
            )
            for row in self.env.cr.dictfetchall()
        ]
        return [line for line in lines if line.amount]

    def _read_refused(self):
        """Return {line's id: sets of items that somebody has refused}."""
        self.env.cr.execute(
            SQL(
                """
                SELECT match.statement_line_id, array_agg(part.item_id)
                  FROM billing_match AS match
                  JOIN billing_match_part AS part ON part.match_id = match.id
                 WHERE match.state = 'rejected' AND match.statement_line_id = ANY(%s)
              GROUP BY match.id
                """,
                [line.id for line in self.lines],
            )
        )
        refused = defaultdict(set)
        for line_id, item_ids in self.env.cr.fetchall():
            refused[line_id].add(frozenset(item_ids))
        return refused

    def _read_taken(self):
        """Return what is certain for a line of another company: above, or a branch."""
        self.matches.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT part.item_id
                  FROM billing_match_part AS part
                  JOIN billing_match AS match ON match.id = part.match_id
                  JOIN account_bank_statement_line AS line
                    ON line.id = match.statement_line_id
                 WHERE match.state = 'suggested' AND match.confidence = 'certain'
                   AND match.company_id != %s AND line.is_reconciled IS NOT TRUE
                """,
                self.company.id,
            )
        )
        return {id_ for (id_,) in self.env.cr.fetchall()}

    def _find_still_open(self, line_ids):
        """Return which lines nobody has matched while all were looked at."""
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM account_bank_statement_line
                 WHERE id = ANY(%s) AND is_reconciled IS NOT TRUE ORDER BY id
                """,
                list(line_ids),
            )
        )
        return [id_ for (id_,) in self.env.cr.fetchall()]

    def _read_known(self, line_ids):
        """Return {line's id: signatures of what is suggested, the best first}."""
        self.matches.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT statement_line_id,
                       array_agg(
                           CASE state WHEN 'stale' THEN '' ELSE signature END
                           ORDER BY rank
                       )
                  FROM billing_match
                 WHERE state IN ('suggested', 'stale') AND statement_line_id = ANY(%s)
              GROUP BY statement_line_id
                """,
                list(line_ids),
            )
        )
        return dict(self.env.cr.fetchall())


def _items(suggestion):
    return frozenset(part.item for part in suggestion.parts)


def _reasons(suggestion):
    return [[reason.code, dict(reason.data)] for reason in suggestion.reasons]


def _sign(suggestion):
    """Return what is the same as long as all that is shown is the same."""
    parts = sorted((part.item, part.amount) for part in suggestion.parts)
    shown = [
        parts,
        suggestion.kind,
        suggestion.difference,
        suggestion.score,
        suggestion.confidence,
        _reasons(suggestion),
    ]
    text = json.dumps(shown, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
