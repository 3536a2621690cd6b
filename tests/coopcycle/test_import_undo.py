from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CoopcycleCommon


@tagged("post_install", "-at_install")
class TestImportUndo(CoopcycleCommon):
    """An import whose invoices are all still drafts is undone in one click."""

    def setUp(self):
        super().setUp()
        self.two_rows = [self.row(), self.row("B1", store=2)]
        self.import_ = self.run_import(self.two_rows)

    def undo(self, import_=None):
        (import_ or self.import_).with_user(self.biller).action_undo()

    def assert_cannot_undo(self):
        self.assertFalse(self.import_.can_undo)
        with self.assertRaisesRegex(UserError, "Resolution: "):
            self.undo()
        self.assertEqual(len(self.import_.move_ids), 2)
        self.assertEqual(self.import_.state, "done")

    def test_undo(self):
        """The drafts are deleted; the import stays and says so."""
        moves = self.import_.move_ids
        self.assertTrue(self.import_.can_undo)
        self.undo()
        self.assertFalse(moves.exists())
        self.assertEqual(self.import_.state, "undone")
        self.assertFalse(self.import_.can_undo)

    def test_one_is_confirmed(self):
        """A confirmed invoice keeps the whole import."""
        self.import_.move_ids[0].action_post()
        self.assert_cannot_undo()

    def test_one_was_confirmed(self):
        """So does one that was confirmed and set back to draft: it has a number."""
        move = self.import_.move_ids[0]
        move.action_post()
        move.button_draft()
        self.assert_cannot_undo()

    def test_one_is_cancelled(self):
        """A cancelled invoice is not a draft."""
        self.import_.move_ids[0].button_cancel()
        self.assert_cannot_undo()

    def test_some_drafts_were_deleted(self):
        """What is left of the drafts is deleted."""
        self.import_.move_ids[0].unlink()
        self.undo()
        self.assertFalse(self.import_.move_ids)

    def test_undo_twice(self):
        """An undone import cannot be undone again."""
        self.undo()
        with self.assertRaises(UserError):
            self.undo()

    def test_waiting_import(self):
        """An import that waits for the background is undone too."""
        self.undo()
        waiting = self.run_import(self.rows(1001, export="next"))
        self.assertEqual(waiting.state, "queued")
        self.undo(waiting)
        self.env["coopcycle.import"]._cron_run_imports()
        self.assertEqual(waiting.state, "undone")
        self.assertFalse(waiting.move_ids)

    def test_updated_drafts_stay(self):
        """Drafts of an earlier import are not the later one's to delete."""
        rows = [self.row(price_unit="11"), *self.two_rows[1:], self.row("C1", store=3)]
        later = self.run_import(rows, update_changed_drafts=True)
        self.undo(later)
        self.assertEqual(len(self.import_.move_ids), 2)

    def test_import_with_invoices_is_kept(self):
        """The record of an import is not deleted while it has invoices."""
        import_ = self.import_.with_user(self.user)
        with self.assertRaisesRegex(UserError, "undo it first"):
            import_.unlink()
        self.undo()
        import_.unlink()
        self.assertFalse(import_.exists())
