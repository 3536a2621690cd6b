import time

from odoo import _, api, models
from odoo.exceptions import AccessError, UserError

from ....compat import check_access
from ...billing.groups import BILLER
from ...shared.contexts import without_defaults
from ...shared.notifying import notify
from ...shared.opening import open_form
from ...shared.running import Transaction

MOST_WORDS = 10


class AccountBankStatementLine(models.Model):
    """Buttons of bank lines: what they pay, and what they do not."""

    _inherit = "account.bank.statement.line"

    @api.model
    def _billing_check_user(self):
        """Check that the user may have bank lines pay something.

        :raise AccessError: they may not
        """
        if not self.env.user.has_group(BILLER):
            raise AccessError(_("Only who makes invoices says what bank lines pay."))

    def _billing_check(self):
        check_access(self, "read")
        self._billing_check_user()

    # Applying

    def action_billing_apply(self):
        """Have the line pay the best of what is suggested."""
        self.ensure_one()
        self._billing_check()
        match = self.sudo().billing_match_id
        if match.state != "suggested":
            raise UserError(
                _("Nothing is suggested for this line. Resolution: press Others.")
            )
        return self._billing_apply(match)

    def _billing_apply(self, match):
        """Have a line pay what a match says, for a user who may.

        :return: a notification if that is no longer so, else True
        """
        why = match.sudo()._apply_by_hand()
        if why:
            return notify(why, "warning", title=_("Not applied"))
        return True

    def action_billing_apply_certain(self):
        """Have each of these lines pay what is certain, one at a time.

        What does not fit any more is told, and holds up no other. What is not done
        before the request's time is over is gone on with by itself.
        """
        self._billing_check()
        deadline = self.env["billing.operation"]._get_deadline()
        transaction = Transaction(self.env)
        certain = self.sudo().filtered(
            lambda line: line.billing_match_state == "certain"
        )
        done, failed = 0, []
        for place, line in enumerate(certain.sorted("id")):
            if time.monotonic() > deadline:
                transaction.do(self._billing_ask, certain.sorted("id")[place:])
                break
            why = transaction.do(self._billing_apply_one, line)
            if why:
                failed.append(why)
            else:
                done += 1
        return self._billing_tell(done, len(certain), failed)

    def _billing_apply_one(self, line):
        """Apply what is certain of an elevated line; return why not, "" if it is."""
        line.invalidate_recordset(["billing_match_id", "billing_match_state"])
        match = line.billing_match_id
        if line.billing_match_state != "certain":
            return _("%s: nothing is certain any more.", line._billing_get_label())
        why = match._try(match._apply_by_hand)
        return f"{line._billing_get_label()}: {why}" if why else ""

    @api.model
    def _billing_ask(self, lines):
        """Have what is certain of elevated lines applied by the scheduled action."""
        lines.billing_match_id.write(
            {"asked_user_id": self.env.uid, "last_error": False}
        )
        self.env["billing.operation"]._apply_soon()

    def _billing_tell(self, done, count, failed):
        left = count - done - len(failed)
        texts = [_("%(done)s of %(count)s applied.", done=done, count=count)]
        if left:
            texts.append(_("The other %s are gone on with by themselves.", left))
        texts += failed[:MOST_WORDS]
        if len(failed) > MOST_WORDS:
            texts.append(_("And %s more.", len(failed) - MOST_WORDS))
        kind = "warning" if failed else "success"
        return notify("\n".join(texts), kind, title=_("Certain Ones"))

    # By choice

    def action_billing_choose(self):
        """Let a person choose what the line pays."""
        self.ensure_one()
        self._billing_check()
        choice = self.env["billing.match.choice"].create({"statement_line_id": self.id})
        return {**open_form(choice), "name": _("Choose"), "target": "new"}

    def _billing_choose(self, items):
        """Have the line pay some open items, the oldest first, as far as it goes.

        :param items: `account.move.line` that the user has chosen
        :raise UserError: it cannot pay them
        """
        self.ensure_one()
        self._billing_check()
        check_access(items, "read")
        match = self.env["billing.match"].sudo()._make_chosen(self.sudo(), items.sudo())
        if why := match._apply_by_hand():
            raise UserError(why)
        return True

    # Otherwise

    def action_billing_not_this(self):
        """Say that the line does not pay what is suggested; the next one is shown."""
        self.ensure_one()
        self._billing_check()
        match = self.sudo().billing_match_id
        if match.state != "suggested":
            raise UserError(_("Nothing is suggested for this line."))
        return match.sudo(False).action_reject()

    def action_billing_others(self):
        """Show all that was suggested for the line."""
        self.ensure_one()
        self._billing_check()
        view = self.env.ref("coopcycle_magento.billing_bank_line_view_form")
        return {
            **open_form(self),
            "name": _("What This Line May Pay"),
            "views": [(view.id, "form")],
            "target": "new",
        }

    def action_billing_undo(self):
        """Open again what the lines paid."""
        self._billing_check()
        for line in self.sudo():
            matches = line.billing_match_ids.filtered(
                lambda match: match.state == "applied"
            )
            if not matches:
                raise UserError(
                    _(
                        "Nothing was applied here to %s. Resolution: undo it where it"
                        " was matched.",
                        line._billing_get_label(),
                    )
                )
            matches._check_items()
            without_defaults(matches).with_company(line.company_id)._undo()
        return True

    def action_billing_look_again(self):
        """Look anew for what the open lines of these lines' companies pay.

        Without any, it is those of the companies that the user works in.
        """
        self._billing_check()
        for company in self.sudo().company_id or self.env.companies.sudo():
            self.env["billing.operation"]._suggest_now(company)
        return True
