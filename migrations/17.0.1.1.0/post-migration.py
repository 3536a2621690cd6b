"""Fill what earlier versions did not write down."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    _fill_sending(cr)
    _count_credited(cr)


def _fill_sending(cr):
    """Take what was being sent for sent, and unknown stock sources for denied.

    Such documents are looked for in the shop before they are sent again; the next
    Fetch from Magento says whether the sources may be read.
    """
    cr.execute(
        """
        UPDATE magento_document
           SET sent_at = last_attempt_at
         WHERE sync_state = 'sending' AND sent_at IS NULL
        """
    )
    cr.execute(
        """
        UPDATE magento_connection AS connection
           SET are_sources_denied = TRUE
         WHERE are_sources_denied IS NULL
           AND fetched_at IS NOT NULL
           AND NOT EXISTS (
                SELECT FROM magento_source AS source
                 WHERE source.connection_id = connection.id
           )
        """
    )


def _count_credited(cr):
    """Count anew what is to be invoiced of what was credited."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    refunds = env["account.move"].search(
        [("move_type", "=", "out_refund"), ("magento_order_ids", "!=", False)]
    )
    refunds.invoice_line_ids.sale_line_ids._count_to_invoice_anew()
    env.flush_all()
