import hashlib
import time

from odoo import _, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ....compat import Constraint, check_access
from ...billing.groups import MANAGER

CHUNK = 100
# What an archived attachment does not have
EMPTY = ("url", "public", "access_token", "res_field", "description")
# Lines of a message on the screen
MOST_SHOWN = 20


class BillingArchivedFile(models.Model):
    """One file with which an invoice went to its customer, for good as it was then.

    It has an attachment of its own, which goes with no invoice and no message. Moments
    are UTC.
    """

    _name = "billing.archived.file"
    _description = "Archived File"
    _inherit = [
        "integration.guard.mixin",
        "billing.sealed.mixin",
        "billing.kept.mixin",
    ]
    _order = "id desc"

    name = fields.Char("File", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    dispatch_id = fields.Many2one(
        "billing.dispatch",
        "Sending",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    number = fields.Char(
        readonly=True, index="trigram", help="The invoice's, as it was then."
    )
    invoice_date = fields.Date(readonly=True)
    year = fields.Char(readonly=True, help="The invoice's.")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    partner_name = fields.Char(
        "Customer Then", readonly=True, help="The customer's name as it was then."
    )
    archived_at = fields.Datetime("Archived", required=True, readonly=True)
    mimetype = fields.Char("Kind", readonly=True)
    size = fields.Integer("Bytes", readonly=True)
    sha256 = fields.Char("SHA-256", required=True, readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", required=True, readonly=True, ondelete="restrict"
    )
    dispatch_state = fields.Selection(related="dispatch_id.state", string="State")
    index_content = fields.Text("Text", related="attachment_id.index_content")

    _attachment_unique = Constraint(
        "unique(attachment_id)", "This file is archived already."
    )
    _seal_unique = Constraint(
        "unique(company_id, seal_number)", "The chain goes on from another file."
    )

    # Keeping

    @api.model
    def _keep(self, dispatch, attachments):
        """Keep files as they are.

        :param dispatch: `billing.dispatch` with which they went
        :param attachments: `ir.attachment`
        :return: the new records
        """
        contents = [each.raw or b"" for each in attachments]
        copies = (
            self.env["ir.attachment"]
            .sudo()
            .with_context(image_no_postprocess=True)
            .create(
                [
                    {
                        "name": each.name,
                        "raw": content,
                        "mimetype": each.mimetype,
                        "res_model": self._name,
                        "company_id": dispatch.company_id.id,
                    }
                    for each, content in zip(attachments, contents, strict=True)
                ]
            )
        )
        kept = self.sudo().create(
            [
                {**self._prepare(dispatch), **self._prepare_file(copy, content)}
                for copy, content in zip(copies, contents, strict=True)
            ]
        )
        kept._take_attachments()
        return kept

    def _take_attachments(self):
        """Let attachments know whose they are, in one statement: nobody else may."""
        query = SQL(
            """
            UPDATE ir_attachment SET res_id = file.id
              FROM billing_archived_file AS file
             WHERE ir_attachment.id = file.attachment_id AND file.id = ANY(%s)
            """,
            self.ids,
        )
        self.env.cr.execute(query)
        self.attachment_id.invalidate_recordset(["res_id"], flush=False)

    @api.model
    def _prepare(self, dispatch):
        """Return what all files of a dispatch have."""
        move = dispatch.move_id
        return {
            "company_id": dispatch.company_id.id,
            "dispatch_id": dispatch.id,
            "move_id": move.id,
            "number": dispatch.number,
            "invoice_date": move.invoice_date,
            "year": move.invoice_date and str(move.invoice_date.year),
            "partner_id": dispatch.partner_id.id,
            "partner_name": dispatch.partner_id.display_name,
            "archived_at": fields.Datetime.now(),
        }

    @api.model
    def _prepare_file(self, attachment, content):
        return {
            "name": attachment.name,
            "mimetype": attachment.mimetype,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "attachment_id": attachment.id,
        }

    @api.model
    def _get_frozen_fields(self):
        return {
            "name", "company_id", "dispatch_id", "number", "invoice_date", "year",
            "partner_name", "archived_at", "mimetype", "size", "sha256",
            "attachment_id",
        }  # fmt: skip

    def _refuse_changes(self, vals_list):
        kept = self._get_guarded_fields()
        if any(kept & vals.keys() for vals in vals_list):
            self._refuse_removal()

    def _refuse_removal(self):
        if self:
            raise AccessError(_("What was sent stays in the archive as it was."))

    # Their attachments

    @api.model
    def _find_of(self, attachments):
        """Return {attachment id: archived file} of those that are archived; elevated.

        Read from the database: what is in memory may be what somebody is writing.
        """
        ids = attachments.ids
        if not ids:
            return {}
        query = SQL(
            "SELECT attachment_id, id FROM billing_archived_file"
            " WHERE attachment_id = ANY(%s)",
            ids,
        )
        self.env.cr.execute(query)
        return {
            attachment: self.sudo().browse(id_)
            for attachment, id_ in self.env.cr.fetchall()
        }

    def _get_attachment_vals(self):
        """Return what its attachment is, and stays; all else of it is empty."""
        return {
            "name": self.name,
            "type": "binary",
            "mimetype": self.mimetype,
            "res_model": self._name,
            "res_id": self.id,
            "company_id": self.company_id.id,
        }

    # Verifying

    @api.model
    def _find_broken_chain(self, company, since=0, deadline=None):
        """Return what is wrong with the archive of a company, but for the files.

        :param int since: the seals up to this one are taken for whole
        :param float deadline: `time.monotonic()` after which the rest is left
        :return: list of texts
        """
        found = self._find_broken(company, since, deadline)
        broken = [each._describe(problem) for each, problem in found]
        return broken + self._find_cut(company) + self._find_missing(company)

    def _find_differences(self, deadline=None):
        """Compare files with what was sent.

        :param float deadline: `time.monotonic()` after which the rest is left
        :return: (list of texts, how many were compared)
        """
        problems = []
        for first in range(0, len(self), CHUNK):
            if deadline and time.monotonic() > deadline:
                return problems, first
            chunk = self[first : first + CHUNK]
            for each in chunk:
                if problem := each._find_difference():
                    problems.append(each._describe(problem))
                each.attachment_id.invalidate_recordset()  # memory must not grow
            chunk.invalidate_recordset()
        return problems, len(self)

    def _find_broken_links(self):
        """Return what is wrong with the seals of some files: list of texts."""
        problems = []
        for each in self.filtered("seal_number"):
            before = self._find_seal(each.company_id, each.seal_number - 1)
            number, previous = before.seal_number, before.chain_hash or ""
            if problem := each._find_break(previous, number):
                problems.append(each._describe(problem))
        return problems

    def _find_difference(self):
        """Return what differs between the file and what was sent, "" if nothing."""
        attachment = self.attachment_id.with_prefetch()  # one file in memory at a time
        content = attachment.raw or b""
        if not content and self.size:
            return _("the file is gone.")
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256:
            return _(
                "the file is not what was sent. It has %(size)s bytes and the SHA-256"
                " %(found)s; what was sent had %(was)s bytes and %(sha256)s.",
                size=len(content),
                found=found,
                was=self.size,
                sha256=self.sha256,
            )
        if names := self._find_changed_names():
            return _("its attachment was changed: %s.", ", ".join(names))
        if self.move_id != self.dispatch_id.move_id:
            return _("it is filed at another invoice.")
        return ""

    def _find_changed_names(self):
        """Return the names of the attachment's fields that are not as they were."""
        vals = {**dict.fromkeys(EMPTY, False), **self._get_attachment_vals()}
        [found] = self.attachment_id.read(list(vals), load=None)
        return sorted(name for name in vals if found[name] != vals[name])

    @api.model
    def _find_cut(self, company):
        """Return whether the last seal that a night found whole is gone: texts."""
        operation = self.env["billing.operation"].sudo()
        operation = operation._get(company, "verify_archive")
        number = operation.verified_number
        if self._find_seal(company, number).chain_hash == operation.verified_seal:
            return []
        return [
            _(
                "The archive ends before seal %s, or has another one there, though it"
                " was verified by night.",
                number,
            )
        ]

    @api.model
    def _find_missing(self, company):
        """Return of which dispatches files are missing: list of texts.

        With what was sent there was one at least.
        """
        self.env.flush_all()
        query = SQL(
            """
              SELECT dispatch.id, dispatch.count - count(file.id)
                FROM (SELECT id, GREATEST(
                             COALESCE(file_count, 0), (sent_at IS NOT NULL)::int
                             ) AS count
                        FROM billing_dispatch WHERE company_id = %s
                     ) AS dispatch
           LEFT JOIN billing_archived_file file ON file.dispatch_id = dispatch.id
            GROUP BY dispatch.id, dispatch.count
              HAVING dispatch.count != count(file.id)
            ORDER BY dispatch.id
            """,
            company.id,
        )
        self.env.cr.execute(query)
        dispatches = self.env["billing.dispatch"].sudo()
        return [
            dispatches.browse(id_)._describe_missing(count)
            for id_, count in self.env.cr.fetchall()
        ]

    def _describe(self, problem):
        return _(
            "%(number)s, %(file)s (%(id)s): %(what)s",
            number=self.number,
            file=self.name,
            id=self.id,
            what=problem,
        )

    # Buttons

    def action_verify(self):
        """Verify these, else all of the current company, and say what is found.

        :raise AccessError: the user is no manager
        """
        check_access(self, "read")
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(_("Only managers of billing verify the archive."))
        chosen = self.sudo()
        deadline = self.env["billing.operation"]._get_deadline()
        if chosen:
            broken = chosen._find_broken_links()
        else:
            company = self.env.company
            broken = self._find_broken_chain(company, deadline=deadline)
            chosen = chosen.search([("company_id", "=", company.id)], order="id")
        different, count = chosen._find_differences(deadline)
        problems = broken + different
        more = len(problems) - MOST_SHOWN
        if more > 0:
            problems[MOST_SHOWN:] = [_("And %s more.", more)]
        whole = _("Nothing was changed. Files compared with what was sent: %s", count)
        if count < len(chosen):
            problems.append(
                _(
                    "%(count)s of %(all)s files were compared, then time ran out."
                    " Resolution: choose some, such as those of a year, and verify"
                    " them.",
                    count=count,
                    all=len(chosen),
                )
            )
        return self._tell_verified(problems, whole)

    def action_open_file(self):
        """Download the file."""
        self.ensure_one()
        check_access(self, "read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "self",
        }
