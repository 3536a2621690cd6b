from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...compat import Constraint, check_access
from ...tools.http.errors import SettingError
from ...tools.llm import PROMISES, LlmClient, LlmError, Refusal, read_draft
from .words import Words

ADMINISTRATOR = "base.group_system"


class BillingNoteService(models.Model):
    """A language model that drafts the notes of a company, and what it may take.

    Any server will do that speaks as OpenAI's does. It is off until an administrator
    switches it on, and a copy of the database asks nothing.
    """

    _name = "billing.note.service"
    _description = "Note Service"
    _inherit = ["integration.secret.mixin"]
    _order = "company_id"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    is_on = fields.Boolean("On", copy=False)
    url = fields.Char(
        "Address",
        help="Of a server that speaks as OpenAI's does, such as"
        " http://localhost:11434/v1",
    )
    model = fields.Char(
        "Language Model", help="By the name that the server has for it."
    )
    api_key = fields.Char(
        "Key",
        groups=ADMINISTRATOR,
        copy=False,
        exportable=False,
        help="Empty where the server wants none.",
    )
    timeout = fields.Integer(
        "Time-Out",
        default=20,
        required=True,
        help="Seconds that the server may stay silent.",
    )
    max_tokens = fields.Integer(
        "Longest Answer", default=300, required=True, help="In tokens of the model."
    )
    budget = fields.Integer(
        "Time of a Run",
        default=30,
        required=True,
        help="Seconds in which notes are asked for. An invoice whose note is not there"
        " by then is posted with the template's sentence.",
    )
    parallel_requests = fields.Integer("At Once", default=4, required=True)
    lang_ids = fields.Many2many(
        "res.lang",
        string="Languages",
        help="Customers of other languages get the template's sentence. Empty: all"
        " languages in which promises are known.",
    )
    tone = fields.Selection(
        [("friendly", "Friendly"), ("formal", "Formal")],
        required=True,
        default="friendly",
    )
    looks_at_terms = fields.Boolean(
        "Look at the Terms",
        help="The order's terms and conditions go along, and what is unusual in them"
        " is a warning of the checks.",
    )
    instructions = fields.Text(
        "More Instructions", help="They follow ours, in any language."
    )

    _company_unique = Constraint(
        "unique(company_id)", "This company has a note service already."
    )

    @api.constrains("is_on", "url", "model", "api_key")
    def _check_settings(self):
        for service in self:
            if service.is_on and not (service.url and service.model):
                raise ValidationError(_("It needs an address and a language model."))
            if service.url:
                service._get_client().close()

    @api.constrains("timeout", "budget", "max_tokens", "parallel_requests")
    def _check_limits(self):
        for service in self:
            is_sensible = (
                1 <= service.timeout <= 60
                and 1 <= service.budget <= 60
                and 50 <= service.max_tokens <= 4000
                and 1 <= service.parallel_requests <= 10
            )
            if not is_sensible:
                raise ValidationError(
                    _(
                        "Time-out and time of a run are 1 to 60 seconds, the longest"
                        " answer is 50 to 4000 tokens, and 1 to 10 notes are asked for"
                        " at once."
                    )
                )

    @api.model
    def _get_secret_fields(self):
        return super()._get_secret_fields() | {"api_key"}

    # Who is asked, and whether

    @api.model
    def _find(self, company):
        """Return the service of a company, or none; elevated."""
        return self.sudo().search([("company_id", "=", company.id)])

    def _why_not(self):
        """Return why nothing is asked now, in a user's words, "" if it may be."""
        if not self.is_on:
            return _("The note service is off.")
        return self._why_not_from_here()

    @api.model
    def _why_not_from_here(self):
        parameters = self.env["ir.config_parameter"].sudo()
        if parameters.get_param("database.is_neutralized"):
            return _("This is a copy of the database, which asks no other system.")
        return ""

    def _writes(self, lang):
        """Say whether notes in a language are drafted, as their promises are known."""
        wanted = self.lang_ids.mapped("code")
        return bool(self._get_promise_words(lang)) and (not wanted or lang in wanted)

    @api.model
    def _get_promise_words(self, lang):
        """Return the words by which a note in a language promises something.

        Those of all languages: a model does not always keep to the one it was told.

        :param str lang: such as "fr_FR"
        :return: as `tools.llm.promises` has them; none where the language is not known
        """
        known = PROMISES.values() if lang[:2] in PROMISES else ()
        return [word for words in known for word in words]

    def _get_wait_until(self):
        """Return until when an invoice may wait for its note (UTC)."""
        operations = self.env["billing.operation"].sudo()
        own = [("company_id", "=", self.company_id.id), ("code", "=", "draft_notes")]
        rests = operations.search(own).filtered(
            lambda operation: operation.paused_until or not operation.is_scheduled
        )
        return fields.Datetime.now() + timedelta(seconds=0 if rests else self.budget)

    # The network

    def _get_client(self):
        """Return a client, by which alone the server is reached.

        :rtype: LlmClient
        :raise ValidationError: address or key cannot be used
        """
        self.ensure_one()
        sudo = self.sudo()
        try:
            return LlmClient(sudo.url, sudo.api_key or "", timeout=sudo.timeout)
        except SettingError as error:
            raise ValidationError(Words(self.env).describe_setting(error)) from error

    def action_test(self):
        """Have a note drafted for nobody, and say what comes back."""
        self.ensure_one()
        check_access(self, "write")
        if why_not := self._why_not_from_here():
            raise UserError(why_not)
        if not (self.url and self.model):
            raise UserError(_("It needs an address and a language model."))
        notes = self.env["billing.note"].with_context(lang=self._get_test_language())
        facts = notes._prepare_sample_facts(self)
        try:
            with self._get_client() as client:
                answer = client.ask(notes._prepare_request(facts, self))
        except LlmError as error:
            return self._tell(Words(self.env).describe_error(error), "danger")
        words = Words(self.env)
        try:
            draft = read_draft(
                answer.content, facts, self._get_promise_words(notes.env.lang)
            )
        except Refusal as refusal:
            said = " ".join(answer.content.split())[:300]
            text = _(
                "It answers, and this would not be used (%(why)s): %(answer)s",
                why=words.describe_verdict(refusal.code, refusal.detail),
                answer=said,
            )
            return self._tell(text, "warning")
        text = _(
            "%(model)s says, with %(tokens)s tokens: %(note)s",
            model=answer.model or self.model,
            tokens=answer.prompt_tokens + answer.answer_tokens,
            note=draft.text,
        )
        return self._tell(text, "success")

    def _get_test_language(self):
        """Return a language that the service writes in, the user's if it can be."""
        langs = [self.env.lang, *self.lang_ids.mapped("code"), "en_US"]
        return next(filter(self._writes, filter(None, langs)), "en_US")

    @api.model
    def _tell(self, text, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": text, "type": kind, "sticky": True},
        }
