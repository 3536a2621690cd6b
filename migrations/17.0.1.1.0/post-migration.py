"""Take what was being sent for sent: nobody had written down what was not."""


def migrate(cr, version):
    """Let such documents be looked for in the shop before they are sent again."""
    cr.execute(
        """
        UPDATE magento_document
           SET sent_at = last_attempt_at
         WHERE sync_state = 'sending' AND sent_at IS NULL
        """
    )
