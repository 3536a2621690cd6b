import time
from datetime import timedelta

from odoo import api, fields, models

from ...compat import Constraint
from ...tools.billing import vat, vies
from ..shared.running import Transaction

URL_PARAMETER = "coopcycle_magento.billing_vies_url"
DAYS_OF_ANSWER = 30
# So long a number without an answer is left alone
HOURS_OF_SILENCE = 20
# So many without an answer, one after the other: the service is not there today
MAX_SILENT = 3
SECONDS_BETWEEN = 1
SECONDS_PER_RUN = 60


class BillingVatCheck(models.Model):
    """What VIES, the European Union's service, said of a VAT number last.

    It is asked in the background alone, and slowly: whoever asks it too often is shut
    out. An invoice never waits for it.
    """

    _name = "billing.vat.check"
    _description = "VAT Number Check"
    _inherit = ["integration.guard.mixin"]
    _order = "asked_at desc, id desc"
    _rec_name = "number"

    number = fields.Char(required=True, readonly=True)
    result = fields.Selection(
        [("valid", "Valid"), ("invalid", "Invalid"), ("unknown", "No Answer")],
        required=True,
        readonly=True,
    )
    request_id = fields.Char(
        "Proof", readonly=True, help="The service's own number of the question."
    )
    asked_at = fields.Datetime("Asked", required=True, readonly=True)
    answer = fields.Char(
        readonly=True, help="Whose number it is, or why there is no answer."
    )

    _number_unique = Constraint("unique(number)", "This number was asked for already.")

    @api.model
    def _find_recent(self, numbers):
        """Return what was said of some numbers, and is not too old.

        :param numbers: as VIES has them
        """
        since = fields.Datetime.now() - timedelta(days=DAYS_OF_ANSWER)
        return self.search([("number", "in", list(numbers)), ("asked_at", ">=", since)])

    @api.model
    def _cron_ask(self):
        """Ask for the numbers of customers who are about to be billed.

        No transaction is open while the service thinks.
        """
        asking, url = self._find_due(), self._get_url()
        transaction, silent = Transaction(self.env), 0
        deadline = time.monotonic() + SECONDS_PER_RUN
        for place, (number, requester) in enumerate(asking.items()):
            if time.monotonic() > deadline:
                self.env.ref("coopcycle_magento.ir_cron_ask_vies")._trigger()
                break
            transaction.commit()
            if place:
                self._pause()
            answer = vies.ask(number, requester, url=url)
            transaction.do(self._note, number, answer)
            silent = silent + 1 if answer.result == "unknown" else 0
            if silent == MAX_SILENT:
                break

    def _pause(self):
        """Leave the service alone for a while."""
        time.sleep(SECONDS_BETWEEN)

    @api.model
    def _get_url(self):
        """Return the address of the service."""
        return self.env["ir.config_parameter"].sudo().get_param(URL_PARAMETER, vies.URL)

    @api.model
    def _find_due(self):
        """Return {number to ask for: number of the company that asks, or ""}."""
        companies = self.env["res.company"].search([("billing_check_vies", "=", True)])
        due = {}
        for company in companies:
            own = vat.to_vies(company.vat, company.country_id.code or "")
            for partner in self._find_customers(company).commercial_partner_id:
                country = partner.country_id.code or ""
                number = vat.to_vies(partner.vat, country)
                if number and vat.is_valid(partner.vat, country):
                    due.setdefault(number, own)
        for check in self._find_recent(due):
            silence = fields.Datetime.now() - timedelta(hours=HOURS_OF_SILENCE)
            if check.result != "unknown" or check.asked_at > silence:
                del due[check.number]
        return due

    @api.model
    def _find_customers(self, company):
        """Return the customers of a company's drafts, and of what it has to bill."""
        drafts = self.env["account.move"]._read_group(
            [
                ("company_id", "=", company.id),
                ("state", "=", "draft"),
                ("move_type", "=", "out_invoice"),
            ],
            ["partner_id"],
        )
        orders = self.env["sale.order"]._read_group(
            [
                ("company_id", "=", company.id),
                ("state", "=", "sale"),
                ("invoice_status", "!=", "invoiced"),
            ],
            ["partner_invoice_id"],
        )
        partners = self.env["res.partner"]
        return partners.union(*(partner for [partner] in [*drafts, *orders]))

    @api.model
    def _note(self, number, answer):
        """Keep what was said of a number, instead of what was said before."""
        values = {
            "number": number,
            "result": answer.result,
            "request_id": answer.request_id or False,
            "asked_at": fields.Datetime.now(),
            "answer": answer.text or False,
        }
        known = self.search([("number", "=", number)])
        if known:
            known.write(values)
        else:
            self.create(values)
