from math import isfinite

from odoo import _, api, models
from odoo.exceptions import ValidationError

from ...tools.text.cleaning import clean_text


class BillingServiceEntryMixin(models.AbstractModel):
    """What people enter on the way, without what no database can hold."""

    _name = "billing.service.entry.mixin"
    _description = "Entry of a Service Order"
    _inherit = ["integration.guard.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean_entry(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean_entry(vals))

    @api.model
    def _clean_entry(self, vals):
        """Return values with clean words.

        :raise ValidationError: a number is none, or endless
        """
        for name, value in vals.items():
            if isinstance(value, float) and not isfinite(value):
                raise ValidationError(_("%s is no number.", self._describe(name)))
        return {
            name: clean_text(value) if self._is_text(name, value) else value
            for name, value in vals.items()
        }

    @api.model
    def _is_text(self, name, value):
        field = self._fields.get(name)
        return isinstance(value, str) and field and field.type == "char"

    @api.model
    def _describe(self, name):
        field = self._fields.get(name)
        return field._description_string(self.env) if field else name
