from contextlib import nullcontext

from odoo import _, api, fields, models
from odoo.tools import SQL

from ...compat import Constraint
from ..shared.running import Lock, Transaction
from .groups import MANAGER

OPERATIONS = [
    ("draft_invoices", "Draft Invoices"),
    ("post_invoices", "Post Invoices"),
    ("sweep_deliveries", "Look for Missed Deliveries"),
    ("find_work", "Look for Hours, Milestones and Costs"),
    ("seal_decisions", "Seal Decisions"),
]


class BillingOperation(models.Model):
    """One kind of automatic work for a company, and how it went last (UTC)."""

    _name = "billing.operation"
    _description = "Billing Operation"
    _inherit = ["integration.operation.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "company_id, id"
    _rec_name = "code"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    code = fields.Selection(OPERATIONS, "Operation", required=True, readonly=True)

    _code_unique = Constraint(
        "unique(company_id, code)", "This company has this operation already."
    )

    @api.depends("code", "company_id.name")
    def _compute_display_name(self):
        for operation in self:
            name = operation.company_id.name
            operation.display_name = f"{operation._get_label()} ({name})"

    def _get_label(self):
        return dict(self._fields["code"]._description_selection(self.env))[self.code]

    @api.model
    def _get(self, company, code):
        """Return the operation of a company, made if it is its first run."""
        operations_sudo = self.sudo()
        found = operations_sudo.search(
            [("company_id", "=", company.id), ("code", "=", code)], limit=1
        )
        return found or operations_sudo.create(
            {"company_id": company.id, "code": code, "is_scheduled": True}
        )

    @api.model
    def _get_in_turn(self, company, code):
        """Return the operation of a company, as `_get`; it may be made by two at once.

        What else is pending is committed.
        """
        with Lock(company, "operation").in_turn():
            return self._get(company, code)

    @api.model
    def _cron_run(self, code):
        """Run an operation for each company that has something to do. Never raises."""
        deadline = self._get_deadline()
        companies = getattr(self, f"_find_companies_to_{code}")()

        def run(company):
            self._get_in_turn(company, code)._run(deadline)

        self._run_each(companies, run)

    def _run(self, deadline=None):
        """Do the work of this operation, and write down what happened.

        :param float deadline: `time.monotonic()` after which a later run goes on
        :raise BusyError: the same is running for the company
        """
        self.ensure_one()
        if not self.is_scheduled:
            return
        lang = self.company_id.partner_id.lang or self.env.lang
        operation = self.sudo().with_company(self.company_id)
        operation = operation.with_context(lang=lang)
        with operation._alone() if operation._is_exclusive() else nullcontext():
            operation._run_logged("schedule", deadline)

    def _is_exclusive(self):
        """Say whether one process at a time does this work for a company."""
        return True

    def _do_work(self, log, deadline, **options):
        """Do what the code stands for."""
        getattr(self, f"_run_{self.code}")(log, deadline)

    def _get_log_operation(self):
        return self.code

    def _get_alerted_user(self):
        policies = self.env["billing.policy"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        return policies.user_id or self._find_manager()

    def _find_manager(self):
        """Return the first manager of billing who works in the company."""
        users = self.env["res.users"].search(
            [("company_ids", "in", self.company_id.ids), ("share", "=", False)],
            order="id",
        )
        return users.filtered(lambda user: user.has_group(MANAGER))[:1]

    def _get_log_record(self):
        return self

    def _is_repeatable(self):
        return True

    @api.model
    def _find_companies(self, domain, model="billing.decision"):
        """Return the companies that have decisions, or other records, of a domain."""
        records = self.env[model].sudo()
        return records._read_group(domain, [], ["company_id:recordset"])[0][0]

    @api.model
    def _claim(self, domain, limit):
        """Lock decisions that nobody else is at, the oldest first.

        :param list domain: of `billing.decision`
        :return: `billing.decision`, elevated
        """
        decisions = self.env["billing.decision"].sudo()
        found = decisions.search(domain, order="id", limit=limit)
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM billing_decision
                 WHERE id = ANY(%s) ORDER BY id FOR UPDATE SKIP LOCKED
                """,
                found.ids,
            ),
            log_exceptions=False,
        )
        claimed = decisions.browse([row[0] for row in self.env.cr.fetchall()])
        claimed.invalidate_recordset(flush=False)
        return claimed.filtered_domain(domain)

    def _go_on_later(self, cron):
        """Wake a scheduled action for what is left."""
        self.env.ref(f"coopcycle_magento.{cron}").sudo()._trigger()

    def _do_step(self, step, *args):
        """Do a step wholly, commit it, and begin again where others were faster."""
        return Transaction(self.env).do(step, *args, indexes=self._get_indexes())

    @api.model
    def _get_indexes(self):
        """Return the unique indexes that another process may have filled just now."""
        return self.env["billing.decision.line"]._get_claim_indexes()

    def _note_outcome(self, log, decisions):
        """Count what a batch came to; note which decisions are held, and why."""
        held = decisions.filtered(lambda each: each.state == "held")
        log.done_count += len(decisions) - len(held)
        log.failed_count += len(held)
        if held:
            log._add_lines(
                [(self._describe(each, each.reason), each) for each in held], "warning"
            )

    def _describe(self, record, why):
        return _("%(of)s: %(why)s", of=record.display_name, why=why)

    def _get_busy_text(self):
        return _(
            "“%s” is running already. Resolution: wait until it has ended; see the"
            " process logs.",
            self.display_name,
        )
