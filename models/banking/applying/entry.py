"""The journal entry of a bank line, as it pays what was suggested."""

from odoo import Command, _
from odoo.exceptions import UserError

# The line's own fields stay as they are, and posted entries may be written
CONTEXT = {
    "skip_account_move_synchronization": True,
    "force_delete": True,
    "skip_readonly_check": True,
}
# Where a bank or a provider has kept something back
KEPT = ("charges", "payout")


class Entry:
    """Has a bank line's entry pay open items, as Odoo's own would be.

    :param match: `billing.match`, elevated; its line and items are locked
    """

    def __init__(self, match):
        self.env = match.env
        self.match = match
        self.line = match.statement_line_id
        self.company = self.line.company_id

    # What speaks against it

    def why_not(self):
        """Return what has changed since it was suggested, "" if nothing has."""
        if self.line.move_id.state != "posted" or self.line.is_reconciled:
            return _("The bank line pays something already.")
        if not self.is_same(self.open_amount, self.match.open_amount):
            return _("Something else of the bank line is open now.")
        parts = self.match.part_ids
        if not parts or not self.is_same(
            sum(parts.mapped("amount")), self.match.amount
        ):
            return _("What it was about is no longer there.")
        return next(filter(None, map(self._why_not_part, parts)), "")

    def _why_not_part(self, part):
        item = part.item_id
        name = item.move_id.name
        if item.parent_state != "posted":
            return _("%s is not posted any more.", name)
        if item.reconciled:
            return _("%s is paid already.", name)
        residual = item.amount_residual_currency
        is_enough = abs(residual) >= abs(part.amount) and residual * part.amount > 0
        if item.currency_id != part.currency_id or not (
            self.is_same(residual, part.amount)
            or (is_enough and self.match.kind == "partial")
        ):
            return _("Something else of %s is open now.", name)
        return ""

    # Amounts

    @property
    def suspense(self):
        """The item of what the line has not paid yet."""
        return self.line._seek_for_lines()[1]

    @property
    def currency(self):
        return self.match.currency_id

    @property
    def open_amount(self):
        return -sum(self.suspense.mapped("amount_currency"))

    def is_same(self, one, other):
        return self.currency.compare_amounts(one, other) == 0

    def balance(self, amount):
        """Return an amount in the company's currency, by the rate of the bank."""
        amounts = self.line._prepare_counterpart_amounts_using_st_line_rate(
            self.currency, None, amount
        )
        return amounts["balance"]

    # Paying

    def pay(self):
        """Write the entry, and reconcile it with what it pays."""
        self._write_partner()
        suspense = self.suspense
        open_amount, open_balance = self.open_amount, -sum(suspense.mapped("balance"))
        parts = self._parts(open_amount)
        vals_list = [self._prepare_counterpart(item, amount) for item, amount in parts]
        vals_list += self._prepare_differences(parts, open_amount)
        amount = self.currency.round(
            open_amount + sum(vals["amount_currency"] for vals in vals_list)
        )
        balance = self.company.currency_id.round(
            open_balance + sum(vals["balance"] for vals in vals_list)
        )
        if self.currency.is_zero(amount):
            vals_list[0]["balance"] -= balance  # cents of several conversions
            rest = Command.delete(suspense.id)
        else:
            rest = Command.update(
                suspense.id, {"amount_currency": -amount, "balance": -balance}
            )
        move = self.line.move_id.with_context(**CONTEXT)
        before = move.line_ids
        move.write({"line_ids": [rest, *map(Command.create, vals_list)]})
        made = move.line_ids - before
        plan = [item + made[place] for place, (item, _amount) in enumerate(parts)]
        self.env["account.move.line"]._reconcile_plan(plan)

    def _write_partner(self):
        """Let the line know its customer; Odoo makes its entry anew by that."""
        partner = self.match.partner_id
        _liquidity, _suspense, others = self.line._seek_for_lines()
        if partner and not self.line.partner_id and not others:
            self.line.partner_id = partner
            self.match.is_partner_set = True

    def _parts(self, open_amount):
        """Return what is paid of each item.

        What is missing is left open, unless it is a discount or the journal has an
        account for what was kept back.
        """
        parts = [(part.item_id, part.amount) for part in self.match.part_ids]
        if self.match.kind == "charges" and not self.charges_account:
            return [(parts[0][0], open_amount)]
        if self.match.kind == "discount_late":
            return [(parts[0][0], open_amount)]
        return parts

    def _prepare_counterpart(self, item, amount):
        return {
            "name": item.name or item.move_id.name,
            "partner_id": item.partner_id.id,
            "account_id": item.account_id.id,
            "currency_id": self.currency.id,
            "amount_currency": -amount,
            "balance": -self.balance(amount),
        }

    # What is missing

    @property
    def charges_account(self):
        """Where what a bank or a provider keeps goes, if a manager says so."""
        return self.env["billing.bank"]._find(self.line.journal_id).charges_account_id

    def _prepare_differences(self, parts, open_amount):
        """Return the items that make up for what is missing, if anything shall."""
        missing = self.currency.round(sum(amount for _i, amount in parts) - open_amount)
        if self.currency.is_zero(missing) or self.match.kind == "overpaid":
            return []
        if self.match.kind in KEPT:
            return [self._prepare_charges(missing)]
        return self._prepare_discounts(parts, missing)

    def _prepare_charges(self, amount):
        if not self.charges_account:
            raise UserError(
                _(
                    "The provider has kept %(amount)s. Resolution: choose the account"
                    " of such charges for %(journal)s at Billing ▸"
                    " Configuration ▸ Banks.",
                    amount=self.currency.format(amount),
                    journal=self.line.journal_id.name,
                )
            )
        return {
            "name": _("Charges: %s", self.line.payment_ref or ""),
            "partner_id": self.line.partner_id.id,
            "account_id": self.charges_account.id,
            "currency_id": self.currency.id,
            "amount_currency": amount,
            "balance": self.balance(amount),
        }

    def _prepare_discounts(self, parts, missing):
        """Return the items of discounts for early payment, as Odoo has them."""
        chosen = self._find_discounted(parts, missing)
        taken = [
            {
                "aml": item,
                "amount_currency": -item.amount_residual_currency,
                "balance": -self.balance(item.amount_residual_currency),
            }
            for item in chosen
        ]
        moves = self.env["account.move"]
        groups = moves._get_invoice_counterpart_amls_for_early_payment_discount(
            taken, self.balance(missing)
        )
        return [vals for group in groups.values() for vals in group]

    def _find_discounted(self, parts, missing):
        """Return the items whose discounts come to what is missing.

        :raise UserError: none do
        """
        discounts = {
            item: item.amount_currency - item.discount_amount_currency
            for item, _amount in parts
            if item.move_id._is_eligible_for_early_payment_discount(
                self.currency, self.line.date
            )
        }
        chosen = _find_sum(list(discounts.items()), missing, self.is_same)
        if not chosen:
            raise UserError(
                _(
                    "No discount explains the difference any more. Resolution: press"
                    " Look Again."
                )
            )
        return chosen


def _find_sum(discounts, missing, is_same):
    """Return the items of which the discounts are the amount, all if possible."""
    if is_same(sum(amount for _item, amount in discounts), missing):
        return [item for item, _amount in discounts]
    found = {0: []}
    for item, amount in discounts[:8]:
        for total, items in list(found.items()):
            found.setdefault(total + amount, [*items, item])
    return next(
        (items for total, items in found.items() if is_same(total, missing)), []
    )
