from uuid import uuid4

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from .common import CoopcycleCommon


@tagged("post_install", "-at_install")
class TestImportConcurrency(CoopcycleCommon):
    """Two people import at the same time: one wins, the other is told.

    The other person's cursor is a real one, so that it sees an instance which is
    committed, of the main company. All else stays in the test's own transaction.
    """

    @classmethod
    def setUpClass(cls):
        registry = Registry(get_db_name())
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            company = env.ref("base.main_company")
            cls.committed_ids = (
                env["coopcycle.connection"]
                .create(
                    [
                        {"name": f"Concurrency {uuid4()}", "company_id": company.id}
                        for _number in range(2)
                    ]
                )
                .ids
            )
            cls.shared_id, cls.quicker_id = cls.committed_ids

        def clean_up():
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["coopcycle.connection"].browse(cls.committed_ids).unlink()

        cls.addClassCleanup(clean_up)
        super().setUpClass()
        main_company = cls.env.ref("base.main_company")
        cls.user.company_ids = [Command.link(main_company.id)]
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=main_company, install_demo=False
        )
        cls.make_account("706000", company=main_company)

    def setUp(self):
        super().setUp()
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        self.addCleanup(cr.rollback)
        self.other_env = api.Environment(cr, SUPERUSER_ID, {})

    def other_imports(self, connection_id):
        """Begin the other person's import; its transaction stays open."""
        self.other_env["coopcycle.connection"].browse(connection_id)._lock_for_import()

    def wizard_of_other(self):
        """Return the other person's wizard with the same file."""
        theirs = self.make_wizard([self.row()], user=self.user)
        return self.other_env["coopcycle.import.wizard"].create(
            {"file": theirs.file, "connection_id": self.shared_id}
        )

    def test_other_is_told(self):
        """While an import is being written, the other person's is refused."""
        self.run_import([self.row()], user=self.user, connection_id=self.shared_id)
        wizard = self.wizard_of_other()
        with self.assertRaisesRegex(UserError, "Somebody else.*Resolution: "):
            wizard.action_import()
        self.assertFalse(wizard.import_id)

    def test_we_are_told(self):
        """The other way round; and afterwards our import goes on."""
        self.other_imports(self.shared_id)
        wizard = self.make_wizard(
            [self.row()], user=self.user, connection_id=self.shared_id
        )
        with self.assertRaisesRegex(UserError, "Somebody else"):
            wizard.action_import()
        self.assertFalse(wizard.import_id)
        self.other_env.cr.rollback()
        wizard.action_import()
        self.assertEqual(wizard.import_id.state, "done")

    def test_testing_needs_no_lock(self):
        """Testing a file waits for nobody."""
        self.other_imports(self.shared_id)
        wizard = self.run_test(
            [self.row()], user=self.user, connection_id=self.shared_id
        )
        self.assert_no_errors(wizard)

    def test_other_instance(self):
        """Another instance's import is nobody's business."""
        self.other_imports(self.shared_id)
        self.assertEqual(self.run_import([self.row()]).state, "done")

    @mute_logger("odoo.sql_db")
    def test_other_was_quicker(self):
        """An import that began before the other's ended starts over and sees it.

        Odoo repeats a request whose transaction could not be serialised.
        """
        wizard = self.make_wizard(
            [self.row()], user=self.user, connection_id=self.quicker_id
        )
        self.other_imports(self.quicker_id)
        self.other_env.cr.commit()
        with self.assertRaises(SerializationFailure), self.cr.savepoint():
            wizard.action_import()
