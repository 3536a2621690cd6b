import base64
import hashlib
import io

import xlsxwriter

from odoo import _, fields, models

from ...tools.coopcycle.parser import parse
from ...tools.text.dialect import Dialect
from ..shared.dialects import DATE_ORDERS, DECIMAL_SEPARATORS, ENCODINGS, SEPARATORS
from .importing import Choices, InvoiceCheck


class CoopcycleFile(models.AbstractModel):
    """CoopCycle's “Odoo (CSV)” export, how to read it, and what the user decided.

    The wizard and the import share it, so that both check a file in the same way.
    """

    _name = "coopcycle.file"
    _description = "CoopCycle Invoicing File"

    connection_id = fields.Many2one(
        "coopcycle.connection",
        "CoopCycle Instance",
        required=True,
        default=lambda self: self.env["coopcycle.connection"]._get_default(),
        help="External ids, order numbers and stores mean something within one"
        " instance only.",
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    file = fields.Binary(required=True)
    file_name = fields.Char()

    encoding = fields.Selection(ENCODINGS)
    separator = fields.Selection(SEPARATORS, "Column Separator")
    decimal_separator = fields.Selection(DECIMAL_SEPARATORS)
    date_order = fields.Selection(DATE_ORDERS)

    create_missing_partners = fields.Boolean(
        "Create new customers",
        help="Customers whose names Odoo does not know are created.",
    )
    create_missing_products = fields.Boolean(
        "Create new products",
        help="Products whose names Odoo does not know are created as services.",
    )
    skip_invoiced_orders = fields.Boolean(
        "Leave out orders invoiced before",
        help="Rows whose order is on an invoice already are not imported.",
    )
    only_valid_invoices = fields.Boolean(
        "Import only the invoices that are fine",
        help="Invoices with an error are left out; without this, one error stops the"
        " whole file.",
    )
    update_changed_drafts = fields.Boolean(
        "Update changed drafts",
        help="Draft invoices of an earlier import that differ from the file are made"
        " like the file. Confirmed invoices are never touched.",
    )

    invoice_count = fields.Integer("Invoices", readonly=True)
    line_count = fields.Integer("Lines", readonly=True)
    amount_untaxed = fields.Monetary("Total without Tax", readonly=True)
    issues_file = fields.Binary("Findings File", compute="_compute_issues_file")

    def _get_content(self):
        """Return the bytes of the file."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).file or b"")

    def _check_file(self, picked=None, current_import=None):
        """Check the file as the user's choices say, writing nothing.

        :param dict picked: the records chosen on the screen, see `Choices`
        :param current_import: the import that is being run or resumed
        :rtype: InvoiceCheck
        """
        self.ensure_one()
        record = self.with_company(self.company_id)
        content = record._get_content()
        choices = Choices(
            create_missing_partners=record.create_missing_partners,
            create_missing_products=record.create_missing_products,
            skip_invoiced_orders=record.skip_invoiced_orders,
            only_valid_invoices=record.only_valid_invoices,
            update_changed_drafts=record.update_changed_drafts,
            picked=picked or {},
            remembered=record._get_remembered(),
        )
        assigned = _select_columns({**choices.remembered, **choices.picked})
        parsed = parse(
            content,
            record._get_dialect(),
            assigned,
            record.connection_id._get_order_number,
        )
        return InvoiceCheck(
            connection=record.connection_id,
            parsed=parsed,
            choices=choices,
            checksum=hashlib.sha256(content).hexdigest(),
            current_import=current_import,
        ).run()

    def _get_dialect(self):
        """Return what the user or the first look at the file decided."""
        return Dialect(
            encoding=self.encoding or None,
            separator=self.separator or None,
            decimal_separator=self.decimal_separator or None,
            date_order=self.date_order or None,
        )

    def _get_remembered(self):
        """Return what users of the instance assigned to values before."""
        return self.env["coopcycle.mapping"]._get_remembered(self.connection_id)

    def _get_assigned_columns(self):
        """Return {header: role} of the columns that a user assigned before."""
        return _select_columns(self._get_remembered())

    def _compute_issues_file(self):
        for record in self:
            record.issues_file = base64.b64encode(record._render_issues())

    def _list_issues(self):
        """Return the findings that are shown, as dictionaries or records."""
        return self.issue_ids

    def _render_issues(self):
        """Return the findings as a workbook whose cells are all plain text."""
        issue_fields = ["severity", "rows", "column", "value", "message", "suggestion"]
        issues = self._list_issues()
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as workbook:
            sheet = workbook.add_worksheet(_("Findings"))
            # As text a cell stays text, even when somebody edits it
            text = workbook.add_format({"num_format": "@", "text_wrap": True})
            titles = self.issue_ids.fields_get(issue_fields, ["string", "selection"])
            severities = dict(titles["severity"]["selection"])
            for column, name in enumerate(issue_fields):
                sheet.write_string(0, column, titles[name]["string"], text)
            for row, issue in enumerate(issues, start=1):
                for column, name in enumerate(issue_fields):
                    value = issue[name] or ""
                    if name == "severity":
                        value = severities[value]
                    sheet.write_string(row, column, value, text)
            sheet.set_column(4, 4, 80)
        return output.getvalue()

    def action_download_issues(self):
        """Download the findings as a spreadsheet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/issues_file"
            f"/findings.xlsx?download=true",
            "target": "download",
        }


def _select_columns(assigned):
    """Return {header: role} of the columns among assigned values."""
    return {key: role for (kind, key), role in assigned.items() if kind == "column"}
