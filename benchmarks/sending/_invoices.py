"""Posted invoices of customers with an address, and what stands for their PDF."""

import io
from contextlib import contextmanager
from unittest.mock import patch

from reportlab.pdfgen.canvas import Canvas

from odoo import Command

from ..billing._company import Company

AT_ONCE = 100


class Invoices:
    """Makes and posts invoices of a line for each product.

    :param env: of a database that has the addon
    """

    def __init__(self, env):
        company = Company(env)
        self.env = company.env
        self.company = company.company
        self.products = company.products
        self.customers = company.customers
        self.company.email = "company@example.com"
        company.salesperson.email = "salesperson@example.com"
        for number, customer in enumerate(self.customers):
            customer.email = f"customer{number}@example.com"
        self.env.cr.commit()

    def post(self, count):
        """Return so many posted invoices."""
        found = self.env["account.move"]
        for first in range(0, count, AT_ONCE):
            made = found.create(
                [
                    self._prepare(number)
                    for number in range(first, min(first + AT_ONCE, count))
                ]
            )
            made.action_post()
            found |= made
            self.env.cr.commit()
            self.env.invalidate_all()
        return found

    def _prepare(self, number):
        return {
            "move_type": "out_invoice",
            "partner_id": self.customers[number % len(self.customers)].id,
            "invoice_line_ids": [
                Command.create({"product_id": product.id, "quantity": 2})
                for product in self.products
            ],
        }


@contextmanager
def without_rendering(env):
    """Take a page with its number for the PDF of an invoice, whoever asks for it."""

    def render(_report, _name, res_ids=None, data=None):
        content = io.BytesIO()
        page = Canvas(content, pageCompression=0)
        page.drawString(100, 700, f"Invoice {res_ids}")
        page.save()
        return content.getvalue(), "pdf"

    with patch.object(type(env["ir.actions.report"]), "_render_qweb_pdf", render):
        yield
