from odoo import _, api, fields, models

from ...tools.coopcycle.columns import COLUMNS
from ..shared.findings import MAX_SHOWN_LENGTH

# A spreadsheet's owner wants each number; beyond this many, ranges are easier to read
MAX_LISTED_ROWS = 20

# So many lines fit a screen and a person; what is beyond them is counted, not listed
MAX_STORED_FINDINGS = 300


class CoopcycleIssueMixin(models.AbstractModel):
    """One finding of a check: what does not match, in which rows, and the remedy."""

    _name = "coopcycle.issue.mixin"
    _description = "Finding"

    severity = fields.Selection(
        [("error", "Error"), ("warning", "Warning"), ("info", "Information")],
        required=True,
        readonly=True,
    )
    code = fields.Char(required=True, readonly=True)
    row = fields.Integer("First Row", readonly=True)
    rows = fields.Char(
        readonly=True, help="As a spreadsheet counts them: the header is row 1."
    )
    column = fields.Char(readonly=True)
    value = fields.Char("Value in the File", readonly=True)
    message = fields.Text(readonly=True)
    suggestion = fields.Char(readonly=True)

    @api.model
    def _prepare_vals_list(self, findings, limit=None):
        """Return the values of the findings, the most severe first.

        :param findings: the `Findings` of a check
        :param int limit: how many are listed, besides those that the user resolved
        """
        limit = MAX_STORED_FINDINGS if limit is None else limit
        findings = list(findings)
        vals_list = [
            self._prepare_vals(finding)
            for number, finding in enumerate(findings)
            # What the user chose is never left out: the next Test reads it from here
            if number < limit or finding.chosen
        ]
        if left_out := len(findings) - len(vals_list):
            vals_list.append(
                {
                    "severity": "info",
                    "code": "more_findings",
                    "message": _(
                        "%s more findings are not listed. Resolution: resolve those"
                        " above first, then press Test again.",
                        left_out,
                    ),
                }
            )
        return vals_list

    @api.model
    def _prepare_vals(self, finding):
        """Return the values of one finding.

        :param finding: a `Finding`
        :rtype: dict
        """
        return {
            "severity": finding.severity,
            "code": finding.code,
            "row": min(finding.rows, default=0),
            "rows": _format_rows(finding.rows),
            "column": COLUMNS.get(finding.column, finding.column),
            "value": finding.value if finding.ask else finding.value[:MAX_SHOWN_LENGTH],
            "message": finding.message,
            "suggestion": finding.suggestion,
        }


def _format_rows(rows):
    """Return row numbers as text: "2, 5, 9", or "2-40, 50" when they are many."""
    rows = sorted(rows)
    if len(rows) <= MAX_LISTED_ROWS:
        return ", ".join(map(str, rows))
    ranges = []
    for row in rows:
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    return ", ".join(
        str(first) if first == last else f"{first}-{last}" for first, last in ranges
    )
