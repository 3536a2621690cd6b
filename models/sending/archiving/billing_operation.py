from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...shared.running import Lock

SAMPLE_PARAMETER = "coopcycle_magento.archive_sample"
SAMPLE = 1000


class BillingOperation(models.Model):
    """Sealing the archive, and looking by night whether it is whole."""

    _inherit = "billing.operation"

    verified_number = fields.Integer(
        "Verified Up To", readonly=True, help="The last seal of a night that was whole."
    )
    verified_seal = fields.Char(readonly=True)

    def _run_send_invoices(self, log, deadline):
        res = super()._run_send_invoices(log, deadline)
        self._seal_archive()
        return res

    def _seal_archive(self):
        """Seal what is archived. Others who do the same for the company wait."""
        with Lock(self.company_id, "archive").in_turn():
            while self.env["billing.archived.file"]._seal_batch(self.company_id):
                self._commit()
                self.env.invalidate_all()

    @api.model
    def _find_companies_to_verify_archive(self):
        return self._find_companies([], "billing.archived.file")

    def _run_verify_archive(self, log, deadline):
        """Verify the latest seals, and the files of a sample.

        :raise UserError: something was changed
        """
        self._seal_archive()
        files = self.env["billing.archived.file"].sudo()
        last = files._find_last_sealed(self.company_id)
        since = self._get_verified_until(files)
        problems = files._find_broken_chain(self.company_id, since)
        different, count = self._draw_sample()._find_differences(deadline)
        problems += different
        log.done_count += count
        if problems:
            log._add_lines([(text, None) for text in problems], "error")
            log.failed_count += len(problems)
            self._commit()
            raise UserError(
                _(
                    "The archive was changed. %(first)s In all: %(count)s. Resolution:"
                    " see the process logs, find out who has access to the database and"
                    " to its files, and compare with a backup.",
                    first=problems[0],
                    count=len(problems),
                )
            )
        self.write(
            {"verified_number": last.seal_number, "verified_seal": last.chain_hash}
        )

    def _draw_sample(self):
        """Return files of the company that are compared this night, by chance."""
        files = self.env["billing.archived.file"].sudo()
        self.env.cr.execute(
            "SELECT id FROM billing_archived_file WHERE company_id = %s"
            " ORDER BY random() LIMIT %s",
            [self.company_id.id, self._get_sample_size()],
        )
        return files.browse([row[0] for row in self.env.cr.fetchall()])

    @api.model
    def _get_sample_size(self):
        """Return how many files of each company are compared each night."""
        parameters = self.env["ir.config_parameter"].sudo()
        size = parameters.get_param(SAMPLE_PARAMETER, SAMPLE)
        return int(size) if str(size).isdecimal() else SAMPLE

    def _get_alerted_user(self):
        """Return who is told: of the archive, a manager, whoever makes policies."""
        if self.code == "verify_archive" and (manager := self._find_manager()):
            return manager
        return super()._get_alerted_user()
