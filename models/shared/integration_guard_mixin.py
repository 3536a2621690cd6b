from odoo import _, api, models, tools
from odoo.exceptions import AccessError

from ...compat import check_access, check_fields

ADDON = "coopcycle_magento"
PREFIXES = ("billing_", "coopcycle_", "magento_")
COPIES = "integration.guard.mixin"


class IntegrationGuardMixin(models.AbstractModel):
    """Read-only fields that nobody writes but the program.

    `readonly` binds forms alone: scripts create, write and copy by Odoo's API with any
    user's password, and a context or a user's defaults bring values along. What the
    program writes here, it writes elevated. Of a model of this addon all read-only
    fields are guarded, of one of Odoo's those whose names begin as the addon's do.
    """

    _name = "integration.guard.mixin"
    _description = "Guarded Fields"

    @api.model
    @tools.ormcache()
    def _get_guarded_fields(self):
        """Return the names of the fields that only the program writes."""
        is_own = self._original_module == ADDON
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.readonly
            and name not in models.MAGIC_COLUMNS
            and (is_own or name.startswith(PREFIXES))
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse guarded values, but those of a copy's original."""
        self._check_guarded(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Refuse guarded values."""
        self._refuse_guarded(self._find_guarded(vals))
        return super().write(vals)

    @api.model
    def default_get(self, fields_list):
        """Give guarded fields the program's own defaults, even in its elevated code.

        A context goes through that as well, and a user's defaults do.
        """
        defaults = super().default_get(fields_list)
        for name in self._get_guarded_fields() & defaults.keys():
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(
                    field.default(self), self, validate=False
                )
                defaults[name] = field.convert_to_write(value, self)
            else:
                del defaults[name]
        return defaults

    def copy_data(self, default=None):
        """Remember in this transaction what a copy takes of its original."""
        self._refuse_guarded(self._find_guarded(default or {}))
        copies = super().copy_data(default)
        for vals in copies:
            self._get_copied().update(
                (self._name, name, repr(vals[name]))
                for name in self._get_guarded_fields() & vals.keys()
            )
        return copies

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """Export no field that the user may not read; Odoo asks for stored ones."""
        check_fields(self, {path[0] for path in fields if path})
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    @api.model
    def _check_guarded(self, vals_list):
        """Check what new records are to have.

        :raise AccessError: only the program may give them that
        """
        for vals in vals_list:
            given = {name for name in self._find_guarded(vals) if vals[name]}
            self._refuse_guarded(given - self._find_copied(vals))

    @api.model
    def _find_guarded(self, vals):
        """Return the names of the guarded fields that somebody else writes."""
        return set() if self.env.su else self._get_guarded_fields() & vals.keys()

    @api.model
    def _find_copied(self, vals):
        """Return the names of the values that an original has."""
        copied = self._get_copied()
        return {
            name
            for name in self._get_guarded_fields() & vals.keys()
            if (self._name, name, repr(vals[name])) in copied
        }

    @api.model
    def _get_copied(self):
        return self.env.cr.precommit.data.setdefault(COPIES, set())

    @api.model
    def _refuse_guarded(self, names):
        """Refuse fields.

        :raise AccessError: there are some
        """
        if names:
            raise AccessError(
                _(
                    "Only the program itself writes these fields of %(model)s:"
                    " %(fields)s.",
                    model=self._description,
                    fields=", ".join(sorted(names)),
                )
            )

    def _elevate_for(self, operation):
        """Return these records elevated, for a user who may do this with them.

        :param str operation: "create", "write" or "unlink"
        :raise AccessError: the user may not
        """
        check_access(self, operation)
        return self.sudo()
