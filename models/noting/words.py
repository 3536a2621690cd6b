"""What people read of the note service and its answers."""

from odoo import _


class Words:
    """Describes errors and verdicts.

    :param env: in whose language it is
    """

    def __init__(self, env):
        self.env = env

    def describe_setting(self, error):
        """Return why address or key cannot be used.

        :param error: `SettingError`
        """
        if error.code == "credential_invalid":
            return _("The key has characters that no key has.")
        return _(
            "This is no address. Resolution: enter one as http://localhost:11434/v1,"
            " without user, password or question mark."
        )

    def describe_error(self, error):
        """Return what went wrong with a question, with the remedy.

        :param error: `LlmError`
        """
        text = self.get_error_texts()[error.code]
        status = f" (HTTP {error.status})" if error.status else ""
        return f"{text}{status}"

    def get_error_texts(self):
        """Return {code of an `LlmError`: what users read of it}."""
        return {
            "name_not_found": _("No server has this name."),
            "refused": _("No server listens at this address."),
            "certificate": _("The server's certificate is not valid."),
            "connect_timeout": _("The server does not answer."),
            "unreachable": _("The server cannot be reached."),
            "read_timeout": _("The server did not answer in time."),
            "hung_up": _("The server hung up."),
            "redirected": _("The server sends us to another address."),
            "unauthorized": _("The server does not accept the key."),
            "rate_limited": _("The server wants fewer questions."),
            "declined": _("The server declined the question."),
            "server_error": _("The server failed."),
            "answer_too_large": _("The answer is too large."),
            "improper_answer": _("What came is no answer of a language model."),
            "unexpected": _("The question could not be sent."),
        }

    def describe_verdict(self, verdict, detail):
        """Return why a note is as it is.

        :param str verdict: a value of the field `verdict`
        :param str detail: the part that is not wanted, if that is known
        """
        labels = self.env["billing.note"]._fields["verdict"]._description_selection
        label = dict(labels(self.env))[verdict]
        return f"{label}: {detail}" if detail else label
