from math import isfinite

from odoo import _, api, models
from odoo.exceptions import ValidationError

from ...tools.text.cleaning import clean_text

# PostgreSQL's integers end here
LARGEST = 2**31 - 1


class IntegrationEntryMixin(models.AbstractModel):
    """What people enter, without what no database can hold."""

    _name = "integration.entry.mixin"
    _description = "Entry of a Person"

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
        return {name: self._clean_value(name, value) for name, value in vals.items()}

    @api.model
    def _clean_value(self, name, value):
        field = self._fields.get(name)
        kind = field.type if field else ""
        if isinstance(value, float) and not isfinite(value):
            raise ValidationError(_("%s is no number.", self._describe(name)))
        if kind == "integer" and isinstance(value, int) and abs(value) > LARGEST:
            raise ValidationError(_("%s is too large.", self._describe(name)))
        if kind in ("char", "text") and isinstance(value, str):
            return clean_text(value)
        return value

    @api.model
    def _describe(self, name):
        field = self._fields.get(name)
        return field._description_string(self.env) if field else name
