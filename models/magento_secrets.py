from odoo import _, api, models
from odoo.exceptions import AccessError
from odoo.osv import expression


class MagentoConnection(models.Model):
    """A shop's keys cannot be guessed by searching for them.

    Odoo does not let users read the fields of groups that they are not in, but lets
    them search by these fields and sort by them.
    """

    _inherit = "magento.connection"

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, access_rights_uid=None):
        if not self.env.su:
            self._check_no_secrets(domain, order)
        return super()._search(domain, offset, limit, order, access_rights_uid)

    def _check_no_secrets(self, domain, order):
        """Check that a search does not tell what the user must not read.

        :raise AccessError: it would
        """
        secret = {
            name
            for name, field in self._fields.items()
            if field.groups and not self.user_has_groups(field.groups)
        }
        leaves = filter(expression.is_leaf, domain or ())
        named = {str(leaf[0]).split(".")[0] for leaf in leaves}
        named |= {
            part.split()[0].strip('"')
            for part in (order or "").split(",")
            if part.strip()
        }
        if secret & named:
            raise AccessError(_("Only managers of Magento may use the keys of a shop."))
