from odoo import models


class BillingKeptMixin(models.AbstractModel):
    """Records that nobody changes or removes, superuser code of others included.

    Asked for where the database is written, which code reaches as well that goes past
    where a write begins.
    """

    _name = "billing.kept.mixin"
    _description = "Kept As It Was"

    def _refuse_changes(self, vals_list):
        """Refuse what must not be written.

        :param list vals_list: the values of each record
        :raise AccessError: something of it changes what is kept
        """
        raise NotImplementedError

    def _refuse_removal(self):
        """Refuse what must not be removed.

        :raise AccessError: one is kept
        """
        raise NotImplementedError

    def _write(self, vals):
        self._refuse_changes([vals] * len(self))
        return super()._write(vals)

    def _write_multi(self, vals_list):
        """What newer versions of Odoo write by."""
        self._refuse_changes(vals_list)
        return super()._write_multi(vals_list)

    def unlink(self):
        self._refuse_removal()
        return super().unlink()
