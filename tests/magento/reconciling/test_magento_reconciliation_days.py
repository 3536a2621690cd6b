from freezegun import freeze_time

from odoo.tests import tagged

from ..common import USER
from .test_magento_reconciliation import ReconciliationCommon

# Where somebody is, and a moment (UTC) shortly after or before midnight there
NIGHTS = (
    ("Pacific/Auckland", "2026-11-29 11:10:00"),
    ("Pacific/Auckland", "2026-11-30 10:50:00"),
    ("America/Los_Angeles", "2026-11-30 07:50:00"),
    ("America/Los_Angeles", "2026-12-01 08:10:00"),
    ("Europe/Paris", "2026-12-31 22:50:00"),
    ("Europe/Paris", "2026-12-31 23:10:00"),
)


@tagged("post_install", "-at_install")
class TestMagentoReconciliationDays(ReconciliationCommon):
    """*This Month, Until Today* has what was ordered a moment ago."""

    def setUp(self):
        super().setUp()
        self.order = self.place()

    def assert_has_what_is_new(self, user, zone, moment, **context):
        self.change(self.order, created_at=moment)
        with self.subTest(zone=zone, moment=moment), freeze_time(moment):
            wizards = self.env["magento.reconciliation.wizard"].with_user(user)
            wizard = wizards.with_context(**context).create({})
            found = self.env["magento.reconciliation"].browse(
                wizard.action_reconcile()["res_id"]
            )
            self.assertEqual(found.line_ids.cause_code, "missing")
            self.assertEqual(found.time_zone, zone)

    def make_user_of(self, zone):
        user = self.make_user(zone, USER)
        user.tz = zone
        return user

    def test_where_the_user_lives(self):
        users = {zone: self.make_user_of(zone) for zone in dict(NIGHTS)}
        for zone, moment in NIGHTS:
            self.assert_has_what_is_new(users[zone], zone, moment)

    def test_where_the_user_is_just_now(self):
        """Another program may call in the name of somebody, and say where that is."""
        for zone, moment in NIGHTS:
            self.assert_has_what_is_new(self.clerk, zone, moment, tz=zone)

    def test_nobody_knows_where(self):
        user = self.make_user_of(False)
        self.assert_has_what_is_new(user, "UTC", "2026-12-31 23:50:00")
