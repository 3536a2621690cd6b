from collections import defaultdict

from odoo import _
from odoo.tools import float_compare
from odoo.tools.misc import formatLang

from ....tools.coopcycle.label import order_number


class InvoiceDifference:
    """What differs between an invoice in Odoo and the plan of the same External ID.

    Lines are paired by their order number, else by their label. Only what the file
    says is compared: taxes, payment terms and notes are Odoo's.
    """

    def __init__(self, move, plan):
        self.env = move.env
        self.move = move
        self.plan = plan
        self.added, self.changed = [], []
        remaining = defaultdict(list)
        for line in move.invoice_line_ids:
            if line.display_type == "product":
                remaining[self._key_of_move_line(line)].append(line)
        for line_plan in plan.lines:
            pair = remaining[line_plan.row.order_number or line_plan.row.label]
            if not pair:
                self.added.append(line_plan)
                continue
            line = pair.pop(0)
            if not self._is_same(line, line_plan):
                self.changed.append((line, line_plan))
        self.removed = [line for lines in remaining.values() for line in lines]

    def __bool__(self):
        return bool(
            self.added or self.changed or self.removed or self._header_differs()
        )

    @property
    def is_other_partner(self):
        return self.move.partner_id.id != self.plan.partner_id

    @property
    def turns(self):
        """Say whether an invoice would have to become a credit note, or back."""
        return self._sign_of_move() != self.plan.sign

    def describe(self):
        """Return the difference as words for the user."""
        parts = []
        if self.is_other_partner:
            old = self.move.partner_id.display_name
            parts.append(
                _("customer %(old)s → %(new)s", old=old, new=self.plan.partner)
            )
        if self.move.invoice_date != self.plan.date:
            old, new = self.move.invoice_date, self.plan.date
            parts.append(_("date %(old)s → %(new)s", old=old, new=new))
        if self.added:
            parts.append(_("lines added: %s", self._list(map(self._name, self.added))))
        if self.removed:
            names = (self._key_of_move_line(line) for line in self.removed)
            parts.append(_("lines removed: %s", self._list(names)))
        if self.changed:
            parts.append(
                _("lines changed: %s", self._list(map(self._change, self.changed)))
            )
        return "; ".join(parts)

    def _header_differs(self):
        return self.is_other_partner or self.move.invoice_date != self.plan.date

    def _is_same(self, line, line_plan):
        row, sign = line_plan.row, self._sign_of_move()
        return (
            line.name == row.label
            and line.product_id.id == line_plan.product_id
            and (not line_plan.account_id or line.account_id.id == line_plan.account_id)
            and not float_compare(
                line.quantity, float(row.quantity), precision_digits=6
            )
            and not line.currency_id.compare_amounts(
                sign * line.price_subtotal, float(line_plan.amount)
            )
        )

    def _sign_of_move(self):
        return -1 if self.move.move_type == "out_refund" else 1

    def _change(self, pair):
        line, line_plan = pair
        old, new = self._sign_of_move() * line.price_subtotal, float(line_plan.amount)
        name = self._name(line_plan)
        if not line.currency_id.compare_amounts(old, new):
            return name
        return f"{name} {self._money(old)} → {self._money(new)}"

    def _name(self, line_plan):
        return line_plan.row.order_number or line_plan.row.label

    def _key_of_move_line(self, line):
        name = line.name or ""
        return line.coopcycle_order_number or order_number(name) or name

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.move.currency_id)

    def _list(self, names, most=10):
        names = list(names)
        more = ", …" if len(names) > most else ""
        return f"{len(names)} ({', '.join(names[:most])}{more})"
