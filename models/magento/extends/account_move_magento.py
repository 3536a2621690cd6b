from decimal import Decimal

from odoo import models
from odoo.tools import float_compare

from ..ordering.importing.prices import Prices
from ..ordering.importing.rounding import is_rounding, largest_rounding


class SaleOrder(models.Model):
    """Invoices of Magento's orders have Magento's tax amounts."""

    _inherit = "sale.order"

    def _create_invoices(self, grouped=False, final=False, date=None):
        moves = super()._create_invoices(grouped=grouped, final=final, date=date)
        moves._take_magento_amounts()
        return moves


class AccountMove(models.Model):
    """Tax lines with the amounts that Magento computed."""

    _inherit = "account.move"

    def _take_magento_amounts(self):
        """Give draft invoices and credit notes of orders Magento's amounts.

        A part of an order has its share; the last part has what is left, as in Magento.
        Where Odoo's own amount differs by more than rounding, somebody changed the
        invoice, and Odoo's amount stays.
        """
        for move in self.filtered(lambda move: move.state == "draft"):
            for line in move.invoice_line_ids:
                line._take_magento_row()
            for tax, amount in move._get_magento_taxes().items():
                move._set_tax(tax, amount)

    def _post(self, soft=True):
        """Share the cents of parts when nobody edits their quantities any more."""
        edited = self.filtered(
            lambda move: (
                move.state == "draft"
                and move.move_type == "out_invoice"
                and any(move.invoice_line_ids.sale_line_ids.mapped("magento_role"))
            )
        )
        if edited and not self.env.context.get("magento_importing"):
            (edited - edited._find_made_in_magento()).filtered(
                lambda move: move._has_computed_taxes()
            )._take_magento_amounts()
        return super()._post(soft)

    def _find_made_in_magento(self):
        """Return the invoices that came from Magento, with its amounts."""
        documents_sudo = self.env["magento.document"].sudo()
        return documents_sudo.search(
            [
                ("kind", "=", "invoice"),
                ("direction", "=", "pull"),
                ("move_id", "in", self.ids),
            ]
        ).move_id.with_env(self.env)

    def _has_computed_taxes(self):
        """Say whether all taxes are Odoo's own, as after every edit of a line."""
        own = {}
        for line in self.invoice_line_ids:
            for tax, amount in line._get_odoo_taxes().items():
                own[tax] = own.get(tax, 0.0) + amount
        taxes = self.line_ids.tax_line_id
        return all(
            self.currency_id.is_zero(own.get(tax, 0.0) - self._get_tax(tax))
            for tax in taxes
        )

    def _get_magento_taxes(self):
        """Return {account.tax: amount} of the taxes that lines of Magento bear."""
        amounts, of_magento = {}, self.env["account.tax"]
        for line in self.invoice_line_ids.filtered("tax_ids"):
            shares = line._get_magento_taxes()
            if shares:
                of_magento |= line.tax_ids
            else:
                shares = line._get_odoo_taxes()
            for tax, amount in shares.items():
                amounts[tax] = amounts.get(tax, 0.0) + amount
        return {tax: amounts[tax] for tax in of_magento}

    def _get_tax(self, tax):
        """Return what the lines of a tax come to, as the customer reads it."""
        lines = self.line_ids.filtered(lambda line: line.tax_line_id == tax)
        return self.direction_sign * sum(lines.mapped("amount_currency"))

    def _set_tax(self, tax, amount):
        """Let the lines of a tax come to an amount.

        :param float amount: in the invoice's currency, as the customer reads it
        """
        lines = self.line_ids.filtered(lambda line: line.tax_line_id == tax)
        if len(lines.tax_repartition_line_id) != 1:
            return  # it has no line, or parts that cancel each other out
        wanted = self.direction_sign * self.currency_id.round(amount)
        difference = wanted - sum(lines.mapped("amount_currency"))
        if not self.currency_id.is_zero(difference):
            lines[0].amount_currency += difference


