"""The entries of work, and which decisions are about them."""

from dataclasses import dataclass

from ....compat import SOLD_UNIT, is_same_kind
from .work import MILESTONES, TIMESHEETS, has_milestones, has_timesheets

# Less than that is nothing
LEAST = 1e-6


@dataclass(frozen=True)
class Entry:
    """What is delivered of a sold line by one timesheet, milestone or cost.

    :param record: `account.analytic.line`, or `project.milestone`
    :param day: of which it is
    :param amount: in its own unit, of a milestone in that of the sold line
    :param new: how much of it no decision is about; below 0 where it was lowered
        since the last one
    :param quantity: what is new, in the unit of the sold line
    """

    record: object
    day: object
    amount: float
    new: float
    quantity: float

    @property
    def key(self):
        """Return what names it in the database, whatever modules are installed."""
        return f"{self.record._name},{self.record.id}"


class Entries:
    """The entries of the orders that decisions about work are of, read at once.

    :param decisions: `billing.decision` of any kind; elevated
    """

    def __init__(self, decisions):
        self.env = decisions.env
        orders = decisions.filtered(lambda each: each._is_work()).sale_order_id
        lines = orders.order_line.filtered(lambda line: line._billing_get_work())
        self._found = {}  # line → [(record, day, amount, of the line's unit in one)]
        self._claimed = {}  # key of an entry → its amount as it was decided on last
        self._parts = {}  # the same → how often it is claimed by what counts
        if lines:
            self._read(lines)

    def _read(self, lines):
        for record, line, day, amount, factor in self._search(lines):
            self._found.setdefault(line, []).append((record, day, amount, factor))
        keys = [
            f"{record._name},{record.id}"
            for found in self._found.values()
            for record, *_rest in found
        ]
        claims = self.env["billing.decision.line"].search_fetch(
            [("entry", "in", keys)],
            ["entry", "part", "moved_quantity", "is_live"],
            order="id",
        )
        for claim in claims:
            key = claim.entry
            self._claimed[key] = claim.moved_quantity
            if claim.is_live:
                self._parts[key] = max(self._parts.get(key, 0), claim.part + 1)

    def _search(self, lines):
        """Yield (record, sold line, day, amount, of the line's unit in one of it)."""
        known = has_timesheets(self.env)
        found = self.env[TIMESHEETS].search(
            [("so_line", "in", lines.ids), ("product_uom_id", "!=", False)],
            order="date, id",
        )
        for entry in found:
            line, amount = entry.so_line, entry.unit_amount
            is_hours = bool(known and entry.project_id)
            event = line._billing_get_work()
            if event == "hours" and is_hours:
                yield entry, line, entry.date, amount, _get_factor(entry, line)
            if event == "cost" and not is_hours and entry.amount <= 0:
                yield entry, line, entry.date, amount, _get_factor(entry, line)
        if has_milestones(self.env):
            stones = self.env[MILESTONES].search(
                [("sale_line_id", "in", lines.ids), ("is_reached", "=", True)],
                order="reached_date, id",
            )
            for stone in stones:
                line = stone.sale_line_id
                if line._billing_get_work() == "milestone":
                    amount = stone.quantity_percentage * line.product_uom_qty
                    yield stone, line, stone.reached_date, amount, 1.0

    def forget_claims(self):
        """Take everything as if no decision was about any of it."""
        self._claimed = {}

    def get(self, decision, first=None, last=None):
        """Return {sold line: [Entry]} of what is new, or of what is billed again.

        :param first: day before which entries are left out
        :param last: day after which they are
        """
        again = self._get_keys_again(decision)
        return {
            line: entries
            for line in decision.sale_order_id.order_line
            if line._billing_get_work() == decision._get_kind()
            and (entries := [*self._get_entries(line, again, first, last)])
        }

    def _get_entries(self, line, again, first, last):
        for record, day, amount, factor in self._found.get(line, ()):
            claimed = self._claimed.get(f"{record._name},{record.id}", 0.0)
            new = amount if again else amount - claimed
            entry = Entry(record, day, amount, new, new * factor)
            if abs(new) < LEAST or (again and entry.key not in again):
                continue
            if (not first or day >= first) and (not last or day <= last):
                yield entry

    def _get_keys_again(self, decision):
        """Return the keys of what a decision bills again; empty if that is all."""
        origin = decision.origin_id
        while origin and not origin.line_ids:
            origin = origin.origin_id
        return {line.entry for line in origin.line_ids if line.entry}

    def take(self, entries, quantity, least):
        """Return the entries that a quantity is of: the latest ones.

        What is billed already without a decision, as by hand, is what was done first.
        What was lowered is taken off at any rate.

        :param entries: list of `Entry`, in the order of their days
        :param quantity: in the unit of the sold line
        :param least: quantity that is counted
        """
        taken = [entry for entry in entries if entry.quantity < 0]
        quantity -= sum(entry.quantity for entry in taken)
        for entry in reversed(entries):
            if quantity < least:
                break
            if entry.quantity > 0:
                taken.append(entry)
                quantity -= entry.quantity
        return [entry for entry in entries if entry in taken]

    def claim(self, planned, common):
        """Return the values of the decision lines of a planned line, one an entry.

        :param planned: `PlannedLine`
        :param dict common: what they have in common
        """
        total = sum(entry.quantity for entry in planned.entries)
        claims = []
        for entry in planned.entries:
            part = self._parts.get(entry.key, 0)
            self._parts[entry.key] = part + 1
            claims.append(
                {
                    **common,
                    "entry": entry.key,
                    "part": part,
                    "moved_quantity": entry.amount,
                    "quantity": planned.quantity * entry.quantity / total,
                }
            )
        return claims

    def link(self, made):
        """Let Odoo's timesheets name the invoice that bills them, and no others.

        Odoo links all that are on no invoice yet, those of the next period as well.

        :param made: list of (`PlannedInvoice`, `account.move`)
        """
        timesheets = self.env[TIMESHEETS]
        if "timesheet_invoice_id" not in timesheets._fields:
            return
        moves = self.env["account.move"].union(*(move for _planned, move in made))
        billed = timesheets.union(
            *(
                entry.record
                for planned, _move in made
                for _decision, line in planned.claims
                for entry in line.entries
                if entry.record._name == TIMESHEETS
            )
        )
        linked = timesheets.search([("timesheet_invoice_id", "in", moves.ids)])
        (linked - billed).timesheet_invoice_id = False


def _get_factor(entry, line):
    """Return how much of a sold line one of an entry is, as Odoo counts it."""
    unit, sold = entry.product_uom_id, line[SOLD_UNIT]
    if not is_same_kind(unit, sold):  # sold by the piece
        return 1.0
    return unit._compute_quantity(1.0, sold, round=False)
