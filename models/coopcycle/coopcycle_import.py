import hashlib

from odoo import Command, _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_round
from odoo.tools.misc import formatLang

from ...compat import check_access, product_kind
from .importing import InvoiceWriter

# Beyond this the writing is left to the background
MAX_LINES_AT_ONCE = 1000


class LockedError(Exception):
    """Another process works on the import, or it has ended."""


class CoopcycleImport(models.Model):
    """One file that was imported: what came in, who did it, and what was found.

    Users read it only. The import keeps its books with sudo; customers, products and
    invoices are written with the rights of the user who imports.
    """

    _name = "coopcycle.import"
    _inherit = ["coopcycle.file", "mail.thread", "integration.guard.mixin"]
    _description = "CoopCycle Import"
    _order = "id desc"
    _rec_name = "file_name"

    file = fields.Binary(attachment=True, readonly=True, copy=False)
    file_name = fields.Char(readonly=True)
    connection_id = fields.Many2one(readonly=True, ondelete="restrict")
    checksum = fields.Char(
        index=True, readonly=True, copy=False, help="SHA-256 of the file's bytes."
    )
    user_id = fields.Many2one(
        "res.users",
        "Imported By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    state = fields.Selection(
        [
            ("queued", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("undone", "Undone"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="queued",
        tracking=True,
    )
    error = fields.Text(readonly=True, copy=False)
    done_line_count = fields.Integer("Lines Imported", readonly=True, copy=False)
    progress = fields.Float(compute="_compute_progress")
    move_ids = fields.One2many(
        "account.move", "coopcycle_import_id", "Created Invoices", readonly=True
    )
    updated_move_ids = fields.Many2many(
        "account.move",
        string="Updated Drafts",
        readonly=True,
        copy=False,
        help="Drafts of earlier imports that were made like this file.",
    )
    all_move_ids = fields.Many2many("account.move", compute="_compute_all_move_ids")
    move_count = fields.Integer(compute="_compute_all_move_ids")
    can_undo = fields.Boolean(compute="_compute_can_undo")
    issue_ids = fields.One2many(
        "coopcycle.import.issue", "import_id", "Findings", readonly=True
    )
    log_count = fields.Integer(compute="_compute_log_count")

    @api.depends("file_name", "create_date")
    @api.depends_context("uid", "lang", "tz")
    def _compute_display_name(self):
        for import_ in self:
            date = fields.Date.context_today(import_, import_.create_date or None)
            import_.display_name = f"{import_.file_name or _('Import')} ({date})"

    @api.depends("done_line_count", "line_count", "state")
    def _compute_progress(self):
        for import_ in self:
            share = import_.done_line_count / (import_.line_count or 1)
            import_.progress = 100.0 if import_.state == "done" else 100.0 * share

    @api.depends("move_ids", "updated_move_ids")
    def _compute_all_move_ids(self):
        for import_ in self:
            import_.all_move_ids = import_.move_ids | import_.updated_move_ids
            import_.move_count = len(import_.all_move_ids)

    @api.depends("state", "move_ids.state", "move_ids.posted_before")
    def _compute_can_undo(self):
        for import_ in self:
            import_.can_undo = import_.state in ("queued", "running") or (
                import_.state == "done"
                and bool(import_.move_ids)
                and all(
                    move.state == "draft" and not move.posted_before
                    for move in import_.move_ids
                )
            )

    def _compute_log_count(self):
        counts = dict(
            self.env["integration.process.log"]._read_group(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)],
                ["res_id"],
                ["__count"],
            )
        )
        for import_ in self:
            import_.log_count = counts.get(import_.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        imports = super().create(vals_list)
        for import_ in imports:
            import_.checksum = hashlib.sha256(import_._get_content()).hexdigest()
        return imports

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_invoices(self):
        if self.filtered("move_ids") or self.filtered(
            lambda import_: import_.state in ("queued", "running")
        ):
            raise UserError(
                _(
                    "An import that has invoices, or is still running, cannot be"
                    " deleted: it keeps the file from being imported twice."
                    " Resolution: undo it first."
                )
            )

    # Import

    def _start(self, check, picked):
        """Import what a check allows: at once, or in the background if it is much.

        :param check: the `InvoiceCheck` of the file, with something to write
        :param dict picked: the records chosen on the screen, see `Choices`
        """
        self._take_over(check)
        self._remember(check.to_write, picked)
        if self.line_count > MAX_LINES_AT_ONCE:
            self._trigger_background()
            return
        self.sudo().state = "running"
        log_sudo = self._get_log("user")
        self._create_missing(check.to_write)
        self._write_batch(check.to_write, log_sudo)
        self._finish(log_sudo)

    def _take_over(self, check):
        """Keep the findings and the sums of a check."""
        vals_list = self.issue_ids._prepare_vals_list(check.findings)
        self.sudo().write(
            {
                "issue_ids": [Command.clear(), *map(Command.create, vals_list)],
                "invoice_count": len(check.to_write),
                "line_count": sum(len(plan.lines) for plan in check.to_write),
                "amount_untaxed": sum(plan.amount for plan in check.to_write),
            }
        )

    def _remember(self, plans, picked):
        """Keep what the user chose, for the next import of the instance."""
        self.env["coopcycle.store"]._remember(
            self.connection_id,
            {
                (plan.store_hash, plan.partner): plan.partner_id
                for plan in plans
                if plan.partner_id
            },
        )
        self.env["coopcycle.mapping"]._remember(
            self.connection_id,
            {key: chosen for key, chosen in picked.items() if key[0] != "partner"},
        )

    def _create_missing(self, plans):
        """Create the customers and products that the plans lack, and remember them."""
        InvoiceWriter(self).create_missing(plans)
        self._remember(plans, {})

    def _write_batch(self, plans, log_sudo):
        """Write the invoices of some plans and say so in the log."""
        created, updated = InvoiceWriter(self).write_invoices(plans)
        log_sudo._add_lines(self._prepare_log_lines(created, updated))
        self.sudo().write(
            {
                "done_line_count": self.done_line_count
                + sum(len(plan.lines) for plan in plans),
                "updated_move_ids": [Command.link(move.id) for move in updated],
            }
        )

    def _prepare_log_lines(self, created, updated):
        """Return what the log of the run says of some invoices.

        :param created: new drafts of `account.move`
        :param updated: drafts of earlier imports that were made like the file
        :return: list of (message, record)
        """
        return [
            *((self._describe(_("Created"), move), move) for move in created),
            *((self._describe(_("Updated"), move), move) for move in updated),
        ]

    def _describe(self, done, move):
        """Return a line of the log, such as “Created: Acme, 929.91 € (<id>)”."""
        return _(
            "%(done)s: %(partner)s, %(amount)s without tax (%(external_id)s)",
            done=done,
            partner=move.partner_id.name,
            amount=formatLang(
                self.env, move.amount_untaxed_signed, currency_obj=move.currency_id
            ),
            external_id=move.coopcycle_external_id,
        )

    def _finish(self, log_sudo):
        self.sudo().write({"state": "done", "error": False})
        log_sudo._end("done")

    def _get_log(self, trigger):
        """Return the log of this import's run, the open one if it is resumed."""
        logs_sudo = self.env["integration.process.log"].sudo()
        return logs_sudo.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("state", "=", "running"),
            ],
            limit=1,
        ) or logs_sudo._start(self, "import_invoices", trigger=trigger)

    # What an import writes; other addons extend it

    def _prepare_customer_vals(self, plan):
        """Return the values of a customer whom Odoo does not know.

        :param plan: the first `InvoicePlan` of that customer
        """
        return {"name": plan.partner, "company_type": "company", "customer_rank": 1}

    def _prepare_product_vals(self, line):
        """Return the values of a product that Odoo does not know.

        :param line: the first `LinePlan` of that product
        """
        return {"name": line.row.product, **product_kind("service")}

    def _prepare_price_vals(self, plan, line, prices):
        """Return the price of a line, and its taxes where the price depends on them.

        :param plan: the `InvoicePlan`, which decides the fiscal position
        :param line: one `LinePlan` of it
        :param prices: the `PriceFinder` of all lines
        """
        return prices.find(plan, line)

    def _prepare_invoice_vals(self, plan):
        """Return the values of a new draft.

        :param plan: the `InvoicePlan`
        :return: of an `account.move` with its lines
        """
        return {
            **self._prepare_invoice_update_vals(plan),
            "move_type": "out_refund" if plan.sign < 0 else "out_invoice",
            "journal_id": plan.journal_id,
            "currency_id": self.company_id.currency_id.id,
            "coopcycle_import_id": self.id,
            "coopcycle_connection_id": self.connection_id.id,
            "coopcycle_external_id": plan.external_id,
            "invoice_line_ids": [
                Command.create(self._prepare_new_invoice_line_vals(plan, line))
                for line in plan.lines
            ],
        }

    def _prepare_invoice_update_vals(self, plan):
        """Return the values, besides lines, of a new draft or one made like the file.

        :param plan: the `InvoicePlan`
        """
        return {"partner_id": plan.partner_id, "invoice_date": plan.date}

    def _prepare_new_invoice_line_vals(self, plan, line):
        """Return the values of a line of a new draft, with the booked amounts.

        Odoo would compute and write those line by line.

        :param plan: the `InvoicePlan`
        :param line: one `LinePlan` of it
        """
        booked = -float(line.amount)  # income is a credit, in company currency
        return {
            **self._prepare_invoice_line_vals(plan, line),
            "amount_currency": booked,
            "balance": booked,
        }

    def _prepare_invoice_line_vals(self, plan, line):
        """Return the values of a line, of a new draft or of one made like the file.

        :param plan: the `InvoicePlan`
        :param line: one `LinePlan` of it, with its price
        """
        vals = {
            "product_id": line.product_id,
            "name": line.row.label,
            "quantity": float(line.row.quantity),
            "coopcycle_order_number": line.row.order_number,
            **line.price_vals,
        }
        if line.account_id:
            vals["account_id"] = line.account_id
        return vals

    def _check_invoice_amount(self, plan):
        """Make sure that Odoo bills the file's amount, whatever the taxes did to it.

        :param plan: the `InvoicePlan`, with its draft
        :raise UserError: the amounts differ
        """
        currency, move = self.company_id.currency_id, plan.move
        amount = float(abs(plan.amount))
        lines = move.invoice_line_ids.filtered(lambda line: line.product_id)
        is_exact = not currency.compare_amounts(
            move.amount_untaxed, amount
        ) and not any(
            currency.compare_amounts(
                line.price_subtotal, move.direction_sign * line.amount_currency
            )
            for line in lines
        )
        if not is_exact:
            raise UserError(
                _(
                    "The invoice %(external_id)s of %(partner)s would have the amount"
                    " without tax %(odoo)s instead of the file's %(file)s, so nothing"
                    " was imported. Resolution: the product's taxes are included in"
                    " its price and cannot be taken out to the cent; raise the accuracy"
                    " “Product Price” in Settings ▸ Technical ▸ Decimal Accuracy, or"
                    " use a tax that is not included in the price.",
                    external_id=plan.external_id,
                    partner=plan.partner,
                    odoo=sum(lines.mapped("price_subtotal")),
                    file=float_round(amount, precision_rounding=currency.rounding),
                )
            )

    # Undo

    def _lock(self):
        """Keep other processes off this import until the transaction ends.

        :raise LockedError: another process works on it, or it has ended
        """
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM coopcycle_import WHERE id = %s"
                " AND state IN ('queued', 'running', 'done')"
                " FOR NO KEY UPDATE SKIP LOCKED",
                self.id,
            ),
            log_exceptions=False,
        )
        if not self.env.cr.rowcount:
            raise LockedError(f"coopcycle.import {self.id}")

    def action_undo(self):
        """Delete the drafts of this import, so that its file may come in again.

        :raise UserError: an invoice was confirmed, or the import is at work right now
        """
        self.ensure_one()
        check_access(self.env["account.move"], "unlink")
        try:
            self._lock()
        except LockedError as error:
            raise UserError(
                _(
                    "The import is at work right now. Resolution: try again in a few"
                    " seconds."
                )
            ) from error
        if not self.can_undo:
            raise UserError(
                _(
                    "This import cannot be undone: it created no invoice, or one was"
                    " confirmed. Resolution: reverse confirmed invoices with credit"
                    " notes and delete the drafts in the list of invoices."
                )
            )
        count = len(self.move_ids)
        self._delete_drafts()
        if self.state in ("queued", "running"):
            self._get_log("schedule")._end("failed")
        log_sudo = (
            self.env["integration.process.log"].sudo()._start(self, "undo_import")
        )
        log_sudo._add_lines([(_("%s drafts deleted", count), self)])
        stays = _("Updated by this import; stays so: %s")
        log_sudo._add_lines(
            [(stays % move.display_name, move) for move in self.updated_move_ids],
            level="warning",
        )
        log_sudo._end("done")
        self.sudo().state = "undone"

    def _delete_drafts(self):
        # Drafts that were never confirmed leave no gap, whatever number they show
        self.move_ids.with_context(force_delete=True).unlink()

    # Screens

    def action_open_moves(self):
        """Show the invoices of this import, from which they are confirmed and sent."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        return {
            **action,
            "name": _("Invoices of %s", self.file_name),
            "domain": [("id", "in", self.all_move_ids.ids)],
            "context": {"default_move_type": "out_invoice"},
        }

    def action_open_logs(self):
        """Show what each run of this import did."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.integration_process_log_action"
        )
        return {
            **action,
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
        }
