"""What a user reads about an error of Magento, and what to do about it."""

from odoo import _, _lt

# Where an integration's API tab has the resource, in the English of Magento's admin
RIGHTS = {
    "Magento_Backend::store": "Stores ▸ Settings ▸ All Stores",
    "Magento_Tax::manage_tax": "Stores ▸ Taxes",
    "Magento_InventoryApi::source": "Stores ▸ Inventory ▸ Sources",
    "Magento_Catalog::products": "Catalog ▸ Inventory ▸ Products",
    "Magento_Sales::actions_view": "Sales ▸ Operations ▸ Orders ▸ Actions ▸ View",
    "Magento_Sales::invoice": "Sales ▸ Operations ▸ Orders ▸ Actions ▸ Invoice",
    "Magento_Sales::ship": "Sales ▸ Operations ▸ Orders ▸ Actions ▸ Ship",
    "Magento_Sales::creditmemo": (
        "Sales ▸ Operations ▸ Orders ▸ Actions ▸ Credit Memos"
    ),
    "Magento_Sales::comment": "Sales ▸ Operations ▸ Orders ▸ Actions ▸ Comment",
    "Magento_Sales::cancel": "Sales ▸ Operations ▸ Orders ▸ Actions ▸ Cancel",
    "Magento_Sales::sales_invoice": "Sales ▸ Operations ▸ Invoices",
    "Magento_Sales::shipment": "Sales ▸ Operations ▸ Shipments",
    "Magento_Sales::sales_creditmemo": "Sales ▸ Operations ▸ Credit Memos",
}


