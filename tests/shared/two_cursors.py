from psycopg2 import errors

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase
from odoo.tools import mute_logger

from .own_shop import OwnShop
from .triggers import kept_triggers

# What becomes of the second one
WAITS = errors.LockNotAvailable
BEGINS_ANEW = errors.SerializationFailure


class TwoCursorsCase(OwnShop, TransactionCase):
    """Several people at once: each has a real cursor, and what they share is committed.

    What `plant` made is cleared away in the end.
    """

    def setUp(self):
        super().setUp()
        triggers = kept_triggers(self.registry)
        triggers.__enter__()
        self.addCleanup(triggers.__exit__, None, None, None)
        self.made = []

    def plant_for_test(self):
        """Commit what all work on until the test is through."""
        with self.registry.cursor() as cr:
            self.plant(self.environment(cr))
        self.addCleanup(self.clear_away)

    def plant(self, env):
        """Make what all work on, by `make`."""
        raise NotImplementedError

    def clear_away(self):
        """Delete what was planted, and what was made of it."""
        raise NotImplementedError

    def environment(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        company = env.ref("base.main_company")
        return env(context=dict(env.context, allowed_company_ids=company.ids))

    def open_environment(self):
        """Return an environment that waits for nobody."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        self.addCleanup(cr.rollback)
        self.be_impatient(cr)
        return self.environment(cr)

    def open_two(self):
        """Return two such environments; their conflicts are no errors for the log."""
        quiet = mute_logger("odoo.sql_db")
        quiet.__enter__()
        self.addCleanup(quiet.__exit__, None, None, None)
        return self.open_environment(), self.open_environment()

    @staticmethod
    def be_impatient(cr):
        cr.execute("SET SESSION lock_timeout = '200ms'")

    def begin_anew(self, env):
        """Begin anew: what others have committed is seen from the next query on."""
        env.cr.rollback()
        env.invalidate_all(flush=False)
        self.be_impatient(env.cr)

    def make(self, model, values):
        record = model.create(values)
        self.made.append((model._name, record.id))
        return record

    def make_accounts(self, env, code):
        """Return an account of income and one of customers, named by a code."""
        return (
            self.make(env["account.account"], {"name": code, "code": code_, **values})
            for code_, values in (
                (f"I{code}", {"account_type": "income"}),
                (f"R{code}", {"account_type": "asset_receivable", "reconcile": True}),
            )
        )

    def make_journal(self, env, code, account, **values):
        """Return a sales journal whose name is its code."""
        return self.make(
            env["account.journal"],
            {
                "name": code,
                "code": code[:5],
                "type": "sale",
                "default_account_id": account.id,
                **values,
            },
        )

    def delete(self, env, **ids):
        """Delete rows, also those that nobody may, and then all that was made.

        :param ids: of the rows of each table, in this sequence
        """
        env.flush_all()
        for table, found in ids.items():
            env.cr.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [list(found)])
        env.invalidate_all(flush=False)
        env.registry.clear_cache()
        for model, record_id in reversed(self.made):
            env[model].browse(record_id).exists().unlink()
