from odoo import api, fields, models

from ....compat import Constraint

# Magento shows a percentage with so many digits
SAME_PERCENT = 0.0001


class MagentoTax(models.Model):
    """A tax rate of a shop, and the tax that it is in Odoo."""

    _name = "magento.tax"
    _description = "Magento Tax Rate"
    _inherit = ["magento.configuration.mixin"]
    _order = "connection_id, rate, code"

    name = fields.Char(compute="_compute_name")
    code = fields.Char(required=True)
    rate = fields.Float("Percentage", digits=(12, 4))
    country_id = fields.Many2one("res.country")
    tax_id = fields.Many2one(
        "account.tax",
        "Tax in Odoo",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('amount_type', '=', 'percent')]",
    )

    _code_unique = Constraint(
        "unique(connection_id, code, rate)", "This tax rate exists already."
    )

    @api.depends("tax_id")
    def _compute_mapping_state(self):
        return super()._compute_mapping_state()

    def _is_missing(self):
        """An order at 0 % does not wait for a tax: it may have none."""
        return not self.tax_id and bool(self.rate)

    @api.depends("code", "rate")
    def _compute_name(self):
        for tax in self:
            tax.name = f"{tax.code} ({tax.rate:g} %)"

    @api.model
    def _get_key(self, values):
        """A shop may change a rate and keep its code: the old one is another tax."""
        return values["code"], round(float(values["rate"]), 4)

    @api.model
    def _prepare_fetched_vals(self, connection, values):
        """Guess the tax that a rate is.

        :param dict values: {"code", "rate", and perhaps "country": its ISO code}
        """
        rate = {name: values[name] for name in ("code", "rate")}
        rate.update(self._guess(connection, values))
        return super()._prepare_fetched_vals(connection, rate)

    def _guess(self, connection, rate):
        """Return the country of a rate, and the tax that it is most likely."""
        country = self.env["res.country"]
        if rate.get("country"):
            country = country.search([("code", "=", rate["country"])], limit=1)
        tax = self._guess_tax(connection, rate["rate"], country)
        if not tax:
            tax = self._find_computed_upon(connection, rate).tax_id
        return {"country_id": country.id, "tax_id": tax.id}

    def _guess_tax(self, connection, percent, country):
        """Return the tax that a percentage is most likely.

        Of 0 % there are several, for exports and exemptions: only somebody can tell.
        """
        company = connection.company_id
        candidates = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(company),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("amount", "=", percent),
            ]
        )
        candidates = candidates.sorted(
            lambda tax: (
                tax.price_include,
                bool(country) and tax.country_id != country,
                tax != company.account_sale_tax_id,
                tax.sequence,
                tax.id,
            )
        )
        return candidates[:1] if percent else candidates[:0]

    @api.model
    def _find_computed_upon(self, connection, rate):
        """Return the rate that is computed on the price with others, else empty.

        An order shows what such a one adds to the price: 2.4 % for 2 % on top of 20 %.

        :param dict rate: {"code", "rate", and perhaps "upon": percentages that the
            line bears before it}
        """
        shown = rate["rate"]
        return connection.tax_ids.filtered(
            lambda known: (
                known.code == rate["code"]
                and any(
                    abs(known.rate * (1 + lower / 100) - shown) <= SAME_PERCENT
                    for lower in rate.get("upon") or ()
                )
            )
        )[:1]
