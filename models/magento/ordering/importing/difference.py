"""Why an order stays a quotation, and what mends it."""

from odoo import _

from .....compat import SOLD_TAXES
from .rounding import is_rounding


class Difference:
    """Words for a total in Odoo that is not Magento's.

    :param connection: the `magento.connection`, in whose environment's language
    """

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env

    def text(self, order, sale):
        """Return what a user reads about an order of another total.

        :param order: the `Order`
        :param sale: its sale.order
        """
        money = sale.currency_id.format
        return _(
            "Order %(number)s is a quotation: Magento's total is %(magento)s with taxes"
            " of %(magento_tax)s, Odoo's %(odoo)s with %(odoo_tax)s. %(causes)s"
            "Resolution: %(remedy)s",
            number=sale.name,
            magento=money(sale.magento_grand_total),
            magento_tax=money(sale.magento_tax_total),
            odoo=money(sale.amount_total),
            odoo_tax=money(sale.amount_tax),
            causes="".join(f"{cause} " for cause in self._causes(order, sale)),
            remedy=self._remedy(sale),
        )

    # What is not explained

    def _causes(self, order, sale):
        currency = sale.currency_id
        if sale.magento_grand_total < 0:
            yield _("Magento's total is negative, which nobody can invoice.")
        residual, tax = float(order.residual), float(order.tax_residual)
        if not is_rounding(residual, currency):
            yield _(
                "%(amount)s of Magento's total is neither an item nor the delivery, and"
                " no amount that the order names.",
                amount=currency.format(residual),
            )
        if not is_rounding(tax, currency):
            yield _(
                "%s of Magento's taxes is of no item and not of the delivery.",
                currency.format(tax),
            )
        for line in sale.order_line:
            if line.magento_taxes and not line._is_as_in_magento():
                yield self._cause_of_tax(line)

    def _cause_of_tax(self, line):
        return _(
            "The tax of %(product)s is %(magento)s in Magento, %(odoo)s by %(taxes)s.",
            product=line.product_id.display_name,
            magento=line.currency_id.format(
                line.magento_row_total - line.magento_row_net
            ),
            odoo=line.currency_id.format(line.price_tax),
            taxes=", ".join(line[SOLD_TAXES].mapped("name")) or _("no tax"),
        )

    # What mends it

    def _remedy(self, sale):
        if sale.magento_grand_total < 0:
            return _(
                "correct the order in Magento, or its lines here, and confirm it by"
                " hand."
            )
        if self.connection._missing_accuracies():
            return _(
                "raise the accuracies on the connection, then press Refresh from"
                " Magento on the order."
            )
        if any(sale.order_line[SOLD_TAXES].mapped("price_include")):
            return _(
                "choose taxes that are not included in prices at Configuration ▸ Taxes,"
                " then press Refresh from Magento on the order."
            )
        for line in sale.order_line:
            if pair := line._find_compound_taxes():
                return _(
                    "%(upper)s is computed on the price with %(lower)s. Tick Affect"
                    " Base of Subsequent Taxes at the tax %(lower)s, let it stand"
                    " before %(upper)s in the list of taxes, then press Refresh from"
                    " Magento on the order.",
                    lower=pair[0].name,
                    upper=pair[1].name,
                )
            if upper := line._find_tax_of_net():
                return _(
                    "%(tax)s is computed on the price alone in Magento, but in Odoo on"
                    " other taxes too. Create a tax of the same percentage without Base"
                    " Affected by Previous Taxes, choose it for the rate at"
                    " Configuration ▸ Taxes, then press Refresh from Magento on the"
                    " order.",
                    tax=upper.name,
                )
        return _(
            "compare its lines with Magento's and the taxes at Configuration ▸ Taxes;"
            " after a change there press Refresh from Magento on the order, or correct"
            " and confirm it by hand."
        )
