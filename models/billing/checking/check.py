from ...shared.findings import Findings


class Check:
    """One thing that is looked at before an invoice is posted.

    An instance says nothing of one invoice: whatever it needs to know is in the facts,
    which are read for many at once.

    :cvar str code: what it is, never translated
    :cvar str severity: ERROR, WARNING or INFO
    :cvar text: lazily translated: what is wrong, then the remedy; words in it are those
        of the finding
    :cvar dict reasons: {reason: (severity, text)} where the code has more than one
    """

    code = ""
    severity = ""
    text = ""
    reasons = {}

    def applies(self, move, facts):
        """Say whether a customer invoice or credit note is looked at."""
        return True

    def find(self, move, facts):
        """Yield what `Findings.add` takes of each finding, but its code.

        What has a `value` counts as the same finding next time, if an approver accepted
        it: the value names all that the approver judged, in no language.

        :param move: `account.move`, elevated, in its company
        :param facts: `Facts` of all that are checked
        """
        raise NotImplementedError

    @classmethod
    def get_messages(cls):
        """Return its words as `Findings` has them."""
        return {
            cls.code: (cls.severity, cls.text),
            **{f"{cls.code}.{reason}": each for reason, each in cls.reasons.items()},
        }


class InvoiceCheck(Check):
    """A check of invoices, not of credit notes."""

    def applies(self, move, facts):
        return move.move_type == "out_invoice"


class LineCheck(Check):
    """A check that looks at the lines one by one."""

    def find(self, move, facts):
        for line in facts.get_lines(move):
            for details in self.find_in(line, move, facts):
                yield {"record": line, "line": facts.get_name(line), **details}

    def find_in(self, line, move, facts):
        """Yield what is found in a line that is no section or note."""
        raise NotImplementedError


def run(checks, moves, facts):
    """Return {account.move: [Finding]} of all of them, errors first.

    :param checks: classes of `Check`
    :param moves: `account.move` that the facts are of
    """
    messages = {}
    for check in checks:
        messages |= check.get_messages()
    found = {}
    for move in moves:
        findings = Findings(moves.env, messages)
        for check in (each() for each in checks):
            if check.applies(move, facts):
                for details in check.find(move, facts):
                    findings.add(check.code, **details)
        found[move] = list(findings)
    return found
