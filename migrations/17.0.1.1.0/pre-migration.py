"""Empty the addon's views that show a field which is gone; they are loaded again.

Odoo checks every view of a form together with the others, also with those whose new
content comes later in the same upgrade.
"""

GONE = r"\mmagento_invoice_number\M"


def migrate(cr, version):
    """Leave nothing of such views but their places in the forms."""
    cr.execute(
        """
        UPDATE ir_ui_view
           SET arch_db = '{"en_US": "<data/>"}'
          FROM ir_model_data AS data
         WHERE data.model = 'ir.ui.view'
           AND data.res_id = ir_ui_view.id
           AND data.module = 'coopcycle_magento'
           AND ir_ui_view.inherit_id IS NOT NULL
           AND ir_ui_view.arch_db::text ~ %s
        """,
        [GONE],
    )
