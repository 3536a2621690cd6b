from dataclasses import dataclass, field

from .messages import ERROR, MESSAGES

# A damaged file may hold a whole page in one cell
MAX_SHOWN_LENGTH = 200


@dataclass
class Finding:
    """One thing a user should know before anything is written.

    `rows` counts as the spreadsheet does (the header is 1); without rows it concerns
    the whole file. `ask` is what the user may choose to resolve it ("partner",
    "product", "account" or "column"), `chosen` what was chosen (a record id, or the
    role of a column).
    """

    severity: str
    code: str
    message: str
    column: str = ""
    value: str = ""
    suggestion: str = ""
    ask: str = ""
    chosen: int | str | None = None
    rows: set[int] = field(default_factory=set)


class Findings:
    """The findings of one check; the same one again only adds its rows."""

    def __init__(self, env):
        self.env = env
        self._by_key = {}

    def __iter__(self):
        """Yield the findings: errors first, then by row."""
        order = {"error": 0, "warning": 1, "info": 2}
        return iter(
            sorted(
                self._by_key.values(),
                key=lambda finding: (
                    order[finding.severity],
                    min(finding.rows, default=0),
                ),
            )
        )

    def add(self, code, rows=(), *, column="", value="", reason="", **details):
        """Note a finding.

        :param code: its code; the words are in `messages.py`
        :param rows: numbers of the rows that it concerns; none: the whole file
        :param str column: a column's role or header
        :param str value: what stands in the file
        :param str reason: chooses the words where one code has several
        :param details: `suggestion`, `ask` and `chosen` of the finding; all others are
            named in the words
        """
        key = (code, column, value, tuple(details.values()))
        finding = self._by_key.get(key)
        if not finding:
            severity, text = MESSAGES.get(f"{code}.{reason}") or MESSAGES[code]
            kept = {
                name: details.pop(name)
                for name in ("suggestion", "ask", "chosen")
                if name in details
            }
            finding = self._by_key[key] = Finding(
                severity=severity,
                code=code,
                message=str(text) % {"value": value[:MAX_SHOWN_LENGTH], **details},
                column=column,
                value=value,
                **kept,
            )
        finding.rows.update(rows)

    def error_rows(self):
        """Return the numbers of all rows that an error concerns."""
        return set().union(
            *(finding.rows for finding in self if finding.severity == ERROR)
        )

    def whole_file_errors(self):
        """Return the errors that no row carries: nothing can be imported with them."""
        return [
            finding
            for finding in self
            if finding.severity == ERROR
            and (not finding.rows or finding.code == "date_ambiguous")
        ]
