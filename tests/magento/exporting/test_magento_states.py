from itertools import combinations

from odoo import Command
from odoo.tests import tagged

from ..delivery_common import MagentoDeliveryCommon
from .export_common import MagentoExportCommon

UNDONE = ("skipped", "unknown", "sending", "pending", "waiting")


class MagentoStatesCommon:
    """Records in all states, of which the lists must show what the forms say."""

    def assert_searched(self, records):
        """Search for each state, and for pairs of them; all states occur."""
        self.env.flush_all()
        records.invalidate_recordset()
        states = {record: record.magento_export_state for record in records}
        names = set(states.values())
        self.assertEqual(names, {*UNDONE, "not_due", "done", "none"}, states)
        for name in names:
            own = {record for record, state in states.items() if state == name}
            self.assert_found(records, "=", name, own)
            self.assert_found(records, "!=", name, set(records) - own)
        for pair in combinations(sorted(names), 2):
            own = {record for record, state in states.items() if state in pair}
            self.assert_found(records, "in", pair, own)
            self.assert_found(records, "not in", pair, set(records) - own)

    def assert_found(self, records, operator, value, wanted):
        with self.subTest(operator=operator, value=value):
            found = records.search(
                [("magento_export_state", operator, value), ("id", "in", records.ids)]
            )
            self.assertEqual(set(found), wanted)

    def spoil(self, records):
        """Bring each of some records that are done into another state."""
        for record, state in zip(records, UNDONE, strict=False):
            record.magento_document_ids.sync_state = state

    def cover(self, document, name, record):
        """Let a document cover another record as well."""
        document.line_ids[0].copy({"document_id": document.id, name: record.id})


@tagged("post_install", "-at_install")
class TestMagentoInvoiceStates(MagentoStatesCommon, MagentoExportCommon):
    """Invoices and credit notes."""

    def setUp(self):
        super().setUp()
        self.connection.export_credit_memos_from = "2020-01-01"

    def test_search(self):
        done = self.make_invoices(len(UNDONE) + 4)
        old = self.import_placed(self.place())._create_invoices()
        old.invoice_date = "2019-12-31"
        old.action_post()
        several = self.make_several()
        self.spoil(done)
        draft, unsaid, replaced = done[-3:]
        draft.magento_document_ids.unlink()
        draft.button_draft()
        # One that no payment method lets go
        unsaid.magento_document_ids.unlink()
        unsaid.magento_order_ids.magento_payment_method_id = False
        # Covered by what is skipped of another one, and by nothing else
        replaced.magento_document_ids.unlink()
        self.cover(done[0].magento_document_ids, "move_id", replaced)
        mere = self.make_mere_amount(several)
        others = self.su["account.move"].create({"move_type": "out_invoice"})
        notes = replaced._reverse_moves()
        self.assert_searched(done | old | several | mere | notes | others)

    def make_several(self):
        """Return invoices of two orders, of which one part has no document."""
        self.set_rule("paid", "banktransfer")
        *moves, never = self.invoice_by_two(len(UNDONE) + 2)
        moves = self.su["account.move"].union(*moves)
        order = never.magento_order_ids.filtered(
            lambda each: each.magento_payment_method_id.code == "banktransfer"
        )
        order.magento_payment_method_id = False
        self.export()
        counts = {len(move.magento_document_ids) for move in moves | never}
        self.assertEqual(counts, {1})
        self.spoil(moves)
        return moves | never

    def invoice_by_two(self, count):
        """Return invoices of two orders each, the second paid by another method."""
        pairs = [
            (self.place(), self.place(payment="banktransfer"))
            for _number in range(count)
        ]
        self.run_import()
        moves = []
        for pair in pairs:
            sales = self.sale(pair[0]) | self.sale(pair[1])
            sales.partner_invoice_id = sales[0].partner_invoice_id
            sales.payment_term_id = False
            moves.append(self.invoice(sales))
        return moves

    def make_mere_amount(self, several):
        """Return credit notes with an amount alone, of one order and of two."""
        of_one = self.make_invoices(1)
        notes = self.su["account.move"]
        for invoice in (of_one, several[0]):
            notes |= notes.create(
                {
                    "move_type": "out_refund",
                    "partner_id": invoice.partner_id.id,
                    "reversed_entry_id": invoice.id,
                    "invoice_date": invoice.invoice_date,
                    "invoice_line_ids": [Command.create({"price_unit": 5})],
                }
            )
        notes.action_post()
        return notes | of_one


@tagged("post_install", "-at_install")
class TestMagentoDeliveryStates(MagentoStatesCommon, MagentoDeliveryCommon):
    """Deliveries."""

    def test_search(self):
        pickings = self.su["stock.picking"]
        for order in self.import_many(len(UNDONE) + 3):
            pickings |= self.ship(self.sale(order))
        self.export()
        self.spoil(pickings)
        old, covered, done = pickings[-3:]
        old.magento_document_ids.unlink()
        old.date_done = "2019-12-31"
        covered.magento_document_ids.unlink()
        self.cover(done.magento_document_ids, "picking_id", covered)
        due, ready, cancelled = map(self.sale, self.import_many(3))
        due = self.ship(due)
        cancelled.picking_ids.action_cancel()
        others = due.copy()
        others.move_ids.sale_line_id = False
        self.assert_searched(
            pickings | due | ready.picking_ids | cancelled.picking_ids | others
        )
