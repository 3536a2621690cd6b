from odoo import api, fields, models

from ....compat import Constraint


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
        """Return the country of a rate, and the tax that it is most likely.

        Of 0 % there are several, for exports and exemptions: only somebody can tell.
        """
        country = self.env["res.country"]
        if rate.get("country"):
            country = country.search([("code", "=", rate["country"])], limit=1)
        company = connection.company_id
        candidates = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(company),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("amount", "=", rate["rate"]),
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
        tax = candidates[:1] if rate["rate"] else candidates[:0]
        return {"country_id": country.id, "tax_id": tax.id}
