"""Users of the tests. Those that many classes begin with are made once for all."""

from odoo import Command
from odoo.tests import new_test_user

from .versions import GROUPS

BILLER = "account.group_account_invoice"
APPROVER = "coopcycle_magento.billing_group_approver"
SHOP_ZONE = "Europe/Paris"
OFTEN = {
    "coopcycle_biller": BILLER,
    "checks_biller": BILLER,
    "checks_approver": APPROVER,
    "billing_approver": APPROVER,
    "billing_manager": "coopcycle_magento.billing_group_manager",
    "magento_manager": "coopcycle_magento.coopcycle_magento_group_manager",
    "magento_clerk": "coopcycle_magento.coopcycle_magento_group_user",
}


def make_often(env, companies):
    """Make those who are needed often, the accountant of both companies included."""
    find_or_make_accountant(env, companies)
    for login, groups in OFTEN.items():
        user = find_or_make(env, login, groups, companies[0])
        if login.startswith("magento_"):
            user.tz = SHOP_ZONE


def find_or_make_accountant(env, companies):
    """Return the accountant of companies, who may whatever the superuser's groups may.

    :param env: of the superuser
    """
    if found := _find(env, "accountant"):
        return found
    user = find_or_make(env, "accountant", "account.group_account_manager", companies)
    user[GROUPS] |= env.user[GROUPS]
    return user


def find_or_make(env, login, groups, companies, **values):
    """Return a user, who gets no mail about that.

    :param env: of the superuser
    :param companies: the user works in the first
    """
    if found := _find(env, login):
        return found
    values.setdefault("email", f"{login}@example.com")
    return new_test_user(
        env(context={**env.context, "no_reset_password": True}),
        login=login,
        groups=",".join(filter(None, ["base.group_user", groups])),
        company_id=companies[0].id,
        company_ids=[Command.set(companies.ids)],
        **values,
    ).with_env(env)


def _find(env, login):
    return env["res.users"].search([("login", "=", login)])
