"""Pausing an operation while nothing gets through."""

from odoo import _, fields

from .....tools.magento import MagentoError, MagentoPermissionError, SearchCriteria
from ...connection.magento_messages import MagentoMessages


class Breaker:
    """Opens when nothing gets through, and closes when a probe does.

    While it is open the operation rests, longer each time; no document pays for it. It
    belongs to one operation of one connection: others go on.

    :param operation: the `magento.operation`, elevated
    """

    def __init__(self, operation, path):
        self.operation = operation
        self.env = operation.env
        self.path = path

    @property
    def is_open(self):
        return bool(self.operation.paused_until)

    def needs_probe(self, is_asked_for):
        """Say whether it is time to look at the shop again.

        :param is_asked_for: a user wants to know now
        """
        return self.is_open and (
            is_asked_for or self.operation.paused_until <= fields.Datetime.now()
        )

    def probe(self):
        """Read something harmless: what nothing is in, so that nothing of it is broken.

        :return: the `MagentoError` that it met, None if it got through
        """
        nothing = SearchCriteria().where("entity_id", "eq", "0")
        query = nothing.on_page(1, 1).parameters("total_count")
        try:
            with self.operation.connection_id._get_client() as client:
                client.get(self.path, query)
        except MagentoError as error:
            return error
        return None

    def open(self, error):
        """Open, or stay open for longer; the first time somebody is told."""
        self.operation.is_denied = isinstance(error, MagentoPermissionError)
        self.operation._pause(MagentoMessages(self.env).text(error))

    def close(self):
        """Close after something got through."""
        if not self.is_open:
            return
        self.operation.is_denied = False
        self.operation._resume(_("The shop is reached again; the operation goes on."))

    def close_if_idle(self):
        """Close where nothing is left to try out, unless a right was missing.

        The probe only reads, so it cannot tell whether a right to write is there now.
        """
        if self.is_open and not self.operation.is_denied:
            self.close()
