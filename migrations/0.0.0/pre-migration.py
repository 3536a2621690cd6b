"""Make way for the forms of another Odoo; run whenever the addon's version changes."""

from odoo.release import version_info


def migrate(cr, version):
    if int(version.split(".")[0]) != version_info[0]:
        _empty_views(cr)


def _empty_views(cr):
    """Leave of views of an older Odoo nothing but their places in Odoo's own forms.

    Odoo checks every view of a form together with the others, also with those whose new
    content comes later in the same upgrade.
    """
    cr.execute(
        """
        UPDATE ir_ui_view
           SET arch_db = '{"en_US": "<data/>"}'
          FROM ir_model_data AS data
         WHERE data.model = 'ir.ui.view'
           AND data.res_id = ir_ui_view.id
           AND data.module = 'coopcycle_magento'
           AND ir_ui_view.inherit_id IS NOT NULL
        """
    )
