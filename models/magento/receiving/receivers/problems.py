"""Why a document cannot come in, and what mends it."""

from odoo import _, _lt

from ...ordering.importing.problems import Problem


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
            "It is in %(theirs)s, the order %(order)s in %(ours)s. Resolution: record"
            " it by hand and leave it out."
        ),
        "not_listed": _lt("The shop's list of them fails at this one. %(error)s"),
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
        "note_under_way": _lt(
            "%(note)s is on its way to Magento and may be this credit memo. Resolution:"
            " export it, or leave its document out."
        ),
        # Shipments
        "order_draft": _lt(
            "The order %(order)s is not confirmed. Resolution: confirm it."
        ),
        "order_canceled": _lt(
            "The order %(order)s is cancelled in Odoo, and its goods have left in"
            " Magento. Resolution: set the order to a quotation and confirm it, or"
            " leave the shipment out."
        ),
        "first_step": _lt(
            "The goods for %(picking)s are still on their way to it. Resolution:"
            " validate the transfers before it."
        ),
        "step_before": _lt(
            "The goods are still to go through %(picking)s. Resolution: validate the"
            " transfers before it, and it."
        ),
        "lots": _lt(
            "%(product)s has lots or serial numbers, of which Magento says nothing."
            " Resolution: choose them on %(picking)s and validate it."
        ),
        "under_way": _lt(
            "%(picking)s is on its way to Magento and may be this shipment. Resolution:"
            " export it; if it was skipped, leave its document out."
        ),
        "too_many": _lt(
            "It ships %(quantity)s of %(product)s, but the deliveries of the order"
            " %(order)s leave only %(open)s. Resolution: compare the quantities; if the"
            " delivery is right as it is, leave the shipment out."
        ),
        "nothing_shipped": _lt(
            "It names no item that was shipped. Resolution: ask in the shop what it is;"
            " if the goods of the order %(order)s have left, validate its delivery by"
            " hand, and leave the shipment out."
        ),
        "no_stock": _lt(
            "It ships %(quantity)s of %(product)s, of which only %(reserved)s could be"
            " reserved for %(picking)s. Resolution: correct the stock, or what else it"
            " is reserved for."
        ),
        "not_validated": _lt(
            "%(picking)s asks something before it is validated. Resolution: validate it"
            " by hand."
        ),
        # Invoices and payments
        "invoice_under_way": _lt(
            "%(invoice)s is on its way to Magento and may be this invoice. Resolution:"
            " export it; if it was skipped, leave its document out."
        ),
        "invoice_missing": _lt(
            "No posted invoice in Odoo bills it, and the connection makes none."
            " Resolution: create and post the invoice of the order %(order)s."
        ),
        "partly_billed": _lt(
            "It bills %(quantity)s of %(product)s, but the order %(order)s leaves only"
            " %(open)s to invoice. Resolution: compare it with the order's invoices;"
            " post the one that bills it, or leave this one out."
        ),
        "invoice_draft": _lt(
            "%(invoice)s is not posted. Resolution: post it; the payment follows."
        ),
        "payment_locked": _lt(
            "Its date %(date)s lies in a locked period. Resolution: register the"
            " payment by hand with another date, or move the lock date."
        ),
        "journal_missing": _lt(
            "The payment method %(method)s has no journal. Resolution: choose one at"
            " Configuration ▸ Payment Methods."
        ),
    }

    def __init__(self, env):
        self.env = env

    def text(self, problem, name):
        """Return what a user reads about the problem of a document.

        :param str name: what the document is called
        """
        template = self.env["magento.document"]._get_problem_texts()[problem.code]
        what = str(template) % problem.params
        return _("%(name)s waits. %(what)s", name=name, what=what)
