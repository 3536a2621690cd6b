"""Why an order stays a quotation, and what mends it."""

from odoo import _


class Difference:
    """Words for a total in Odoo that is not Magento's.

    :param connection: the `magento.connection`, in whose environment's language
    """

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env

    def text(self, sale):
        """Return what a user reads about an order of another total."""
        return _(
            "Order %(number)s is a quotation: Magento's total is %(magento)s with taxes"
            " of %(magento_tax)s, Odoo's %(odoo)s with %(odoo_tax)s. Resolution:"
            " %(remedy)s",
            number=sale.name,
            magento=sale.magento_grand_total,
            magento_tax=sale.magento_tax_total,
            odoo=sale.amount_total,
            odoo_tax=sale.amount_tax,
            remedy=self._remedy(sale),
        )

    def _remedy(self, sale):
        if self.connection._missing_accuracies():
            return _(
                "raise the accuracies on the connection, then press Refresh from"
                " Magento on the order."
            )
        if any(sale.order_line.tax_id.mapped("price_include")):
            return _(
                "choose taxes that are not included in prices at Configuration ▸ Taxes,"
                " then press Refresh from Magento on the order."
            )
        return _(
            "compare its lines with Magento's and the taxes at Configuration ▸ Taxes;"
            " after a change there press Refresh from Magento on the order, or correct"
            " and confirm it by hand."
        )
