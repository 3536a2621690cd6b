import base64
import io

from openpyxl import load_workbook

from odoo.tests import tagged

from .common import CoopcycleCommon


@tagged("post_install", "-at_install")
class TestFindingsDownload(CoopcycleCommon):
    """The findings as a workbook."""

    def read_findings(self, record):
        """Return the workbook's sheet."""
        content = base64.b64decode(record.issues_file)
        return load_workbook(io.BytesIO(content)).active

    def test_rows(self):
        """Each finding is a row under the titles, with what the screen shows."""
        wizard = self.run_test([self.row(partner="Nobody"), self.row(partner="Nobody")])
        titles, *findings = self.read_findings(wizard).iter_rows(values_only=True)
        self.assertEqual(len(findings), len(wizard.issue_ids))
        issue = self.finding(wizard, "partner_missing")
        found = [dict(zip(titles, cells, strict=True)) for cells in findings]
        [cells] = [cells for cells in found if cells["Message"] == issue.message]
        self.assertEqual(cells["Severity"], "Error")
        self.assertEqual(cells["Rows"], "2, 3")
        self.assertEqual(cells["Value in the File"], "Nobody")

    def test_no_formulas(self):
        """A value that looks like a formula is text, and stays so when edited."""
        value = "=cmd|' /C calc'!A1"
        wizard = self.run_test(
            [self.row(partner=value), self.row("A2", product="@SUM")]
        )
        cells = [cell for row in self.read_findings(wizard).iter_rows() for cell in row]
        self.assertIn(value, [cell.value for cell in cells])
        for cell in cells:
            # "n" is what an empty cell has
            self.assertIn(cell.data_type, ("s", "n"), cell.value)
            self.assertEqual(cell.number_format, "@", cell.value)
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])

    def test_of_an_import(self):
        """The findings of an import can be downloaded later."""
        import_ = self.run_import([self.row(price_unit="-5")])
        texts = [row[0].value for row in self.read_findings(import_).iter_rows()]
        self.assertEqual(texts, ["Severity", "Warning"])

    def test_url(self):
        """The button downloads the workbook."""
        wizard = self.run_test([self.row(partner="Nobody")])
        action = wizard.action_download_issues()
        self.assertEqual(action["type"], "ir.actions.act_url")
        self.assertIn(f"/{wizard._name}/{wizard.id}/issues_file/", action["url"])
