"""Fill what earlier versions did not write down."""


def migrate(cr, version):
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
