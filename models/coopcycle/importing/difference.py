from collections import defaultdict

from odoo import _
from odoo.tools.misc import formatLang


class InvoiceDifference:
    """What differs between an invoice in Odoo and the plan of the same External ID.

    Lines are paired by their order number, else by their label. Only what the file
    says is compared: taxes, payment terms and notes are Odoo's.
    """

    def __init__(self, move, plan):
        """Compare.

        :param move: the `account.move`
        :param plan: the `InvoicePlan`, with customer, products and accounts
        """
        self.env = move.env
        self.move = move
        self.plan = plan
        self.added, self.changed = [], []
        remaining = defaultdict(list)
        for line in move.invoice_line_ids:
            if line.display_type == "product":
                remaining[line._coopcycle_get_key()].append(line)
        for line_plan in plan.lines:
            same_key = remaining[line_plan.key]
            if not same_key:
                self.added.append(line_plan)
                continue
            line = same_key.pop(0)
            if not line._coopcycle_is_like(line_plan):
                self.changed.append((line, line_plan))
        self.removed = [line for lines in remaining.values() for line in lines]

    def __bool__(self):
        return bool(
            self.added or self.changed or self.removed or self._header_differs()
        )

    @property
    def is_other_partner(self):
        """Say whether another customer is to be invoiced."""
        return self.move.partner_id.id != self.plan.partner_id

    @property
    def is_other_move_type(self):
        """Say whether an invoice would have to become a credit note, or back."""
        return self.move._coopcycle_get_sign() != self.plan.sign

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
            keys = (line_plan.key for line_plan in self.added)
            parts.append(_("lines added: %s", self._list(keys)))
        if self.removed:
            keys = (line._coopcycle_get_key() for line in self.removed)
            parts.append(_("lines removed: %s", self._list(keys)))
        if self.changed:
            parts.append(
                _("lines changed: %s", self._list(map(self._change, self.changed)))
            )
        return "; ".join(parts)

    def _header_differs(self):
        return self.is_other_partner or self.move.invoice_date != self.plan.date

    def _change(self, pair):
        line, line_plan = pair
        sign = self.move._coopcycle_get_sign()
        old, new = sign * line.price_subtotal, float(line_plan.amount)
        if not line.currency_id.compare_amounts(old, new):
            return line_plan.key
        old, new = self._format_amount(old), self._format_amount(new)
        return f"{line_plan.key} {old} → {new}"

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.move.currency_id)

    def _list(self, keys, most=10):
        keys = list(keys)
        more = ", …" if len(keys) > most else ""
        return f"{len(keys)} ({', '.join(keys[:most])}{more})"