class MagentoMessages:
    """Words for the errors of `tools.magento`, in the user's language.

    :param env: the environment whose language is used
    """

    WHAT = {
        "name_not_found": _lt("The shop's name was not found on the network."),
        "refused": _lt("The shop's server refused the connection."),
        "certificate": _lt("The shop's certificate could not be verified."),
        "connect_timeout": _lt("The shop's server did not answer the call in time."),
        "unreachable": _lt("The shop's server could not be reached."),
        "rate_limited": _lt("The shop asks to send fewer requests."),
        "unavailable": _lt("The shop is in maintenance or overloaded."),
        "not_magento": _lt("The answer did not come from Magento's API."),
        "redirected": _lt("The shop redirects to another address (%(location)s)."),
        "read_timeout": _lt("The shop did not answer in time."),
        "hung_up": _lt("The shop broke the connection off before it answered."),
        "server_error": _lt("The shop met an error of its own."),
        "improper_answer": _lt("The shop's answer could not be understood."),
        "answer_too_large": _lt("The shop's answer was too large."),
        "page_missing": _lt("The shop left out a page of a list."),
        "unauthorized": _lt("The shop does not accept the sign-in for this."),
        "not_found": _lt("The shop does not have what was asked for."),
        "path_invalid": _lt("Odoo has an ID for it that no Magento gives."),
        "declined": _lt("The shop declined to do it."),
        "url_invalid": _lt("The address of the shop is no address of a web server."),
        "credential_invalid": _lt(
            "A key of the sign-in is missing, or has spaces or letters that no key has."
        ),
        "ca_certificate_invalid": _lt("The CA certificate is none."),
    }
    REMEDY = {
        "name_not_found": _lt(
            "check the spelling of the shop's address, and this server's network."
        ),
        "refused": _lt("check the address and its port, and the shop's firewall."),
        "certificate": _lt(
            "have the shop's certificate renewed, check the address, or give the"
            " certificate of your own authority on the connection."
        ),
        "connect_timeout": _lt("check the address and the shop's firewall."),
        "unreachable": _lt("check the address and this server's network."),
        "rate_limited": _lt("nothing; it is tried again later."),
        "unavailable": _lt("nothing; it is tried again later."),
        "not_magento": _lt(
            "check the address and the API path. A proxy, a password on the whole site"
            " or a maintenance page may answer in Magento's place."
        ),
        "redirected": _lt(
            "enter the address that the shop redirects to. If it is entered already,"
            " ask the shop's administrator to except the API from the rule that"
            " redirects."
        ),
        "read_timeout": _lt("nothing if it is rare; else raise the time-out."),
        "hung_up": _lt("nothing if it is rare; else ask the shop's administrator."),
        "server_error": _lt("ask the shop's administrator to look at Magento's log."),
        "improper_answer": _lt("check the address and the API path."),
        "answer_too_large": _lt("lower the page size on the connection."),
        "page_missing": _lt("nothing; the list is read again next time."),
        "path_invalid": _lt(
            "find out who has changed the IDs of Magento on the record in Odoo."
        ),
        "url_invalid": _lt("enter it as https://shop.example.com, without a password."),
        "credential_invalid": _lt(
            "copy the keys again from System ▸ Extensions ▸ Integrations in"
            " Magento's admin."
        ),
        "ca_certificate_invalid": _lt("upload the certificate again, as a PEM file."),
    }

    def __init__(self, env):
        self.env = env

    def text(self, error, remedy=""):
        """Return what failed, Magento's own words, and a resolution.

        :param error: a `MagentoError` or a `MagentoSettingError`
        :param str remedy: a better one than that which goes with the error
        """
        remedy = remedy or self.remedy(error)
        return " ".join(filter(None, [self._what(error), self._words(error), remedy]))

    def _what(self, error):
        what = self.WHAT.get(error.code)
        if what is None or self._is_refusal(error):
            return _("The shop refused the request.")
        return str(what) % {"location": getattr(error, "location", "")}

    def _words(self, error):
        message, status = getattr(error, "message", ""), getattr(error, "status", None)
        if message and status:
            return _(
                "The shop says (%(status)s): “%(message)s”",
                status=status,
                message=message,
            )
        if message:
            return _("The shop says: “%s”", message)
        return _("(HTTP status %s.)", status) if status else ""

    def remedy(self, error):
        """Return the resolution, "" if there is none but to look at Magento's words."""
        if error.code == "unauthorized" and not error.right:
            return self._remedy_for_signature()
        if error.code == "unauthorized":
            return self._remedy_for_unauthorized(error)
        if self._is_refusal(error):
            return _(
                "Resolution: look at the order in the shop: its state, and what is left"
                " on it."
            )
        remedy = self.REMEDY.get(error.code)
        return _("Resolution: %s", remedy) if remedy else ""

    @staticmethod
    def _is_refusal(error):
        """Say whether the shop refused what was asked, rather than the connection."""
        return error.code == "refused" and getattr(error, "scope", "") == "document"

    def _remedy_for_signature(self):
        """Return what helps where Magento names no right: it does not know who asks."""
        return _(
            "Resolution: ask the shop's administrator whether a proxy in front of the"
            " shop changes scheme, host or port on the way, which are signed: nginx has"
            " to pass them on (proxy_set_header Host $http_host; X-Forwarded-Proto)."
            " Else copy the integration's four keys again, and set this server's clock"
            " right."
        )

    def _remedy_for_unauthorized(self, error):
        return _(
            "Resolution: in Magento's admin at System ▸ Extensions ▸ Integrations,"
            " allow the integration “%(right)s” on its API tab and save it. If that is"
            " allowed already, copy its four keys again. An access token alone is"
            " refused unless the shop's configuration allows it as a bearer token.",
            right=RIGHTS.get(error.right, error.right) or _("this resource"),
        )

    def sign_in_refused(self, error):
        """Return what a shop means that refuses everything that was asked for.

        :param error: a `MagentoPermissionError`
        """
        what = _("The shop was reached, but it refuses the sign-in.")
        remedy = _(
            "Resolution: in Magento's admin at System ▸ Extensions ▸ Integrations,"
            " check that the integration is active and copy its four keys again; it may"
            " also lack every right on its API tab. This server's clock must be right,"
            " too. An access token alone is refused unless the shop's configuration"
            " allows it as a bearer token."
        )
        if not error.right:
            remedy = self._remedy_for_signature()
        return " ".join([what, self._words(error), remedy])
