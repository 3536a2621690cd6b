from lxml import etree

from odoo.tests import Form

from ..shared.versions import LIST
from .common import BillingCommon


class TestBillingOpened(BillingCommon):
    """Whoever is offered a record can open it."""

    def read_list(self, records):
        """Read what the list of these records shows, hidden columns included."""
        arch = etree.fromstring(records.get_view(view_type=LIST)["arch"])
        columns = {each.get("name") for each in arch.iterchildren("field")}
        records.web_read(
            {
                name: {"fields": {"display_name": {}}} if field.relational else {}
                for name, field in records._fields.items()
                if name in columns
            }
        )

    def test_what_buttons_open(self):
        """The deliveries, orders and decisions behind an invoice are read by each."""
        self.make_policy("draft")
        order = self.sell(2)
        self.deliver(order)
        self.run_drafts()
        move = order.invoice_ids
        decision = self.decisions(order)
        auditor = self.make_user_of("auditor", "account.group_account_readonly")
        for reader in (self.approver, self.manager, auditor):
            for record in (move, order, order.picking_ids, decision):
                with self.subTest(f"{reader.login}: {record._name}"):
                    mine = record.with_user(reader)
                    self.read_list(mine)
                    Form(mine)
