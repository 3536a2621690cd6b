from odoo import _, api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL


class IntegrationSecretMixin(models.AbstractModel):
    """A record with passwords or keys, which are in no log and no file.

    A statement that PostgreSQL refuses is logged with all its values, and with the
    whole row where a column must not be empty or fails a check. So secrets are written
    by a statement of their own, and limits are checked in Python: a table of secrets
    has no CHECK.
    """

    _name = "integration.secret.mixin"
    _inherit = ["integration.guard.mixin"]
    _description = "Record With Secrets"

    @api.model
    def _get_secret_fields(self):
        """Return the names of the fields that are secret; extensions add theirs."""
        return frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        """Write secrets after all else, also those that are defaults."""
        self._check_guarded(vals_list)
        secret = self._get_secret_fields()
        defaults = self.default_get(sorted(secret))
        others = [
            {name: value for name, value in vals.items() if name not in secret}
            for vals in vals_list
        ]
        records = super().create(others)
        for record, vals in zip(records, vals_list, strict=True):
            given = defaults | vals
            if secrets := {n: given[n] for n in secret if given.get(n)}:
                record.write(secrets)
        return records

    @api.model
    def _add_missing_default_values(self, values):
        """Keep secrets out of the statement that creates a record."""
        values = super()._add_missing_default_values(values)
        secret = self._get_secret_fields()
        return {name: values[name] for name in values if name not in secret}

    def write(self, vals):
        """Write secrets after all else, and refuse what PostgreSQL would refuse."""
        self._check_required(vals)
        secret = self._get_secret_fields()
        super().write({name: vals[name] for name in vals if name not in secret})
        if secrets := {name: vals[name] for name in vals if name in secret}:
            self.flush_recordset()
            # Whoever writes the same rows has this statement refused, not the next one
            query = "SELECT FROM %s WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
            self.env.cr.execute(SQL(query, SQL.identifier(self._table), self.ids))
            super().write(secrets)
            self.flush_recordset()
        return True

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """Keep secrets out of every file, whoever asks and by whichever record.

        :raise AccessError: a secret is among the fields
        """
        if secret := self._get_secret_fields() & {path[0] for path in fields if path}:
            raise AccessError(
                _(
                    "Passwords and keys are never exported: %s. Resolution: choose"
                    " other fields.",
                    ", ".join(sorted(secret)),
                )
            )
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    def _check_required(self, vals):
        """Check that values leave no required field empty.

        :raise ValidationError: they do
        """
        for name in vals:
            field = self._fields.get(name)
            if not (field and field.store and field.required):
                continue
            if field.convert_to_cache(vals[name], self, validate=False) is None:
                label = field._description_string(self.env)
                raise ValidationError(_("“%s” must not be empty.", label))
