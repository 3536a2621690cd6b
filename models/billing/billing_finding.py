from odoo import api, fields, models

from ..shared.findings import ERROR, MAX_SHOWN_LENGTH
from ..shared.opening import open_named


class BillingFinding(models.Model):
    """One thing that the last check of an invoice found, with its remedy."""

    _name = "billing.finding"
    _description = "Billing Finding"
    _inherit = ["integration.guard.mixin"]
    _order = "id"
    _rec_name = "code"

    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    severity = fields.Selection(
        [("error", "Error"), ("warning", "Warning"), ("info", "Information")],
        required=True,
        readonly=True,
    )
    code = fields.Char(required=True, readonly=True, index=True)
    message = fields.Text(required=True, readonly=True)
    value = fields.Char(
        readonly=True, help="What was found, and what would be expected."
    )
    res_model = fields.Char("Model of the Record", readonly=True)
    res_id = fields.Many2oneReference("Record", readonly=True, model_field="res_model")
    is_accepted = fields.Boolean(
        "Accepted", readonly=True, help="An approver posts it anyway."
    )

    @api.model
    def _replace(self, found):
        """Keep what was found in invoices, instead of what was found before.

        :param found: {account.move: [Finding]}
        """
        known = self.search([("move_id", "in", [move.id for move in found])])
        known = known.grouped("move_id")
        wrong = [move for move, findings in found.items() if _has_error(findings)]
        accepted = self.env["billing.override"]._get_accepted(wrong)
        outdated, vals_list = self.browse(), []
        for move, findings in found.items():
            wanted = [
                self._prepare_vals(move, finding, accepted.get(move, ()))
                for finding in findings
            ]
            kept = known.get(move, self.browse())
            if [kept_one._get_vals() for kept_one in kept] != wanted:
                outdated |= kept
                vals_list += wanted
        outdated.unlink()
        self.create(vals_list)

    def _prepare_vals(self, move, finding, accepted):
        """Return the values of a finding.

        :param finding: `Finding`
        :param accepted: what approvers accepted of the invoice
        """
        record = finding.record
        return {
            "move_id": move.id,
            "company_id": move.company_id.id,
            "severity": finding.severity,
            "code": finding.code,
            "message": finding.message,
            "value": finding.value[:MAX_SHOWN_LENGTH] or False,
            "res_model": record._name if record else False,
            "res_id": record.id if record else 0,
            "is_accepted": finding_key(finding) in accepted,
        }

    def _get_vals(self):
        self.ensure_one()
        return {
            "move_id": self.move_id.id,
            "company_id": self.company_id.id,
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "value": self.value,
            "res_model": self.res_model,
            "res_id": self.res_id,
            "is_accepted": self.is_accepted,
        }

    def action_open_record(self):
        """Open what the finding is about."""
        self.ensure_one()
        return open_named(self)


def _has_error(findings):
    return any(finding.severity == ERROR for finding in findings)


def finding_key(finding):
    """Return what tells a finding of an invoice from all others, as JSON keeps it."""
    record = finding.record
    name = f"{record._name},{record.id}" if record else ""
    return (finding.code, name, finding.value)
