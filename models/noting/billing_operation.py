import time

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...tools.llm import FAILURES_TO_STOP, Question, ask_all
from ..shared.running import lock_rows
from .words import Words

OPERATIONS = [("draft_notes", "Draft Notes")]
NOTE_CRON, POST_CRON = "ir_cron_billing_note", "ir_cron_billing_post"


class BillingOperation(models.Model):
    """Having notes drafted, while no transaction is open and no invoice waits long."""

    _inherit = "billing.operation"

    code = fields.Selection(
        selection_add=OPERATIONS,
        ondelete={code: "cascade" for code, _label in OPERATIONS},
    )

    @api.model
    def _draft_notes_soon(self, moment):
        """Have notes drafted now, and what waits for them posted at a moment (UTC)."""
        self._go_on_later(NOTE_CRON)
        self.env.ref(f"coopcycle_magento.{POST_CRON}").sudo()._trigger(moment)

    # Invoices wait for their notes until a moment, and not beyond

    @api.model
    def _get_postable_domain(self, company):
        domain = super()._get_postable_domain(company)
        notes = self.env["billing.note"].sudo()
        awaited = notes.search(
            [
                ("company_id", "=", company.id),
                ("wait_until", ">", fields.Datetime.now()),
            ]
        )
        return [*domain, ("note_id", "not in", awaited.ids)]

    # Drafting

    @api.model
    def _find_companies_to_draft_notes(self):
        """Return those that wait for notes, but where nothing gets through now."""
        paused = self.sudo().search(
            [
                ("code", "=", "draft_notes"),
                ("paused_until", ">", fields.Datetime.now()),
            ]
        )
        waiting = self._find_companies([("verdict", "=", "waiting")], "billing.note")
        return waiting - paused.company_id

    def _run_draft_notes(self, log, deadline):
        """Ask for the notes that wait, within the time that the service has for it."""
        service = self.env["billing.note.service"]._find(self.company_id)
        is_off = bool(service._why_not())
        if not is_off and not self._is_paused():
            end = time.monotonic() + service.budget
            self._ask(log, service, min(end, deadline or end))
        notes = self.env["billing.note"]
        self._do_step(notes._end_late, self.company_id, is_off)
        self._go_on_later(POST_CRON)
        self._commit()

    def _ask(self, log, service, end):
        """Ask until all is asked, time is over, or nothing gets through.

        :param float end: `time.monotonic()` after which nothing is asked
        """
        # What came is written down before more is asked: invoices may wait for it
        while notes := self._find_waiting_notes(service.parallel_requests):
            if time.monotonic() >= end:
                self._go_on_later(NOTE_CRON)
                return
            outcomes = self._ask_for(service, notes, end)
            self._do_step(self._take_outcomes, log, outcomes)
            if outcomes and not self._do_step(self._heed_outcomes, outcomes):
                return
            self.env.invalidate_all()  # memory must not grow with the work

    def _find_waiting_notes(self, limit):
        """Return the next notes of drafts that are to be asked for; elevated."""
        return (
            self.env["billing.note"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("verdict", "=", "waiting"),
                    ("move_id.state", "=", "draft"),
                ],
                order="id",
                limit=limit,
            )
        )

    def _ask_for(self, service, notes, end):
        """Ask for notes, all at once.

        :return: {note's id: `Outcome`}, without those that were not asked for in time
        """
        questions = [Question(note.id, note.request) for note in notes]
        clients = [service._get_client() for _question in questions]
        self._commit()  # nothing is held while a model thinks
        return ask_all(clients, questions, lambda: time.monotonic() >= end)

    def _take_outcomes(self, log, outcomes):
        """Write down what came of questions."""
        notes = self.env["billing.note"].sudo().browse(outcomes)
        lock_rows(notes.decision_ids)  # as posting does, before their notes
        lock_rows(notes)
        waiting = notes.filtered(lambda note: note.verdict == "waiting")
        for note in waiting:
            note._take(outcomes[note.id])
        good = waiting.filtered(lambda note: note.verdict == "good")
        log.done_count += len(good)
        log.failed_count += len(waiting - good)
        if waiting - good:
            words = Words(self.env)
            log._add_lines(
                [
                    (
                        self._describe(
                            note, words.describe_verdict(note.verdict, note.detail)
                        ),
                        note,
                    )
                    for note in waiting - good
                ],
                "warning",
            )
        if concerned := good.filtered("concerns").decision_ids:
            concerned._as_robot()._heed_concerns()

    def _heed_outcomes(self, outcomes):
        """Pause where nothing gets through, go on where something does; say which."""
        errors = [outcome.error for outcome in outcomes.values() if outcome.error]
        if len(errors) < len(outcomes):
            if self.paused_until:
                self._resume(_("The note service answers again."))
            return True
        if not self.paused_until and not self._is_out_of_reach():
            return True
        self._pause(
            _(
                "%s Invoices go with the template's sentence. Resolution: press Test at"
                " Billing ▸ Configuration ▸ Note Service.",
                Words(self.env).describe_error(errors[-1]),
            )
        )
        return False

    def _is_out_of_reach(self):
        """Say whether the last questions, one after the other, had no answer."""
        asked = [("company_id", "=", self.company_id.id), ("asked_at", "!=", False)]
        notes = self.env["billing.note"].sudo()
        last = notes.search(asked, order="id desc", limit=FAILURES_TO_STOP)
        verdicts = last.mapped("verdict")
        return verdicts == ["unanswered"] * FAILURES_TO_STOP

    # Sealing

    def _run_seal_decisions(self, log, deadline):
        """Seal notes as well, and look whether their seals are whole.

        :raise UserError: they are not
        """
        res = super()._run_seal_decisions(log, deadline)
        notes = self.env["billing.note"]
        while self._do_step(notes._seal_batch, self.company_id):
            self._commit()
            self.env.invalidate_all()
        note, problem = notes._verify(self.company_id, self._get_verified_until(notes))
        if problem:
            raise UserError(
                _(
                    "The record of notes was changed in the database, from note %(id)s"
                    " on: %(problem)s Resolution: find out who has access to the"
                    " database, and compare with a backup.",
                    id=note.id,
                    problem=problem,
                )
            )
        return res