class AccountMoveLine(models.Model):
    """The taxes of an invoice line."""

    _inherit = "account.move.line"

    def _get_magento_sold(self):
        """Return the line of a Magento order that is billed, at its price."""
        self.ensure_one()
        sold = self.sale_line_ids.filtered("magento_quantity")
        is_same = (
            len(sold) == 1
            and self.tax_ids == sold.tax_id
            and not float_compare(self.price_unit, sold.price_unit, 6)
            and not float_compare(self.discount, sold.discount, 6)
        )
        return sold if is_same else sold.browse()

    def _take_magento_row(self):
        """Let the row be its share of Magento's row: cents that parts would lose."""
        sold = self._get_magento_sold()
        if not sold or not self.quantity:
            return
        share = sold._magento_share(self)
        self._take_row(share["total"] if self._has_taxes_included() else share["net"])

    def _has_taxes_included(self):
        return bool(self.tax_ids) and all(self.tax_ids.mapped("price_include"))

    def _get_row(self):
        """Return the amount that the price makes up."""
        return self.price_total if self._has_taxes_included() else self.price_subtotal

    def _take_row(self, row):
        """Let the row be an amount from which it differs by cents alone."""
        own = self._get_row()
        if self.currency_id.is_zero(row - own) or not is_rounding(
            row - own, self.currency_id
        ):
            return
        price, discount = Prices(self.currency_id).split(
            Decimal(str(row)), Decimal(str(self.quantity))
        )
        self.write({"price_unit": price, "discount": discount})

    def _get_magento_taxes(self):
        """Return {account.tax: amount} by Magento, {} where Odoo's amounts stay."""
        self.ensure_one()
        sold = self.sale_line_ids.filtered(lambda line: line.magento_taxes)
        if len(sold) != 1 or self.tax_ids != sold.tax_id or not sold.magento_quantity:
            return {}
        share = sold._magento_share(self)
        total = share["total"] - self.price_subtotal
        difference = abs(total - (self.price_total - self.price_subtotal))
        # Magento may round the tax of each piece, and of each rate
        pieces = abs(self.quantity) * len(self.tax_ids)
        rounding = largest_rounding(self.currency_id)
        if difference > rounding + self.currency_id.rounding * (pieces + 1) / 2:
            return {}
        return sold._magento_shares(total, share["taxes"])

    def _get_odoo_taxes(self):
        """Return {account.tax: amount} as Odoo computes it."""
        self.ensure_one()
        return self.env["account.tax"]._sum_up(
            self.tax_ids.compute_all(
                self.price_unit * (1 - self.discount / 100),
                currency=self.currency_id,
                quantity=self.quantity,
                product=self.product_id,
                partner=self.partner_id,
            )
        )


class AccountTax(models.Model):
    """What `compute_all` says, tax by tax."""

    _inherit = "account.tax"

    def _sum_up(self, computed):
        """Return {account.tax: amount} of the answer of `compute_all`."""
        amounts = {}
        for each in computed["taxes"]:
            tax = self.browse(each["id"])
            amounts[tax] = amounts.get(tax, 0.0) + each["amount"]
        return amounts


class SaleOrderLine(models.Model):
    """The share of a line that an invoice bills."""

    _inherit = "sale.order.line"

    def _magento_share(self, invoice_line):
        """Return Magento's amounts for the quantity of an invoice or credit note line.

        :return: {"net": without tax, "total": with it, "taxes": {account.tax: amount}},
            rounded so that all invoices of the line, less credit notes, add up to it,
            each with its part since the ones before
        """
        others = self.invoice_lines.filtered(
            lambda line: line.move_id.state != "cancel" and line.id < invoice_line.id
        )
        before = sum(map(self._magento_billed, others))
        now = self._magento_billed(invoice_line)
        sign = -1 if invoice_line.move_id.move_type == "out_refund" else 1

        def share(amount):
            after = self._cumulated(amount, before + now)
            return sign * (after - self._cumulated(amount, before))

        return {
            "net": share(self.magento_row_net),
            "total": share(self.magento_row_total),
            "taxes": {
                tax: share(amount) for tax, amount in self._get_magento_taxes().items()
            },
        }

    def _magento_billed(self, invoice_line):
        """Return how many an invoice line bills, negative for a credit note."""
        quantity = invoice_line.product_uom_id._compute_quantity(
            invoice_line.quantity, self.product_uom, round=False
        )
        return -quantity if invoice_line.move_id.move_type == "out_refund" else quantity

    def _cumulated(self, amount, quantity):
        """Return the part of an amount that the first so many units have."""
        return self.currency_id.round(amount * quantity / self.magento_quantity)
