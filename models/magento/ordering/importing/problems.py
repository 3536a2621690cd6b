"""Why an order cannot come in, and what mends it."""

from odoo import _, _lt

from .....tools.text.cleaning import clean_text

# What Odoo or its database say may have the whole record in it
LONGEST_REASON = 2000


class Problem(Exception):
    """An order waits until somebody mends something.

    :param str code: a key of `Problems.TEXTS`
    :param params: what the text names
    """

    def __init__(self, code, **params):
        super().__init__(code)
        self.code = code
        self.params = params


class Problems:
    """Words for the problems, in the user's language."""

    TEXTS = {
        "malformed": _lt(
            "Magento gave it without a readable “%(field)s”. Resolution: ask the shop's"
            " administrator whether an extension changes what its API answers."
        ),
        "store_unknown": _lt(
            "Its store view (ID %(store)s) is not known. Resolution: press Fetch from"
            " Magento on the connection."
        ),
        "store_deleted": _lt(
            "Its store view was deleted in Magento, which no longer says whose it was."
            " Resolution: enter the order by hand, and leave this one out."
        ),
        "payment_method_unknown": _lt(
            "Nobody has decided about orders with the payment method %(method)s yet."
            " Resolution: choose when they are imported at Configuration ▸ Payment"
            " Methods."
        ),
        "currency_unknown": _lt(
            "Odoo has no currency %(currency)s. Resolution: activate it at Accounting ▸"
            " Configuration ▸ Currencies."
        ),
        "product_missing": _lt(
            "Odoo has no product with the internal reference %(sku)s. Resolution:"
            " create it, or enter that reference at an existing product, or let the"
            " connection create missing products."
        ),
        "product_unread": _lt(
            "The SKU %(sku)s may have that of a custom option at its end, and the"
            " product with the ID %(id)s could not be read in the shop. Resolution:"
            " give the integration the right Catalog ▸ Inventory ▸ Products; if the"
            " product was deleted there, enter the SKU as the internal reference of a"
            " product."
        ),
        "product_archived": _lt(
            "The product with the internal reference %(sku)s is archived. Resolution:"
            " unarchive it, or enter the reference at another product."
        ),
        "product_ambiguous": _lt(
            "%(count)s products have the internal reference %(sku)s. Resolution: leave"
            " it at one of them."
        ),
        "sku_empty": _lt(
            "The item “%(name)s” has no SKU. Resolution: give the product an SKU in"
            " Magento, and order it again."
        ),
        "tax_unknown": _lt(
            "The tax rate %(tax)s of %(percent)s %% is no tax in Odoo yet. Resolution:"
            " choose one at Configuration ▸ Taxes; create it first if it is missing."
        ),
        "order_there": _lt(
            "Odoo has an order %(order)s which no connection brought in, or one did"
            " before the addon was installed anew. Resolution: if it is the same, leave"
            " this one out; else give the connection an order prefix, or rename the"
            " other order."
        ),
        "address_of_another": _lt(
            "Magento gave it with the address of another order (ID %(other)s)."
            " Resolution: ask the shop's administrator which extension mixes addresses"
            " up; the order comes in once Magento gives its own."
        ),
        "quantity_accuracy": _lt(
            "The quantity %(quantity)s of %(sku)s has more digits than Odoo keeps."
            " Resolution: raise the accuracies on the connection."
        ),
        "quantity_unit": _lt(
            "Transfers in %(unit)s have steps of %(step)s, which the quantity"
            " %(quantity)s of %(sku)s does not fit. Resolution: lower the Rounding"
            " Precision of that unit of measure."
        ),
        "not_listed": _lt("The shop's list of them fails at this one. %(error)s"),
        "refused": _lt("Odoo refused it: %(reason)s"),
    }

    def __init__(self, env):
        self.env = env

    def text(self, problem, increment_id):
        """Return what a user reads about the problem of an order."""
        template = self.env["magento.document"]._get_problem_texts()[problem.code]
        what = str(template) % problem.params
        return _(
            "Order %(number)s waits. %(what)s", number=increment_id or "?", what=what
        )


def refusal(error):
    """Return the `Problem` of an order that Odoo refused.

    :param error: what Odoo raised
    """
    if isinstance(error, Problem):
        return error
    reason = str(error) or type(error).__name__
    return Problem("refused", reason=clean_text(reason)[:LONGEST_REASON])
