# So many records of one name are shown to choose from
MAX_SHOWN = 5


class Matcher:
    """Finds the records that values of the file stand for."""

    kind = ""  # of the values: "partner", "product" or "account"

    def __init__(self, connection, choices, findings):
        """Prepare to match.

        :param connection: the `coopcycle.connection` of the file
        :param choices: the user's `Choices`
        :param findings: the `Findings` to add to
        """
        self.env = connection.env
        self.connection = connection
        self.choices = choices
        self.findings = findings

    def _add(self, code, rows, value, **details):
        """Note a finding about a value; the user may choose a record for it."""
        self.findings.add(
            code,
            rows,
            column=self.kind,
            value=value,
            ask=self.kind if value else "",
            **details,
        )
