"""Make way for the new version's fields and views."""

from odoo.tools.sql import column_exists

GONE = r"\mmagento_invoice_number\M"


def migrate(cr, version):
    _empty_views(cr)
    _list_fallbacks(cr)


def _empty_views(cr):
    """Leave of views with a field which is gone nothing but their places in the forms.

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
           AND ir_ui_view.arch_db::text ~ %s
        """,
        [GONE],
    )


def _list_fallbacks(cr):
    """Keep what is sent where a document is refused, of which there may be several."""
    if column_exists(cr, "magento_document", "fallback"):
        cr.execute("ALTER TABLE magento_document RENAME COLUMN fallback TO fallbacks")
        cr.execute(
            """
            UPDATE magento_document
               SET fallbacks = jsonb_build_array(fallbacks)
             WHERE jsonb_typeof(fallbacks) = 'object'
            """
        )
