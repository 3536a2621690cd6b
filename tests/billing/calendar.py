from contextlib import contextmanager
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields


class Calendar:
    """Walks from moment to moment, each of which Odoo takes for now."""

    @contextmanager
    def at(self, moment):
        """Let it be a moment (UTC) for Odoo, and for its transaction."""
        moment = fields.Datetime.to_datetime(moment)
        cursor = type(self.env.cr)
        clock = freeze_time(moment, tick=True)  # what measures how long it takes, does
        with clock, patch.object(cursor, "now", lambda _cr: moment):
            yield

    def look(self, moment):
        """Run at a moment what looks for work, and what decides and posts."""
        with self.at(moment):
            self.su["billing.operation"]._cron_run("find_work")
            self.run_all()
