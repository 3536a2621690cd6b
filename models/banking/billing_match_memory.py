from odoo import _, api, fields, models

from ...compat import Constraint
from ...tools.matching.customers import counterparty_key

KEY_INDEX = "billing_match_memory_key_unique"
LONGEST_NAME = 140


class BillingMatchMemory(models.Model):
    """Whose payments come from an account, or under a name, as people confirmed it."""

    _name = "billing.match.memory"
    _description = "Known Payer"
    _inherit = ["integration.guard.mixin"]
    _order = "last_at desc, id desc"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    key = fields.Char(
        "Account or Name", required=True, readonly=True, help="As it is compared."
    )
    name = fields.Char("Payer", readonly=True, help="As the bank wrote it last.")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    times = fields.Integer(
        "Confirmed", readonly=True, help="How often; 0 after it was wrong."
    )
    last_at = fields.Datetime("Last", readonly=True)

    _key_unique = Constraint(
        "unique(company_id, key, partner_id)", "This payer is known already."
    )

    @api.depends("name", "key", "partner_id.display_name")
    def _compute_display_name(self):
        for memory in self:
            memory.display_name = _(
                "%(payer)s pays for %(customer)s",
                payer=memory.name or memory.key,
                customer=memory.partner_id.display_name,
            )

    @api.model
    def _learn(self, line, partner, is_right):
        """Remember for whom a bank line's payer pays, or that this was wrong."""
        found = self._find(line, partner)
        vals = {
            "name": (line.partner_name or "")[:LONGEST_NAME] or False,
            "last_at": fields.Datetime.now(),
            "times": found.times + 1 if is_right else 0,
        }
        if found:
            found.write(vals)
        elif is_right and (key := self._get_key(line)):
            found.create(
                {
                    "company_id": line.company_id.id,
                    "key": key,
                    "partner_id": partner.id,
                    **vals,
                }
            )

    @api.model
    def _forget_once(self, line, partner):
        """Take back one time that it was confirmed."""
        for memory in self._find(line, partner):
            memory.times = max(memory.times - 1, 0)

    @api.model
    def _find(self, line, partner):
        """Return what is known of a bank line's payer and a customer, elevated."""
        return self.sudo().search(
            [
                ("company_id", "=", line.company_id.id),
                ("key", "=", self._get_key(line)),
                ("partner_id", "=", partner.id),
            ]
        )

    @api.model
    def _get_key(self, line):
        """Return under what a bank line's payer is remembered, "" without a name."""
        return counterparty_key(line.partner_name or "", line.account_number or "")

    @api.model
    def _recall(self, company):
        """Return {key: customer's id} of a company.

        Who pays for several customers, as a payment service does, is nobody's payer.
        """
        groups = self.sudo()._read_group(
            [("company_id", "=", company.id), ("times", ">", 0)],
            ["key"],
            ["partner_id:recordset"],
        )
        return {key: partners.id for key, partners in groups if len(partners) == 1}
