import time

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..shared.integration_runner_mixin import BusyError
from .billing_bank import JOURNAL_TYPES
from .suggesting import Suggesting

OPERATIONS = [
    ("suggest_matches", "Suggest What Bank Lines Pay"),
    ("apply_matches", "Apply Certain Suggestions"),
]
SUGGEST_CRON = "ir_cron_billing_suggest"
APPLY_CRON = "ir_cron_billing_apply"
# Lines that one commit holds
LINE_BATCH = 1000


class BillingOperation(models.Model):
    """Looking for what bank lines pay, and applying what somebody has asked for."""

    _inherit = "billing.operation"

    code = fields.Selection(
        selection_add=OPERATIONS,
        ondelete={code: "cascade" for code, _label in OPERATIONS},
    )

    @api.model
    def _apply_soon(self):
        self._go_on_later(APPLY_CRON)

    # Suggestions

    @api.model
    def _suggest_now(self, company):
        """Look for what the bank lines of a company pay; who is at it goes on alone."""
        operation = self._get_in_turn(company, "suggest_matches")
        try:
            with operation._alone():
                operation.with_company(company)._run_logged("user")
        except BusyError:
            self._go_on_later(SUGGEST_CRON)

    @api.model
    def _find_companies_to_suggest_matches(self):
        self.env["account.bank.statement.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT move.company_id
                  FROM account_bank_statement_line AS line
                  JOIN account_move AS move ON move.id = line.move_id
                  JOIN account_journal AS journal ON journal.id = move.journal_id
                 WHERE move.state = 'posted' AND journal.type IN %s
                   AND line.is_reconciled IS NOT TRUE
                """,
                JOURNAL_TYPES,
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        return self.env["res.company"].browse(ids)

    def _run_suggest_matches(self, log, deadline):
        """Suggest for all open lines at once: nothing is certain for two of them."""
        suggesting = Suggesting(self.company_id.sudo())
        found = suggesting.find()
        line_ids = [line.id for line in suggesting.lines]
        for ids in split_every(LINE_BATCH, line_ids, list):
            log.done_count += self._do_step(suggesting.keep, found, ids)
        if self.company_id in self._find_banks_that_apply().company_id:
            self._apply_soon()
        self._commit()

    # Applying

    @api.model
    def _find_banks_that_apply(self):
        """Return the banks of which a manager says that what is certain is applied."""
        return self.env["billing.bank"].sudo().search([("match_mode", "=", "apply")])

    @api.model
    def _find_companies_to_apply_matches(self):
        asked = self._find_companies(
            [("state", "=", "suggested"), ("asked_user_id", "!=", False)],
            "billing.match",
        )
        return asked | self._find_banks_that_apply().company_id

    def _run_apply_matches(self, log, deadline):
        """Apply all that was asked for, and what is certain; one a transaction."""
        while self._do_step(self._apply_step, log):
            self.env.invalidate_all()
            if deadline and time.monotonic() > deadline:
                self._apply_soon()
                break
        self._commit()

    def _apply_step(self, log):
        """Apply the next one; say whether there was one."""
        match = self._claim_match()
        if not match:
            return False
        user = match.asked_user_id
        why = self._apply_as(match, user) if user else self._apply_alone(match)
        if why:
            log.failed_count += 1
            log._add_lines(
                [(self._describe(match.statement_line_id, why), None)], "warning"
            )
        else:
            log.done_count += 1
        return True

    def _apply_as(self, match, user):
        """Apply a match for who asked for it, if they still may; return why not."""
        companies = self.company_id | user.company_ids
        match = match.with_user(user).sudo()
        match = match.with_context(allowed_company_ids=companies.ids)

        def apply():
            match.sudo(False)._check_biller()
            return match._apply_by_hand()

        return match._try(apply)

    def _apply_alone(self, match):
        """Apply a match by itself; return why not."""
        robot = self.env.ref("coopcycle_magento.billing_robot")
        match = match.with_user(robot).sudo()
        return match._try(match._apply)

    def _claim_match(self):
        """Lock the next one that nobody else is at; elevated."""
        self.env["billing.match"].flush_model()
        self.env["account.bank.statement.line"].flush_model()
        self.env["billing.bank"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT match.id FROM billing_match AS match
                  JOIN account_bank_statement_line AS line
                    ON line.id = match.statement_line_id
                  JOIN account_move AS move ON move.id = line.move_id
             LEFT JOIN billing_bank AS bank ON bank.journal_id = move.journal_id
                 WHERE match.state = 'suggested' AND match.company_id = %s
                   AND match.confidence = 'certain' AND match.last_error IS NULL
                   AND (match.asked_user_id IS NOT NULL
                        OR match.rank = 1 AND bank.match_mode = 'apply'
                           AND line.billing_was_undone IS NOT TRUE)
              ORDER BY match.id LIMIT 1 FOR UPDATE OF match SKIP LOCKED
                """,
                self.company_id.id,
            ),
            log_exceptions=False,  # others may have just been at it: it is done again
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        match = self.env["billing.match"].sudo().browse(ids)
        return match.with_company(self.company_id)
