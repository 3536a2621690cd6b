from markupsafe import Markup

from odoo import Command, _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ...compat import has_access
from ...models.coopcycle.importing import totals_by_partner
from ...models.shared.notifying import CLOSE, notify
from ...tools.coopcycle.dialect import detect
from ...tools.text.dialect import Dialect

# A person reads no longer list; the sums below it count all customers
MAX_LISTED_CUSTOMERS = 200

# What the user decided on the screen and the import keeps
DECISIONS = (
    "file_name",
    "encoding",
    "separator",
    "decimal_separator",
    "date_order",
    "create_missing_partners",
    "create_missing_products",
    "skip_invoiced_orders",
    "only_valid_invoices",
    "update_changed_drafts",
)


class CoopcycleImportWizard(models.TransientModel):
    """The screen that takes CoopCycle's file: upload, Test, Import."""

    _name = "coopcycle.import.wizard"
    _inherit = ["coopcycle.file", "integration.entry.mixin"]
    _description = "Import CoopCycle Invoices"

    # Detected from the content again whenever the file changes, and open to the user
    encoding = fields.Selection(
        compute="_compute_text_dialect", store=True, readonly=False
    )
    separator = fields.Selection(
        compute="_compute_text_dialect", store=True, readonly=False
    )
    decimal_separator = fields.Selection(
        compute="_compute_value_dialect", store=True, readonly=False
    )
    date_order = fields.Selection(
        compute="_compute_value_dialect", store=True, readonly=False
    )
    # Only to show the choices to those who may use them
    can_create_partners = fields.Boolean(
        default=lambda self: self._can_create("res.partner")
    )
    can_create_products = fields.Boolean(
        default=lambda self: self._can_create("product.template")
    )

    is_tested = fields.Boolean(readonly=True)
    has_errors = fields.Boolean(compute="_compute_asks")
    asks_partner = fields.Boolean(compute="_compute_asks")
    asks_product = fields.Boolean(compute="_compute_asks")
    asks_account = fields.Boolean(compute="_compute_asks")
    asks_column = fields.Boolean(compute="_compute_asks")
    issue_ids = fields.One2many(
        "coopcycle.import.wizard.issue", "wizard_id", "Findings"
    )
    customer_totals = fields.Html("Total per Customer", readonly=True)
    earlier_import_id = fields.Many2one(
        "coopcycle.import", "Imported Before", readonly=True
    )
    import_id = fields.Many2one("coopcycle.import", readonly=True)
    fetch_id = fields.Many2one("coopcycle.fetch", readonly=True)

    def _compute_display_name(self):
        self.display_name = _("Import Invoices")

    @api.depends("file")
    def _compute_text_dialect(self):
        for wizard in self:
            dialect = detect(wizard._get_content())
            wizard.encoding = dialect.encoding
            wizard.separator = dialect.separator

    @api.depends("file", "connection_id", "encoding", "separator")
    def _compute_value_dialect(self):
        for wizard in self:
            given = Dialect(wizard.encoding or None, wizard.separator or None)
            assigned = wizard._get_assigned_columns()
            dialect = detect(wizard._get_content(), given, assigned)
            wizard.decimal_separator = dialect.decimal_separator
            wizard.date_order = dialect.date_order

    def _can_create(self, model):
        return has_access(self.env[model], "create")

    @api.depends("issue_ids")
    def _compute_asks(self):
        for wizard in self:
            asked = set(wizard.issue_ids.mapped("ask"))
            wizard.has_errors = "error" in wizard.issue_ids.mapped("severity")
            wizard.asks_partner = "partner" in asked
            wizard.asks_product = "product" in asked
            wizard.asks_account = "account" in asked
            wizard.asks_column = "column" in asked

    @api.onchange("file", "connection_id", "encoding", "separator")
    def _onchange_file(self):
        """Findings of another file, or of another reading of it, say nothing."""
        self.is_tested = False
        self.issue_ids = [Command.clear()]

    def action_test(self):
        """Say what the import would do and what does not match; write nothing else."""
        self.ensure_one()
        self._test()

    def _test(self):
        """Check the file and show the outcome.

        :rtype: InvoiceCheck
        """
        if not self.file:
            raise UserError(
                _("There is no file. Resolution: drop CoopCycle's export first.")
            )
        check = self._check_file(self._get_picked())
        issues = self.env["coopcycle.import.wizard.issue"]
        dialect = check.parsed.dialect
        self.write(
            {
                "is_tested": True,
                "decimal_separator": dialect.decimal_separator,
                "date_order": dialect.date_order,
                "earlier_import_id": check.existing.earlier_import.id,
                "issue_ids": [
                    Command.clear(),
                    *map(Command.create, issues._prepare_vals_list(check.findings)),
                ],
                "invoice_count": len(check.plans),
                "line_count": sum(len(plan.lines) for plan in check.plans),
                "amount_untaxed": sum(plan.amount for plan in check.plans),
                "customer_totals": self._render_totals(check.plans),
            }
        )
        return check

    def _list_issues(self):
        """Return all findings, also those that are too many for the screen."""
        findings = list(self._check_file(self._get_picked()).findings)
        return self.issue_ids._prepare_vals_list(findings, limit=len(findings))

    def _get_picked(self):
        """Return what the user chose for values of the file, see `Choices`."""
        return {
            (issue.ask, issue.key): issue._get_chosen()
            for issue in self.issue_ids
            if issue._get_chosen()
        }

    def _render_totals(self, plans):
        """Return a table of the invoices, lines and totals of each customer."""
        if not plans:
            return False
        totals = totals_by_partner(plans)
        row = Markup(
            "<tr><td>%s</td><td class='text-end'>%s</td><td class='text-end'>%s</td>"
            "<td class='text-end'>%s</td></tr>"
        )
        head = Markup(
            "<tr><th>%s</th><th class='text-end'>%s</th><th class='text-end'>%s</th>"
            "<th class='text-end'>%s</th></tr>"
        )
        rows = [
            row
            % (name or _("(no customer)"), invoices, lines, self._format_amount(amount))
            for name, invoices, lines, amount in totals[:MAX_LISTED_CUSTOMERS]
        ]
        if len(totals) > MAX_LISTED_CUSTOMERS:
            left_out = totals[MAX_LISTED_CUSTOMERS:]
            rows.append(
                row
                % (
                    _("%s more customers", len(left_out)),
                    sum(total[1] for total in left_out),
                    sum(total[2] for total in left_out),
                    self._format_amount(sum(total[3] for total in left_out)),
                )
            )
        return Markup(
            "<table class='table table-sm mb-0'><thead>%s</thead><tbody>%s</tbody>"
            "<tfoot>%s</tfoot></table>"
        ) % (
            head % (_("Customer"), _("Invoices"), _("Lines"), _("Without Tax")),
            Markup().join(rows),
            head
            % (
                _("Total"),
                len(plans),
                sum(total[2] for total in totals),
                self._format_amount(sum(total[3] for total in totals)),
            ),
        )

    def _format_amount(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self.currency_id)

    def action_import(self):
        """Make the draft invoices, or show what blocks them.

        :return: the action that shows the drafts, the import in the background, or a
            notification where nothing was imported
        """
        self.ensure_one()
        self.connection_id._lock_for_import()
        picked = self._get_picked()
        check = self._test()
        if not check.to_write:
            return self._notify_blocked()
        self.import_id = self._create_import()
        self.import_id._start(check, picked)
        if self.import_id.state == "done":
            return self.import_id.action_open_moves()
        return {
            "type": "ir.actions.act_window",
            "res_model": "coopcycle.import",
            "res_id": self.import_id.id,
            "view_mode": "form",
        }

    def _create_import(self):
        """Return the record that keeps the file and what the user decided."""
        imports_sudo = self.env["coopcycle.import"].sudo()
        return imports_sudo.create(self._prepare_import_vals()).sudo(False)

    def _prepare_import_vals(self):
        """Return the values of the record that keeps the file and the decisions."""
        return {
            "connection_id": self.connection_id.id,
            "file": self.with_context(bin_size=False).file,
            "fetch_id": self._get_fetch().id,
            **{name: self[name] for name in DECISIONS},
        }

    def _get_fetch(self):
        """Return the fetch whose file this is, and no other's."""
        fetch = self.fetch_id
        is_its_file = fetch and fetch._get_content() == self._get_content()
        return fetch if is_its_file else fetch.browse()

    def _notify_blocked(self):
        return notify(
            _("Resolve the errors in the list of findings first."),
            "danger",
            title=_("Nothing was imported"),
            then=CLOSE,
        )
