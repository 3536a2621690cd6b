from odoo import _, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...compat import Constraint, is_same_kind
from .groups import OFFICE

# One row is of one day
MOST_HOURS = 24


class BillingServiceHours(models.Model):
    """Hours of one technician on one day."""

    _name = "billing.service.hours"
    _description = "Hours of a Service Order"
    _inherit = ["billing.service.row.mixin"]
    _order = "date, technician_id, start, id"

    technician_id = fields.Many2one(
        "res.users", required=True, index=True, default=lambda self: self.env.user
    )
    date = fields.Date("Day", required=True, default=fields.Date.context_today)
    start = fields.Float("From")
    end = fields.Float("To")
    duration = fields.Float(
        "Hours", compute="_compute_duration", store=True, readonly=False
    )
    billable = fields.Float(
        "Billable Hours",
        compute="_compute_billable",
        store=True,
        readonly=False,
        help="What the customer pays for; 0 for what is done free of charge.",
    )
    product_id = fields.Many2one(
        "product.product",
        "Labour",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        domain="[('billing_is_labour', '=', True)]",
    )
    name = fields.Char("What Was Done")
    claim_ids = fields.One2many(
        "billing.decision.line", "hours_id", "Billed As", readonly=True, groups=OFFICE
    )

    _duration_is_of_a_day = Constraint(
        f"CHECK(duration > 0 AND duration <= {MOST_HOURS}"
        f" AND billable >= 0 AND billable <= {MOST_HOURS})",
        "Hours of a day are more than 0, and 24 at most.",
    )
    _times_are_of_a_day = Constraint(
        'CHECK(start >= 0 AND start <= 24 AND "end" >= 0 AND "end" <= 24)',
        "Times of a day are between 0:00 and 24:00.",
    )

    @api.depends("start", "end")
    def _compute_duration(self):
        for hours in self:
            between = hours.end - hours.start
            hours.duration = between if between > 0 else hours.duration

    @api.depends("duration")
    def _compute_billable(self):
        for hours in self:
            hours.billable = hours.duration

    @api.depends("technician_id", "date", "duration", "name")
    def _compute_display_name(self):
        for hours in self:
            hours.display_name = hours._get_text()

    @api.depends("order_id")
    def _compute_product_id(self):
        for order, own in self.grouped("order_id").items():
            labour = order._get_labour()
            for hours in own:
                hours.product_id = hours.product_id or labour

    @api.constrains("technician_id", "order_id")
    def _check_technician(self):
        for hours in self.with_context(active_test=False):
            if hours.technician_id not in hours.order_id.technician_ids:
                raise ValidationError(
                    _(
                        "%(technician)s is no technician of %(order)s.",
                        technician=hours.technician_id.name,
                        order=hours.order_id.name,
                    )
                )

    @api.constrains("product_id")
    def _check_product(self):
        self._check_product_company()
        for hours in self:
            if not hours.product_id.billing_is_labour:
                raise ValidationError(
                    _(
                        "%s is no labour. Resolution: mark it so on the product.",
                        hours.product_id.display_name,
                    )
                )

    def _get_text(self):
        """Return who, when, how long and what, as the customer reads it."""
        self.ensure_one()
        who = self.technician_id.name or ""
        day = format_date(self.env, self.date) if self.date else ""
        hours = formatLang(self.env, self.billable)
        text = _("%(who)s, %(day)s, %(hours)s h", who=who, day=day, hours=hours)
        if not self.name:
            return text
        return _("%(hours)s: %(what)s", hours=text, what=self.name)

    def _get_unit(self):
        return self.product_id.uom_id

    def _get_quantity(self, unit):
        """Return what is billable, in the unit of a sold line.

        :param unit: `uom.uom`
        """
        hour = self.env.ref("uom.product_uom_hour")
        total = sum(self.mapped("billable"))
        if not unit or not is_same_kind(hour, unit):  # sold by the piece
            return total
        return hour._compute_quantity(total, unit, round=False)

    def _prepare_split(self, share):
        return tuple(
            {"duration": self.duration * part, "billable": self.billable * part}
            for part in (share, 1 - share)
        )

    def _filter_billable(self):
        return self.filtered(lambda hours: hours.is_validated and hours.billable)

    def _prepare_claims(self, claims):
        live = self.claim_ids.filtered("is_live")
        return [(1.0, {"hours_id": self.id, "part": len(live)})]
