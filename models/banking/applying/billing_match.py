from odoo import _, api, models
from odoo.exceptions import AccessError, UserError

from ....compat import check_access
from ...shared.contexts import without_defaults
from ...shared.running.transaction import lock_rows
from .entry import Entry


class BillingMatch(models.Model):
    """Applying a match, and taking that back."""

    _inherit = "billing.match"

    @api.model
    def _make_chosen(self, line, items):
        """Return a match of a line with items that a person has chosen.

        :raise UserError: they have nothing to do with each other
        """
        currency = line._seek_for_lines()[1].currency_id
        amount = -sum(line._seek_for_lines()[1].mapped("amount_currency"))
        if items != items.filtered_domain(self._get_choice_domain(line)):
            raise UserError(_("Only what is open in the line's currency can be paid."))
        parts = _share(items.sorted(_get_due), amount, currency)
        paid = sum(parts.values())
        total = sum(items.mapped("amount_residual_currency"))
        if currency.is_zero(paid) or (paid > 0) != (amount > 0):
            raise UserError(_("The line pays none of these: choose what it pays."))
        customers = items.partner_id.commercial_partner_id
        match = self.create(
            {
                "statement_line_id": line.id,
                "company_id": line.company_id.id,
                "currency_id": currency.id,
                "confidence": "weak",
                "kind": _get_kind(items, total, amount, currency),
                "reasons": [["chosen", {}]],
                "partner_id": customers.id if len(customers) == 1 else False,
                "open_amount": amount,
                "amount": paid,
                "difference": currency.round(amount - paid),
            }
        )
        self.env["billing.match.part"].create(
            [
                {
                    "match_id": match.id,
                    "company_id": match.company_id.id,
                    "currency_id": currency.id,
                    "item_id": item.id,
                    "amount": part,
                }
                for item, part in parts.items()
            ]
        )
        return match

    @api.model
    def _get_choice_domain(self, line):
        """Return the domain of what a person may have a bank line pay."""
        return [
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("account_id.reconcile", "=", True),
            ("account_id.account_type", "!=", "liability_payable"),
            ("statement_line_id", "=", False),
            ("currency_id", "=", line._seek_for_lines()[1].currency_id.id),
            ("company_id", "child_of", line.company_id.id),
            "|",
            ("account_id.account_type", "=", "asset_receivable"),
            ("payment_id", "!=", False),
        ]

    def _lock(self):
        """Lock elevated matches, and what they are about, against everybody else."""
        lines = self.statement_line_id
        for records in (
            self,
            lines,
            lines.move_id,
            self.part_ids.item_id,
        ):
            if records:
                lock_rows(records)

    def _check_items(self):
        """Check that the user may see what is paid: branches have their own.

        :raise AccessError: they may not
        """
        check_access(self.sudo().part_ids.item_id.sudo(False).move_id, "read")

    def _apply_by_hand(self):
        """Apply an elevated match for its user, and learn whose payments these are.

        :return: what has changed since it was suggested, in words; "" if it is applied
        :raise AccessError: the user may not
        """
        self._check_items()
        why = without_defaults(self).with_company(self.company_id)._apply()
        if not why:
            self._teach(True)
        return why

    def _try(self, apply):
        """Apply an elevated match; what stands in the way is kept as its cause.

        :param apply: a function that does it
        :return: what stands in the way, in words; "" if it is applied
        """
        try:
            with self.env.cr.savepoint():
                return apply()
        except (UserError, AccessError) as error:
            self.env.invalidate_all()
            self.write({"last_error": str(error), "asked_user_id": False})
            return str(error)

    def _apply(self):
        """Apply an elevated match, unless something has changed since.

        :return: what has changed, in words; "" if it is applied
        """
        self._lock()
        if self.state not in ("suggested", "rejected", "stale"):
            return _("It is applied already.")
        entry = Entry(self)
        if why := entry.why_not():
            self.write({"state": "stale", "last_error": why, "asked_user_id": False})
            return why
        entry.pay()
        self._decide("applied")
        self._find_rivals().unlink()
        self._find_others_of_items().write({"state": "stale"})
        return ""

    def _find_rivals(self):
        """Return what else is suggested for the line; that was for all of it."""
        return self.search(
            [
                ("statement_line_id", "in", self.statement_line_id.ids),
                ("id", "not in", self.ids),
                ("state", "in", ("suggested", "stale")),
            ]
        )

    def _find_others_of_items(self):
        """Return what is suggested elsewhere for what is paid now."""
        return self.search(
            [
                ("part_ids.item_id", "in", self.part_ids.item_id.ids),
                ("state", "=", "suggested"),
                ("id", "not in", self.ids),
            ]
        )

    def _undo(self):
        """Open again what elevated matches of one line paid."""
        line = self.statement_line_id
        self._lock()
        if line.payment_ids:
            raise UserError(
                _(
                    "Payments were made of this bank line elsewhere. Resolution: undo"
                    " it where it was matched."
                )
            )
        line.action_undo_reconciliation()
        if any(self.mapped("is_partner_set")):
            line.partner_id = False
        memory = self.env["billing.match.memory"]
        for match in self.filtered("partner_id"):
            if match.feedback != "wrong":
                memory._forget_once(line, match.partner_id)
        self._decide("suggested", is_partner_set=False, feedback=False)
        line.billing_was_undone = True


def _share(items, amount, currency):
    """Return {item: what is paid of it}, what goes the other way in full."""
    sign = 1 if amount > 0 else -1
    parts, left = {}, amount
    for item in items.filtered(lambda each: each.amount_residual_currency * sign < 0):
        parts[item] = item.amount_residual_currency
        left -= parts[item]
    for item in items.filtered(lambda each: each.amount_residual_currency * sign > 0):
        part = sign * min(abs(item.amount_residual_currency), abs(left))
        if not currency.is_zero(part):
            parts[item] = part
            left -= part
    return parts


def _get_kind(items, total, amount, currency):
    """Return what a line's amount has to do with all that is chosen."""
    rest = currency.compare_amounts(abs(total), abs(amount))
    if rest:
        return "partial" if rest > 0 else "overpaid"
    return "sum" if len(items) > 1 else "exact"


def _get_due(item):
    return item.date_maturity or item.date, item.id
