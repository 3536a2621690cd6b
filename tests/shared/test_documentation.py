import re
from pathlib import Path

from odoo.tests import TransactionCase

from ...models.banking.importing.words import Words
from ...models.coopcycle.fetching.coopcycle_messages import CoopcycleMessages
from ...models.coopcycle.importing.messages import MESSAGES
from ...models.magento.connection.magento_messages import MagentoMessages
from ...models.magento.documents.causes import CAUSES
from ...models.noting.words import Words as NoteWords
from ...models.reminding.billing_reminder_hold import HOLDS
from ...tools.matching.rules import POINTS

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
MOST_LINES_OF_README = 150
SEVERITIES = {"error": "error", "warning": "warning", "info": "information"}

# The line before a table of codes says what its codes are
MARK = re.compile(r"<!-- codes: (\w+) -->")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)
CODE_BLOCK = re.compile(r"^```.*?^```", re.M | re.S)


class TestDocumentation(TransactionCase):
    """README and docs/ name every code of the program, and lead to what is there."""

    def check_codes(self, kind, expected):
        """Check that the tables of a kind have these codes and no others, with words.

        :param dict expected: {code: what a row says of it}, as (title, cell)
        """
        rows = _get_rows(kind)
        self.assertEqual({_get_code(row) for row in rows}, set(expected))
        for row in rows:
            with self.subTest(kind=kind, code=_get_code(row)):
                title, cell = expected[_get_code(row)]
                self.assertEqual(row[title], cell)
                self.assertTrue(row["Remedy"])

    def test_findings(self):
        """Every finding of CoopCycle's file is in the manual, with its severity."""
        severities = {code: severity for code, (severity, _text) in MESSAGES.items()}
        severities["more_findings"] = "info"  # of the list, not of the file
        self.check_codes(
            "findings",
            {code: ("Severity", SEVERITIES[each]) for code, each in severities.items()},
        )
        codes = list(map(_get_code, _get_rows("findings")))
        self.assertEqual(len(codes), len(set(codes)))

    def test_checks(self):
        """Every finding before posting is in the manual, with its severity."""
        severities = {
            code: severity
            for check in self.env["account.move"]._billing_get_checks()
            for code, (severity, _text) in check.get_messages().items()
        }
        self.check_codes(
            "checks",
            {code: ("Severity", SEVERITIES[each]) for code, each in severities.items()},
        )

    def test_reasons_to_hold_reminders(self):
        """Every reason is in the manual, in its own words."""
        self.check_codes("holds", {code: ("Reason", label) for code, label in HOLDS})

    def test_causes_of_failed_documents(self):
        """Every cause is in the manual, in the words of *Failed Documents*."""
        words = self.env["magento.document"]._get_cause
        self.check_codes("causes", {code: ("Cause", words(code)) for code in CAUSES})

    def test_causes_of_differences(self):
        """Every cause of a reconciliation is in the manual, in its own words."""
        field = self.env["magento.reconciliation.line"]._fields["cause_code"]
        self.check_codes(
            "reconciliation",
            {code: ("Cause", label) for code, label in field.selection},
        )

    def test_ways_and_states_of_invoices(self):
        """Every way to a customer, and all that is known of it, in their own words."""
        fields = self.env["billing.dispatch"]._fields
        for kind, title, name in (
            ("channels", "Way", "channel"),
            ("dispatches", "State", "state"),
        ):
            labels = dict(fields[name].selection)
            self.check_codes(
                kind, {code: (title, label) for code, label in labels.items()}
            )

    def test_notes(self):
        """Every verdict of a note, and what a server may do, in their own words."""
        verdicts = dict(self.env["billing.note"]._fields["verdict"].selection)
        for kind, title, texts in (
            ("verdicts", "Draft", verdicts),
            ("llm", "What the test says", NoteWords(self.env).get_error_texts()),
        ):
            self.check_codes(
                kind, {code: (title, text) for code, text in texts.items()}
            )

    def test_bank_lines(self):
        """Every reason of a suggestion, and what is wrong with files, in its words."""
        match = self.env["billing.match"]
        for kind, texts in (
            ("reasons", match._get_reason_texts()),
            ("bankfiles", Words(self.env).get_texts()),
        ):
            rows = {_get_code(row): row["In words"] for row in _get_rows(kind)}
            self.assertEqual(
                rows,
                {code: re.sub(r"%\(\w+\)s", "…", text) for code, text in texts.items()},
            )
        doubts = {"later", "amount_common", "names_unknown", "also_for"}
        kinds = {code for code, _label in match._fields["kind"].selection}
        codes = POINTS.keys() | doubts | kinds | {"chosen"}
        self.assertEqual(codes, match._get_reason_texts().keys())

    def test_errors_of_a_shop(self):
        """Every error is in the manual, in its own words."""
        rows = _get_rows("errors")
        self.assertEqual(
            sorted(map(_get_code, rows)), sorted(set(MagentoMessages.WHAT))
        )
        for row in rows:
            with self.subTest(code=_get_code(row)):
                text = str(MagentoMessages.WHAT[_get_code(row)]).rstrip(".")
                words = text.partition(" (")[0]  # what is in brackets differs each time
                self.assertIn(words, row["The text says"])
                self.assertTrue(row["Remedy"])

    def test_errors_and_differences_of_coopcycle(self):
        """Every error and every cause is in the manual, in its own words."""
        words = {}
        for code, text in CoopcycleMessages.WHAT.items():
            said = str(text).rstrip(".").replace(" (%(location)s)", "")
            words[code] = ("The text says", said)
        self.check_codes("coopcycle_errors", words)
        self.assertEqual(words.keys(), CoopcycleMessages.REMEDY.keys())
        field = self.env["coopcycle.reconciliation.line"]._fields["cause_code"]
        self.check_codes(
            "coopcycle_differences",
            {code: ("Cause", label) for code, label in field.selection},
        )

    def test_readme_is_short(self):
        """The README is read from its beginning to its end."""
        lines = README.read_text(encoding="utf-8").splitlines()
        self.assertLessEqual(len(lines), MOST_LINES_OF_README)

    def test_links(self):
        """Links and pictures lead to files, and links to headings that are there."""
        for page in PAGES:
            for link in LINK.findall(_read(page)):
                with self.subTest(page=page.name, link=link):
                    self.check_link(page, link)

    def check_link(self, page, link):
        if link.startswith("https://"):
            return
        path, _hash, anchor = link.partition("#")
        target = page.parent / path if path else page
        self.assertTrue(target.exists())
        if anchor:
            self.assertIn(anchor, _get_anchors(target))

    def test_every_page_is_reached(self):
        """The README names every page of the manual."""
        links = {link.partition("#")[0] for link in LINK.findall(_read(README))}
        pages = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
        self.assertFalse(pages - links)


def _read(page):
    """Return the text of a page without its blocks of code."""
    return CODE_BLOCK.sub("", page.read_text(encoding="utf-8"))


def _get_anchors(page):
    """Return the anchors of a page's headings, as GitHub and GitLab make them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(_read(page))
    }


def _get_rows(kind):
    """Return the rows of the tables of a kind, as {title of the column: cell}."""
    rows = []
    for page in PAGES:
        lines = iter(_read(page).splitlines())
        for line in lines:
            if (mark := MARK.fullmatch(line)) and mark[1] == kind:
                rows += _read_table(lines)
    return rows


def _read_table(lines):
    titles = _get_cells(next(lines))
    next(lines)  # the line below the titles
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append(dict(zip(titles, _get_cells(line), strict=True)))
    return rows


def _get_cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _get_code(row):
    return row["Code"].strip("`")
