from contextlib import ExitStack
from unittest.mock import patch

from odoo.tests import TransactionCase

from .caches import kept_caches
from .companies import find_or_make, get_data
from .own_shop import OwnShop
from .steps import steps_within
from .triggers import kept_triggers
from .users import find_or_make_accountant


class AccountingCommon(OwnShop, TransactionCase):
    """Two companies with accounts, and the accountant of both, who works in the first.

    :cvar company_data: the first company, and the journals, accounts and taxes of it
    :cvar company_data_2: those of the second
    """

    @classmethod
    def setUpClass(cls):
        # Nobody guesses the passwords of the tests' users, which take long to hash
        cls.enter_for_class(patch("odoo.addons.base.models.res_users.MIN_ROUNDS", 1))
        caches = cls.enter_for_class(ExitStack())  # left when Odoo has cleared them
        super().setUpClass()
        cls.caches = caches.enter_context(kept_caches(cls.registry))
        cls.enter_for_class(kept_triggers(cls.registry))
        companies = find_or_make(cls.env)
        cls.user = find_or_make_accountant(cls.env, companies)
        cls.env = cls.env(user=cls.user)
        cls.company_data, cls.company_data_2 = map(
            get_data, companies.with_env(cls.env)
        )
        cls.steps = cls.enter_for_class(steps_within(cls.cr))

    def setUp(self):
        self.caches.begin_test()
        super().setUp()
        self.steps.begin_test()

    @classmethod
    def enter_for_class(cls, context):
        """Enter a context until the class is through, and return what it gives."""
        entered = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        return entered

    def enter(self, context):
        """Enter a context until the test is through; Python 3.10 cannot by itself."""
        entered = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return entered
