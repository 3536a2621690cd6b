"""Requests to the shop of a test."""

from urllib.parse import urlsplit

from odoo.tests.common import _super_send


class OwnShop:
    """Lets tests ask their own shop as the program asks one, with its time-outs."""

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        if urlsplit(request.url).hostname in ("127.0.0.1", "localhost"):
            return _super_send(session, request, **options)
        return super()._request_handler(session, request, **options)
