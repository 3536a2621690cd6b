from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ....tools.billing.vat import is_valid
from ...shared.findings import ERROR
from ..billing_finding import finding_key
from ..checking import CHECKS, Facts, run
from ..groups import EMPLOYEES, READERS

CHECKED_TYPES = ("out_invoice", "out_refund")
MAX_NAMED = 10


class AccountMove(models.Model):
    """What is looked at before a customer invoice is posted, and what was found."""

    _name = "account.move"
    _inherit = ["account.move", "integration.guard.mixin"]

    billing_finding_ids = fields.One2many(
        "billing.finding",
        "move_id",
        "Findings",
        readonly=True,
        groups=READERS,
    )
    billing_override_ids = fields.One2many(
        "billing.override",
        "move_id",
        "Accepted Errors",
        readonly=True,
        groups=READERS,
    )
    billing_finding_state = fields.Selection(
        [("error", "Errors"), ("warning", "Warnings"), ("info", "Information")],
        "Found",
        compute="_compute_billing_finding_state",
        compute_sudo=True,
        help="The worst that the last check found, and no approver accepted.",
        groups=EMPLOYEES,
    )

    @api.depends(
        "billing_finding_ids.severity",
        "billing_finding_ids.is_accepted",
    )
    def _compute_billing_finding_state(self):
        for move in self:
            found = move.billing_finding_ids.filtered(lambda each: not each.is_accepted)
            severities = set(found.mapped("severity"))
            move.billing_finding_state = next(
                (each for each in ("error", "warning", "info") if each in severities),
                False,
            )

    # Checks

    @api.model
    def _billing_get_checks(self):
        """Return the classes of all checks; another addon adds or removes some."""
        return list(CHECKS)

    def _billing_is_vat_valid(self, partner):
        """Say whether a customer's VAT number may exist; no other system is asked."""
        return is_valid(partner.vat, partner.country_id.code or "")

    def _billing_find(self):
        """Check invoices, and keep what was found on each.

        :return: {account.move: [Finding]}, the errors first
        """
        found = {}
        for company, moves in self.grouped("company_id").items():
            own = moves.sudo().with_company(company)
            found |= run(self._billing_get_checks(), own, Facts(own))
        self.env["billing.finding"].sudo()._replace(found)
        return {move: found[move] for move in self}

    def _billing_get_errors(self, found=None):
        """Return the errors that no approver accepted.

        :param found: what `_billing_find` found; None: check now
        :return: {account.move: [Finding]} of those that have any
        """
        found = self._billing_find() if found is None else found
        errors = {
            move: [finding for finding in findings if finding.severity == ERROR]
            for move, findings in found.items()
        }
        wrong = [move for move in errors if errors[move]]
        accepted = self.env["billing.override"].sudo()._get_accepted(wrong)
        refused = {
            move: [
                finding
                for finding in errors[move]
                if finding_key(finding) not in accepted.get(move, ())
            ]
            for move in wrong
        }
        return {move: each for move, each in refused.items() if each}

    def _billing_accept(self, reason):
        """Keep that the user accepts the errors of invoices.

        :param str reason: why
        """
        moves = self._elevate_for("write")
        found = moves._billing_find()
        errors = moves._billing_get_errors(found)
        moves.env["billing.override"]._accept(self.env.user, errors, reason)
        moves.env["billing.finding"]._replace(found)

    def _billing_filter_checked(self):
        """Return the drafts for customers that their company wants checked."""
        return self.filtered(
            lambda move: (
                move.state == "draft"
                and move.move_type in CHECKED_TYPES
                and (
                    move.billing_is_automatic
                    or move.company_id.sudo().billing_check_scope == "all"
                )
            )
        )

    def _post(self, soft=True):
        """Refuse invoices with errors that no approver accepted.

        :raise UserError: there are some
        """
        checked = self._billing_filter_checked()
        if errors := checked and checked._billing_get_errors():
            raise UserError(self._billing_get_refusal(errors))
        return super()._post(soft=soft)

    @api.model
    def _billing_get_refusal(self, errors):
        """Return what a user reads whose invoices have errors.

        :param errors: {account.move: [Finding]}
        """
        texts = [
            f"{move.display_name}: {finding.message}"
            for move, findings in errors.items()
            for finding in findings
        ]
        if len(texts) > MAX_NAMED:
            left_out = len(texts) - MAX_NAMED
            texts = [*texts[:MAX_NAMED], _("And %s more.", left_out)]
        return "\n\n".join(
            [
                *texts,
                _(
                    "An approver can post it as it is: press Check on the invoice, then"
                    " Post Anyway."
                ),
            ]
        )

    def action_billing_check(self):
        """Check the invoice now, whatever the setting, and show what was found."""
        checked = self.filtered(lambda move: move.move_type in CHECKED_TYPES)
        checked._elevate_for("write")._billing_find()
