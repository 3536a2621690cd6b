from dataclasses import dataclass, fields, replace

ERROR, WARNING, INFO = "error", "warning", "info"
_ORDER = {ERROR: 0, WARNING: 1, INFO: 2}

# A damaged file may hold a whole page in one cell
MAX_SHOWN_LENGTH = 200


@dataclass(frozen=True)
class Finding:
    """One thing that a user should know before anything is written.

    :param severity: ERROR, WARNING or INFO
    :param code: what it is, such as ``partner_missing``; never translated
    :param message: in the user's words, with the remedy
    :param record: what in Odoo it is about, if that is one record
    :param value: what stands in the file or document
    :param column: where it stands: a column's role, or its header
    :param rows: as the spreadsheet counts them (the header is 1); none for what
        concerns all of the file, or is in no file
    :param suggestion: names of records that may be meant
    :param ask: what the user may choose to resolve it, such as ``partner``
    :param chosen: what was chosen: a record's id, or the role of a column
    """

    severity: str
    code: str
    message: str
    record: object = None
    value: str = ""
    column: str = ""
    rows: frozenset[int] = frozenset()
    suggestion: str = ""
    ask: str = ""
    chosen: int | str | None = None


_FIELDS = {field.name for field in fields(Finding)}


class Findings:
    """The findings of one check; the same one again only adds its rows."""

    def __init__(self, env, messages):
        """Prepare an empty collection.

        :param env: whose language the messages are in
        :param messages: {code, or code.reason where the remedy depends on it:
            (severity, lazily translated text)}
        """
        self.env = env
        self._messages = messages
        self._by_key = {}  # what tells two findings apart → (finding, its rows)
        self._said = {}  # key of the messages → its text in the language

    def __iter__(self):
        """Yield the findings: errors first, then by row."""
        return iter(
            sorted(
                (
                    replace(finding, rows=frozenset(rows))
                    for finding, rows in self._by_key.values()
                ),
                key=lambda finding: (
                    _ORDER[finding.severity],
                    min(finding.rows, default=0),
                ),
            )
        )

    def add(self, code, rows=(), *, value="", reason="", **details):
        """Note a finding, or more rows of it.

        :param code: its code in the messages
        :param rows: numbers of the rows that it concerns; none: the whole file
        :param str value: what stands in the file
        :param str reason: chooses the words where one code has several
        :param details: other fields of the `Finding`; all that are none of them are
            named in the words
        """
        key = (code, value, tuple(details.items()))
        if key not in self._by_key:
            self._by_key[key] = (self._make(code, value, reason, details), set())
        self._by_key[key][1].update(rows)

    def _make(self, code, value, reason, details):
        key = f"{code}.{reason}" if f"{code}.{reason}" in self._messages else code
        words = {name: each for name, each in details.items() if name not in _FIELDS}
        return Finding(
            severity=self._messages[key][0],
            code=code,
            message=self._say(key) % {"value": value[:MAX_SHOWN_LENGTH], **words},
            value=value,
            **{name: each for name, each in details.items() if name in _FIELDS},
        )

    def _say(self, key):
        # A lazy text looks for the language in `self.env` of the method, which costs
        if key not in self._said:
            self._said[key] = str(self._messages[key][1])
        return self._said[key]

    def errors(self):
        """Return the findings that block what they concern."""
        return [finding for finding in self if finding.severity == ERROR]

    def error_rows(self):
        """Return the numbers of all rows that an error concerns."""
        return set().union(*(finding.rows for finding in self.errors()))
