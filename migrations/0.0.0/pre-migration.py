"""Make way for the new version's views; run whenever the addon's version changes."""


def migrate(cr, version):
    """Leave of views nothing but their places in Odoo's own forms.

    Odoo checks every view of a form together with the others, also with those whose new
    content comes later in the same upgrade: a field that is gone, or a form of an older
    Odoo, would stop it.
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
