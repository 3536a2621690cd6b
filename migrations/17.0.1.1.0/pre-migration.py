"""Make way for the new version's fields."""

from odoo.tools.sql import column_exists


def migrate(cr, version):
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
