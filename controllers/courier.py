from odoo import http
from odoo.http import request

from ..models.coopcycle.following.coopcycle_connection import PATH
from ..tools.coopcycle.api.webhooks import LARGEST_BODY, SIGNATURE


class Courier(http.Controller):
    """What CoopCycle tells of deliveries."""

    @http.route(
        f"{PATH}<string:key>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=LARGEST_BODY,
    )
    def take_event(self, key, **_form):
        """Write an event down, and answer at once.

        An address that is ours no more is answered as if all was well: CoopCycle tells
        nobody else of an event as long as one webhook of it is refused.
        """
        connection = request.env["coopcycle.connection"]._find_by_webhook_key(key)
        if not connection:
            return request.make_response("", status=204)
        signature = request.httprequest.headers.get(SIGNATURE, "")
        content = request.httprequest.get_data(cache=False)
        is_taken = connection._take_event(content, signature)
        return request.make_response("", status=204 if is_taken else 401)
