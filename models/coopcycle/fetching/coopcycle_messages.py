"""What a user reads about an error of CoopCycle, and what to do about it."""

from odoo import _, _lt


class CoopcycleMessages:
    """Words for the errors of `tools.coopcycle.api`, in the user's language.

    :param env: the environment whose language is used
    """

    WHAT = {
        "name_not_found": _lt("CoopCycle's name was not found on the network."),
        "refused": _lt("CoopCycle refused the request."),
        "certificate": _lt("CoopCycle's certificate could not be verified."),
        "connect_timeout": _lt("CoopCycle did not answer the call in time."),
        "unreachable": _lt("CoopCycle could not be reached."),
        "rate_limited": _lt("CoopCycle asks to send fewer requests."),
        "unavailable": _lt("CoopCycle is in maintenance or overloaded."),
        "not_coopcycle": _lt("The answer did not come from CoopCycle's API."),
        "redirected": _lt("CoopCycle redirects to another address (%(location)s)."),
        "read_timeout": _lt("CoopCycle did not answer in time."),
        "hung_up": _lt("CoopCycle broke the connection off before it answered."),
        "unexpected": _lt("This program met an error of its own."),
        "server_error": _lt("CoopCycle met an error of its own."),
        "improper_answer": _lt("CoopCycle's answer could not be understood."),
        "answer_too_large": _lt("CoopCycle's answer was too large."),
        "page_missing": _lt("CoopCycle left out a page of a list."),
        "sign_in_refused": _lt("CoopCycle does not accept the sign-in."),
        "unauthorized": _lt("CoopCycle does not accept the sign-in for this."),
        "forbidden": _lt("CoopCycle does not allow this to who signs in."),
        "not_found": _lt("CoopCycle does not have what was asked for."),
        "not_located": _lt(
            "CoopCycle fails with this delivery, as it does with an address that it"
            " cannot locate."
        ),
        "url_invalid": _lt("The address of CoopCycle is none of a web server."),
        "credential_invalid": _lt("A part of the sign-in is missing, or cannot be it."),
        "ca_certificate_invalid": _lt("The CA certificate is none."),
    }
    REMEDY = {
        "name_not_found": _lt("check the spelling of the address."),
        "refused": _lt("check the address, and what CoopCycle says."),
        "certificate": _lt(
            "have CoopCycle's certificate renewed, check the address, or give the"
            " certificate of your own authority on the instance."
        ),
        "connect_timeout": _lt("check the address and CoopCycle's firewall."),
        "unreachable": _lt("check the address and this server's network."),
        "rate_limited": _lt("nothing; it is tried again later."),
        "unavailable": _lt("nothing; it is tried again later."),
        "not_coopcycle": _lt(
            "check the address. A proxy, a password on the whole site or a maintenance"
            " page may answer in CoopCycle's place."
        ),
        "redirected": _lt("enter the address that CoopCycle redirects to."),
        "read_timeout": _lt("nothing if it is rare; else raise the time-out."),
        "hung_up": _lt("nothing if it is rare; else ask CoopCycle's administrator."),
        "unexpected": _lt("see the server's log."),
        "server_error": _lt("ask CoopCycle's administrator to look at its log."),
        "improper_answer": _lt("check the address; else update CoopCycle."),
        "answer_too_large": _lt("fetch a shorter period."),
        "page_missing": _lt("nothing; it is read again next time."),
        "sign_in_refused": _lt(
            "enter name and password of an administrator of CoopCycle, or key and"
            " secret of the application, again."
        ),
        "unauthorized": _lt("enter the sign-in again."),
        "forbidden": _lt(
            "invoicing needs a user who is an administrator in CoopCycle, deliveries an"
            " application that belongs to a store."
        ),
        "not_found": _lt("find out whether it was deleted in CoopCycle."),
        "not_located": _lt(
            "correct the address of the recipient, or the warehouse's; if they are"
            " right, ask CoopCycle's administrator to look at its log."
        ),
        "url_invalid": _lt("enter it as https://coop.example.com, without a password."),
        "credential_invalid": _lt("enter it again, without spaces."),
        "ca_certificate_invalid": _lt("upload the certificate again, as a PEM file."),
    }

    def __init__(self, env):
        self.env = env

    def text(self, error):
        """Return what failed, CoopCycle's own words, and a resolution.

        :param error: a `CoopcycleError` or a `SettingError`
        """
        what = str(self.WHAT[error.code]) % {
            "location": getattr(error, "location", ""),
        }
        return " ".join(filter(None, [what, self._words(error), self._remedy(error)]))

    def _words(self, error):
        message = getattr(error, "message", "")
        return _("CoopCycle says: “%s”", message) if message else ""

    def _remedy(self, error):
        return _("Resolution: %s", self.REMEDY[error.code])
