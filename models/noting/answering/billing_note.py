from odoo import api, fields, models

from ....tools.llm import Refusal, read_draft
from ....tools.text.cleaning import clean_text

LONGEST_ANSWER = 4000
LONGEST_DETAIL = 200


class BillingNote(models.Model):
    """What comes back, and whether it may be used."""

    _inherit = "billing.note"

    def _take(self, outcome):
        """Note what came of a question.

        :param outcome: `tools.llm.Outcome`
        """
        self.ensure_one()
        vals = {
            "asked_at": fields.Datetime.now(),
            "milliseconds": outcome.milliseconds,
            "wait_until": False,
        }
        if outcome.error:
            self.write({**vals, **self._refuse("unanswered", str(outcome.error))})
            return
        answer = outcome.answer
        content = clean_text(answer.content)[:LONGEST_ANSWER]
        vals |= {
            "answer": content,
            "digest": self._get_digest(self.request, content),
            "model": answer.model or self.service_id.model,
            "prompt_tokens": answer.prompt_tokens,
            "answer_tokens": answer.answer_tokens,
        }
        self.write({**vals, **self._judge_answer(answer.content)})

    def _judge_answer(self, content):
        """Return what an answer changes: the verdict, and the text if it is good."""
        words = self.service_id._get_promise_words(self.lang)
        try:
            draft = read_draft(content, self.facts, words)
        except Refusal as refusal:
            return self._refuse(refusal.code, refusal.detail)
        vals = {
            "verdict": "good",
            "drafted": draft.text,
            "concerns": "\n".join(draft.concerns) or False,
        }
        is_open = not self.used_at and not self.edited_user_id
        return {**vals, "text": draft.text} if is_open else vals

    @api.model
    def _refuse(self, verdict, detail):
        detail = clean_text(detail)[:LONGEST_DETAIL]
        return {"verdict": verdict, "detail": detail or False}

    @api.model
    def _end_late(self, company, is_off=False):
        """Ask no more for the notes of invoices that are no drafts any more.

        :param is_off: nor for any others
        """
        waiting = self.sudo().search(
            [("company_id", "=", company.id), ("verdict", "=", "waiting")]
        )
        late = waiting.filtered(lambda note: is_off or note.move_id.state != "draft")
        late.write({"verdict": "late", "wait_until": False})

    # Where it goes

    def _find_for(self, place):
        """Return the latest note of an invoice if it goes there, and says something."""
        latest = self.sorted("id")[-1:]
        return latest.filtered(lambda note: note.place == place and note.text)

    def _take_used(self):
        """Note that the customer has it."""
        unused = self.filtered(lambda note: not note.used_at)
        unused.write({"used_at": fields.Datetime.now(), "wait_until": False})
