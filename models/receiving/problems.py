"""Why a document cannot come in, and what mends it."""

from odoo import _, _lt

from ..ordering.problems import Problem


class Wait(Problem):
    """Nothing is wrong with a document, but its time has not come yet: no attempt."""


class Problems:
    """Words for the problems, in the user's language."""

    TEXTS = {
        "malformed": _lt(
            "Magento gave it without a readable “%(field)s”. Resolution: ask the shop's"
            " administrator whether an extension changes what its API answers."
        ),
        "order_missing": _lt(
            "Its order (ID %(order)s in Magento) is not in Odoo. Resolution: import the"
            " order; see Failed Documents if it waits with an error."
        ),
        "item_unknown": _lt(
            "The order %(order)s has no line for its item %(sku)s (ID %(item)s)."
            " Resolution: press Refresh from Magento on the order, or record it by"
            " hand and leave it out."
        ),
        "currency": _lt(
            "It is in %(theirs)s, the order %(order)s in %(ours)s. Resolution: record it"
            " by hand and leave it out."
        ),
        "refused": _lt("Odoo refused it: %(reason)s"),
        # Credit memos
        "no_invoice": _lt(
            "No posted invoice bills the order %(order)s. Resolution: create and post"
            " its invoice, or let the connection make credit notes without an invoice."
        ),
        "not_invoiced": _lt(
            "It refunds %(quantity)s of %(sku)s, but the posted invoices of the order"
            " %(order)s leave only %(open)s to credit. Resolution: post the missing"
            " invoice; if there is a credit note already, leave this one out; or let"
            " the connection make credit notes without an invoice."
        ),
    }

    def __init__(self, env):
        self.env = env

    def text(self, problem, name):
        """Return what a user reads about the problem of a document.

        :param str name: what the document is called
        """
        template = self.TEXTS[problem.code]
        what = str(template) % problem.params
        return _("%(name)s waits. %(what)s", name=name, what=what)
