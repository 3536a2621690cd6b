from odoo.exceptions import UserError
from odoo.tests import tagged

from ...shared.versions import GROUPS
from ..common import MagentoCommon

SECRETS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


@tagged("post_install", "-at_install")
class TestMagentoSecrets(MagentoCommon):
    """The keys of a shop are in no file, not even in a manager's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user[GROUPS] += cls.env.ref("base.group_allow_export")

    def test_manager_exports_no_key(self):
        for name in SECRETS:
            with self.subTest(name), self.assertRaises(UserError):
                self.connection.export_data(["name", name])
        self.assertTrue(self.connection.export_data(["name"])["datas"])

    def test_no_key_is_exported_by_way_of_another_record(self):
        operation = self.connection.operation_ids[:1]
        with self.assertRaises(UserError):
            operation.export_data(["code", "connection_id/consumer_secret"])

    def test_the_export_dialog_does_not_offer_them(self):
        described = self.connection.fields_get(SECRETS)
        self.assertEqual({each["exportable"] for each in described.values()}, {False})
