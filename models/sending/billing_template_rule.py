from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

KINDS = [("out_invoice", "Invoices"), ("out_refund", "Credit Notes")]


class BillingTemplateRule(models.Model):
    """With which words an invoice is mailed; the first rule that fits counts."""

    _name = "billing.template.rule"
    _description = "Mail Template Rule"
    _inherit = ["integration.guard.mixin"]
    _order = "sequence, id"
    _rec_name = "template_id"

    sequence = fields.Integer(
        default=10, help="Of several rules that fit, the first one decides."
    )
    active = fields.Boolean(default=True)
    move_type = fields.Selection(KINDS, "For", required=True, default=KINDS[0][0])
    partner_tag_ids = fields.Many2many(
        "res.partner.category",
        string="Customer Tags",
        help="The customer, or the company above it, has one of these. Empty: all.",
    )
    policy_id = fields.Many2one(
        "billing.policy",
        ondelete="cascade",
        index="btree_not_null",
        help="What this policy billed. Empty: all.",
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: all companies."
    )
    template_id = fields.Many2one(
        "mail.template",
        required=True,
        ondelete="cascade",
        domain="[('model', '=', 'account.move')]",
    )

    @api.constrains("template_id")
    def _check_template(self):
        for rule in self:
            if rule.template_id.model != "account.move":
                raise ValidationError(
                    _("%s is no template of invoices.", rule.template_id.name)
                )

    @api.constrains("policy_id", "company_id")
    def _check_policy(self):
        for rule in self:
            companies = rule.policy_id.company_id | rule.company_id
            if len(companies) > 1:
                raise ValidationError(
                    _("%s is a policy of another company.", rule.policy_id.name)
                )

    @api.model
    def _find(self, move):
        """Return the template of the first rule that fits an invoice, or none."""
        move = move.sudo()
        rules = self.sudo().search(
            [
                ("move_type", "=", move.move_type),
                ("company_id", "in", (False, move.company_id.id)),
            ]
        )
        fitting = (rule for rule in rules if rule._fits(move))
        return next(fitting, rules.browse()).template_id

    def _fits(self, move):
        self.ensure_one()
        partner = move.partner_id
        tags = partner.category_id | partner.commercial_partner_id.category_id
        return (not self.partner_tag_ids or bool(tags & self.partner_tag_ids)) and (
            not self.policy_id or self.policy_id in move.billing_decision_ids.policy_id
        )
