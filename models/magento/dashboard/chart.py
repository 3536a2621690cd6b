"""The chart of a shop's card: what came, what was billed and what failed, by day."""

from collections import Counter
from datetime import timedelta

from odoo import _, fields
from odoo.tools import format_date

DAYS = 14


class Chart:
    """Counts of the last days of some shops, read at once. Days are the user's.

    :param connections: `magento.connection`
    """

    def __init__(self, connections):
        self.env = connections.env
        self.ids = connections.ids
        today = fields.Date.context_today(connections)
        self.days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
        # A day of the user may have begun on another one of UTC
        self.since = str(self.days[0] - timedelta(days=1))
        self.series = (
            (_("Orders"), "success", self._count_orders()),
            (_("Invoices in both"), "info", self._count_invoices()),
            (_("Runs with failures"), "danger", self._count_failures()),
        )

    def describe(self, connection):
        """Return what the browser shows of a shop, None if nothing happened."""
        series = [
            {
                "label": label,
                "level": level,
                "values": [counts[connection.id, day] for day in self.days],
            }
            for label, level, counts in self.series
        ]
        if not any(any(each["values"]) for each in series):
            return None
        return {
            "title": _("The last %s days", len(self.days)),
            "labels": [
                format_date(self.env, day, date_format="d MMM") for day in self.days
            ],
            "series": series,
        }

    def _count_orders(self):
        return self._count("sale.order", "magento_connection_id", "date_order", [])

    def _count_invoices(self):
        done = [("kind", "=", "invoice"), ("sync_state", "=", "done")]
        return self._count("magento.document", "connection_id", "magento_date", done)

    def _count_failures(self):
        failed = [
            ("res_model", "=", "magento.connection"),
            ("state", "in", ("partial", "failed")),
        ]
        return self._count("integration.process.log", "res_id", "started_at", failed)

    def _count(self, model, shop, moment, domain):
        """Return {(connection's id, day): how many}."""
        groups = self.env[model]._read_group(
            [(shop, "in", self.ids), (moment, ">=", self.since), *domain],
            [shop, f"{moment}:day"],
            ["__count"],
        )
        return Counter(
            {
                (getattr(found, "id", found), day.date()): count
                for found, day, count in groups
            }
        )
