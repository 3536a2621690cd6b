from odoo.tests import tagged

from ..coopcycle.common import CoopcycleCommon


@tagged("post_install", "-at_install")
class TestProcessLog(CoopcycleCommon):
    """Each run of an import has a log that tells what happened."""

    def logs_of(self, import_):
        self.assertEqual(import_.log_count, len(self.logs(import_)))
        return self.logs(import_)

    def logs(self, import_):
        return self.env["integration.process.log"].search(
            import_.action_open_logs()["domain"], order="id"
        )

    def test_import(self):
        """An import in the click is logged with who did it and how it ended."""
        import_ = self.run_import([self.row()])
        log = self.logs_of(import_)
        self.assertRecordValues(
            log,
            [
                {
                    "operation": "import_invoices",
                    "trigger": "user",
                    "user_id": self.biller.id,
                    "company_id": self.company.id,
                    "state": "done",
                }
            ],
        )
        self.assertTrue(log.ended_at)

    def test_lines(self):
        """Each draft is a line that leads to it."""
        import_ = self.run_import([self.row(), self.row("B1", store=2)])
        lines = self.logs_of(import_).line_ids
        self.assertEqual(lines.mapped("level"), ["info", "info"])
        self.assertEqual(lines.mapped("res_id"), import_.move_ids.sorted("id").ids)
        action = lines[0].action_open_record()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("account.move", lines[0].res_id),
        )

    def test_updated_draft(self):
        """So is each draft that was made like the file."""
        move = self.run_import([self.row()]).move_ids
        import_ = self.run_import(
            [self.row(price_unit="11")], update_changed_drafts=True
        )
        self.assertEqual(self.logs_of(import_).line_ids.mapped("res_id"), move.ids)

    def test_undo(self):
        """Undoing is a run of its own."""
        import_ = self.run_import([self.row()])
        import_.with_user(self.biller).action_undo()
        log = self.logs_of(import_)[-1]
        self.assertRecordValues(
            log,
            [
                {
                    "operation": "undo_import",
                    "user_id": self.biller.id,
                    "state": "done",
                    "line_count": 1,
                }
            ],
        )

    def test_open_record(self):
        """A log leads to what it worked on."""
        import_ = self.run_import([self.row()])
        action = self.logs_of(import_).action_open_record()
        self.assertEqual(action["res_model"], "coopcycle.import")
        self.assertEqual(action["res_id"], import_.id)
