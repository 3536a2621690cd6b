from odoo import _, http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.account.controllers.portal import PortalAccount


class Portal(PortalAccount):
    """Invoices that customers open in the portal."""

    @http.route()
    def portal_my_invoice_detail(
        self, invoice_id, access_token=None, report_type=None, download=False, **kw
    ):
        """Note that somebody who is no employee has opened, or downloaded, it."""
        response = super().portal_my_invoice_detail(
            invoice_id,
            access_token=access_token,
            report_type=report_type,
            download=download,
            **kw,
        )
        try:
            invoice = self._document_check_access(
                "account.move", invoice_id, access_token
            )
        except (AccessError, MissingError):
            return response  # they have seen nothing of it
        if not request.env.user._is_internal():
            state = "downloaded" if report_type == "pdf" and download else "opened"
            user = request.env.user
            who = _("by the link") if user._is_public() else user.name
            invoice._billing_find_live_dispatches()._take_seen(state, who)
        return response
