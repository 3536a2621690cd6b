from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase

from .own_shop import OwnShop


class TwoCursorsCase(OwnShop, TransactionCase):
    """Several people at once: each has a real cursor, and what they share is committed.

    What `plant` made is cleared away in the end.
    """

    def setUp(self):
        super().setUp()
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

    @staticmethod
    def be_impatient(cr):
        cr.execute("SET SESSION lock_timeout = '200ms'")

    def make(self, model, values):
        record = model.create(values)
        self.made.append((model._name, record.id))
        return record
